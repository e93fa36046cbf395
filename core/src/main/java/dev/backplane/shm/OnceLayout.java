package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedOnce].
///
/// ```
///   0           4           8                                                 128
///  +-----------+-----------+- - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | word  i32 | done  i32 | zero                                              |
///  +-----------+-----------+- - - - - - - - - - - - - - - - - - - - - - - - - -+
/// ```
///
/// The word, a [dev.backplane.store.OwnerWord], is held by who runs an initialiser. `done` is 1 once one has
/// completed: written with release under the word, read with acquire by anyone.
final class OnceLayout {
    static final int BYTES = 128;

    static final StructLayout LAYOUT = structLayout(
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("word"),
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("done"),
            paddingLayout(BYTES - 8));

    static final IntField WORD = IntField.of(LAYOUT, "word");
    static final IntField DONE = IntField.of(LAYOUT, "done");

    private OnceLayout() {}
}
