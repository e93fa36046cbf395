package dev.backplane.shm;

import dev.backplane.store.IntField;
import java.lang.foreign.MemorySegment;

/// A mark that there may be something to look for, in a 32-bit word: bit 0 while it is raised, above it how often it
/// was.
///
/// Who finds nothing lowers it, unless somebody raised it since he began to look. The count is not set back: else
/// one who began to look long ago would take a mark raised again for the one that he saw.
final class QueueMark {
    private static final int RAISED = 1;
    private static final int ONCE = 2;

    private QueueMark() {}

    static boolean isRaised(MemorySegment memory, IntField mark) {
        return isRaised(mark.getAcquire(memory, 0));
    }

    /// Whether a mark's word says that it is raised.
    static boolean isRaised(int mark) {
        return (mark & RAISED) != 0;
    }

    /// The whole word, to be read before looking.
    static int seen(MemorySegment memory, IntField mark) {
        return mark.getVolatile(memory, 0);
    }

    static void raise(MemorySegment memory, IntField mark) {
        int seen = seen(memory, mark);
        while (!mark.compareAndSet(memory, 0, seen, seen + ONCE | RAISED)) {
            seen = seen(memory, mark);
        }
    }

    static void lower(MemorySegment memory, IntField mark, int seen) {
        mark.compareAndSet(memory, 0, seen, seen & ~RAISED);
    }
}
