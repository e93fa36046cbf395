package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitWord;
import java.lang.foreign.MemorySegment;

/// How many elements each participant has taken from a queue and not done yet.
///
/// An element is counted from before it is claimed in the queue until it is done, so at each instant it is in
/// the queue, or counted, or both.
final class QueueTally {
    private final MemorySegment memory;
    private final long own;
    private final WaitWord allDone;

    QueueTally(Segment segment, MemorySegment memory) {
        this.memory = memory;
        this.own = PerSlot.intAt(OwnerWord.slotOf(segment.self()));
        this.allDone = new WaitWord(segment, memory, QueueLayout.ALL_DONE.offset());
    }

    WaitWord allDone() {
        return allDone;
    }

    /// Counts an element before it is claimed.
    void taken() {
        QueueLayout.TAKEN.getAndAdd(memory, own, 1);
    }

    /// Counts an element as done, or as not claimed after all.
    ///
    /// @return false if this participant has none
    boolean done() {
        while (true) {
            final int taken = QueueLayout.TAKEN.getAcquire(memory, own);
            if (taken <= 0) {
                return false;
            }
            if (QueueLayout.TAKEN.compareAndSet(memory, own, taken, taken - 1)) {
                wake();
                return true;
            }
        }
    }

    /// Counts all that a dead participant took as done.
    void settle(int deadOwner) {
        QueueLayout.TAKEN.setVolatile(memory, PerSlot.intAt(OwnerWord.slotOf(deadOwner)), 0);
        wake();
    }

    void wake() {
        // The change before was volatile: a joiner that is announced after this load sees it.
        if (WaitWord.isAnnounced(QueueLayout.ALL_DONE.getVolatile(memory, 0))) {
            allDone.increment();
        }
    }

    /// Whether nobody has an element that is not done.
    boolean isSettled() {
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            if (QueueLayout.TAKEN.getVolatile(memory, PerSlot.intAt(slot)) > 0) {
                return false;
            }
        }
        return true;
    }
}
