package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.RobustWord.Outcome;
import dev.backplane.store.Segment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An end of something that one thread of one process has at a time: an owner word, and beside it the thread,
/// which is this process's affair.
///
/// What a dead holder left half done is repaired by who takes the end next, before anything else. If that one
/// dies in the repair, so does the next.
final class ChannelEnd {
    private final Segment segment;
    private final String what;
    private final RobustWord word;
    private final Runnable repair;
    /// Whose the end is in this process: first this is set, then the word is acquired; left in the other order.
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    /// @param what the end in words, for messages
    /// @param wordOffset where in the region the owner word is
    /// @param repair puts right what a dead holder left; must bear to be cut off and run again
    ChannelEnd(Region region, String what, long wordOffset, Runnable repair) {
        this.segment = region.segment();
        this.what = what + " of " + region.name() + " in " + segment.path();
        this.word = new RobustWord(segment, region.memory(), wordOffset);
        this.repair = repair;
    }

    /// Makes sure that the calling thread has the end.
    ///
    /// @throws IllegalStateException if another living thread has it
    void hold() {
        if (!isMine()) { // Which only this thread sets, and takes away.
            take();
        }
    }

    private void take() {
        segment.ensureOpen();
        final Thread holder = thread.get();
        if (holder != null && holder.isAlive() || !thread.compareAndSet(holder, Thread.currentThread())) {
            throw new IllegalStateException("the " + what + " is thread "
                    + (holder == null ? "another" : holder.getName()) + " of this process, not "
                    + Thread.currentThread().getName() + ": it must leave first");
        }
        boolean taken = false;
        try {
            // A thread of this process that has ended has left the word to its successor.
            final Outcome outcome = holder == null ? acquireWord() : Outcome.ABANDONED;
            if (segment.isClosed()) {
                word.giveBack(outcome); // Closing frees what it finds after it has said so.
            }
            segment.ensureOpen();
            if (outcome == Outcome.ABANDONED) {
                repairOrPassOn();
            }
            taken = true;
        } finally {
            if (!taken) {
                thread.set(null);
            }
        }
    }

    private Outcome acquireWord() {
        final Outcome outcome = word.tryAcquire();
        if (outcome == Outcome.TIMED_OUT) {
            throw new IllegalStateException("the " + what + " is another process, "
                    + LockOwners.find(segment, word.word())
                            .map(owner -> "pid " + owner.pid() + " (" + owner.label() + ")")
                            .orElse(OwnerWord.describe(word.word()))
                    + ": it must leave first");
        }
        return outcome;
    }

    private void repairOrPassOn() {
        boolean repaired = false;
        try {
            repair.run();
            repaired = true;
        } finally {
            if (!repaired) {
                word.releaseAbandoned();
            }
        }
    }

    /// Whether the calling thread has the end.
    boolean isMine() {
        return thread.getPlain() == Thread.currentThread();
    }

    /// Gives the end up, if the calling thread has it.
    void leave() {
        leave(false);
    }

    /// Gives the end up, if the calling thread has it.
    ///
    /// @param isHalfDone whether something is to be repaired first; if that fails, who takes the end next tries
    void leave(boolean isHalfDone) {
        if (isMine()) {
            try {
                if (!segment.isClosed()) { // Else it is free, or another's.
                    if (isHalfDone) {
                        repairOrPassOn();
                    }
                    word.release();
                }
            } finally {
                thread.setRelease(null);
            }
        }
    }

    /// Whether a living process has the end.
    boolean isHeld() {
        return OwnerWord.ownerOf(word.word()) != 0 && segment.participants().isAlive(word.word());
    }

    /// Frees the end if a dead participant has it. Idempotent.
    void abandon(int deadOwner) {
        word.abandon(deadOwner);
    }
}
