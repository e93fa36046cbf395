package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedEvent].
///
/// ```
///   0           4                                                             128
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | word  i32 | zero                                                          |
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///
///   word  31          30                                         1 0
///        +-----------+--------------------------------------------+---+
///        | ANNOUNCED | times set                                  | f |
///        +-----------+--------------------------------------------+---+
/// ```
///
/// The word is a [dev.backplane.store.WaitWord]. The lowest bit of its value is the flag; the others count the
/// times that it was set, modulo 2³⁰, so that a waiter knows of a set that was cleared again.
final class EventLayout {
    static final int BYTES = 128;

    static final StructLayout LAYOUT = structLayout(
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("word"), paddingLayout(BYTES - 4));

    static final IntField WORD = IntField.of(LAYOUT, "word");

    private EventLayout() {}
}
