package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedSemaphore].
///
/// ```
///   0             4           8             12            16                1040        1152
///  +-------------+-----------+-------------+-------------+-----------------+- - - - - -+
///  | section i32 | total i32 | available   | gate    i32 | held            | zero      |
///  +-------------+-----------+-------------+-------------+-----------------+- - - - - -+
///
///   held: an i32 for each participant's slot
/// ```
///
/// All that one of the first twelve participants touches is in one line of cache: who releases fetches it once, and so
/// does who was woken.
///
/// | field     | read   | written | by                                                                       |
/// |-----------|--------|---------|--------------------------------------------------------------------------|
/// | section   |        | CAS     | an [dev.backplane.store.OwnerWord]: who changes the rest, but the gate   |
/// | held      | plain  | plain   | the section's holder                                                     |
/// | total     | plain  | plain   | the section's holder                                                     |
/// | available | plain  | plain   | the section's holder: total less the sum of held, kept to save adding up |
/// | gate      |        | CAS     | a [dev.backplane.store.WaitWord] that counts releases                    |
final class SemaphoreLayout {
    static final int BYTES = 1152;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            INT.withName("total"),
            INT.withName("available"),
            INT.withName("gate"),
            PerSlot.INTS.withName("held"),
            paddingLayout(112));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final IntField TOTAL = IntField.of(LAYOUT, "total");
    static final IntField AVAILABLE = IntField.of(LAYOUT, "available");
    static final IntField GATE = IntField.of(LAYOUT, "gate");
    static final IntField HELD = IntField.of(LAYOUT, "held");

    private SemaphoreLayout() {}
}
