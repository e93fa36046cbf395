package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedCondition].
///
/// ```
///   0             4             8            12                              128
///  +-------------+-------------+------------+- - - - - - - - - - - - - - - - -+
///  | section i32 | pending i32 | cursor i32 | zero                            |
///  +-------------+-------------+------------+- - - - - - - - - - - - - - - - -+
///   128                                                                     1152
///  +--------------------------------------------------------------------------+
///  | waiters: an i32 for each participant's slot                              |
///  +--------------------------------------------------------------------------+
///   1152                                                                    2176
///  +--------------------------------------------------------------------------+
///  | signals: an i32 for each participant's slot                              |
///  +--------------------------------------------------------------------------+
///   2176                                                                    3200
///  +--------------------------------------------------------------------------+
///  | gates: an i32 for each participant's slot                                |
///  +--------------------------------------------------------------------------+
/// ```
///
/// | field   | read    | written | by                                                                        |
/// |---------|---------|---------|---------------------------------------------------------------------------|
/// | section |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes the rest, but the gates   |
/// | waiters | plain   | plain   | the section's holder: threads in a wait, signalled or not                 |
/// | signals | plain   | plain   | the section's holder: signals for them that are not used up, ≤ waiters    |
/// | pending | acquire | plain   | the section's holder: the sum of waiters less signals, to save adding up  |
/// | cursor  | plain   | plain   | the section's holder: the slot that got the last signal                   |
/// | gates   |         | CAS     | [dev.backplane.store.WaitWord]s that count a slot's signals               |
final class ConditionLayout {
    static final int BYTES = 3200;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            INT.withName("pending"),
            INT.withName("cursor"),
            paddingLayout(116),
            PerSlot.INTS.withName("waiters"),
            PerSlot.INTS.withName("signals"),
            PerSlot.INTS.withName("gates"));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final IntField PENDING = IntField.of(LAYOUT, "pending");
    static final IntField CURSOR = IntField.of(LAYOUT, "cursor");
    static final IntField WAITERS = IntField.of(LAYOUT, "waiters");
    static final IntField SIGNALS = IntField.of(LAYOUT, "signals");
    static final IntField GATES = IntField.of(LAYOUT, "gates");

    private ConditionLayout() {}
}
