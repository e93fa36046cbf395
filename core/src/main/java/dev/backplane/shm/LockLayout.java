package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedLock].
///
/// ```
///   0           4                                                             128
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | word  i32 | zero                                                          |
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
/// ```
///
/// The word is a [dev.backplane.store.OwnerWord]; the rest keeps neighbours off its pair of cache lines. Which
/// thread of the owning process holds the lock, and how often, is known to that process only, which alone has a
/// use for it.
final class LockLayout {
    static final int BYTES = 128;

    static final StructLayout LAYOUT = structLayout(
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("word"), paddingLayout(BYTES - 4));

    static final IntField WORD = IntField.of(LAYOUT, "word");
    static final long WORD_OFFSET = WORD.offset();

    private LockLayout() {}
}
