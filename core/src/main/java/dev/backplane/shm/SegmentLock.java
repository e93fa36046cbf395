package dev.backplane.shm;

import dev.backplane.LockOwner;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.store.OwnedWord;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.RobustWord.Outcome;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [SharedLock] over a [RobustWord], or a [FairWord].
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentLock extends SegmentObject implements SharedLock {
    /*
     * The word makes processes exclude each other, and threads of one process too, since it is free or not
     * whoever asks. Reentrancy is this process's own affair (ProcessLock). What a kill leaves behind is what it
     * leaves of the word, see RobustWord and FairWord; on top of that:
     *
     * An abandoned lock stays abandoned (OWNER_DIED in the word) from the death until the first plain release
     * after it. With the refusing policy the acquirer gives it back as it found it (releaseAbandoned) and
     * throws, so every process keeps being told. recover() keeps it; a recoverer that dies before it unlocks
     * leaves it abandoned. With a repairing policy the repair runs between acquiring and returning; if the
     * process dies in it, or it throws, the lock is abandoned as before, and the next acquirer runs its own
     * repair: repairs must bear that.
     */
    private final Segment segment;
    private final Waiting waiting;
    // What the fast path needs, one load away: after a locked instruction each further one on the way is felt.
    private final MemorySegment memory;
    private final int self;
    private final OwnedWord word;
    private final ProcessLock process;
    private final OwnerDeath ownerDeath;

    SegmentLock(SegmentManager manager, Region region, ProcessLock process, OwnerDeath ownerDeath) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.memory = region.memory();
        this.self = segment.self();
        this.word = process.word;
        this.process = process;
        this.ownerDeath = ownerDeath;
    }

    @Override
    public void lock() {
        final Thread current = Thread.currentThread();
        if (!reenter(current)) {
            if (RobustWord.tryAcquireFree(memory, LockLayout.WORD_OFFSET, self)) {
                process.owner = current;
            } else {
                acquired(current, word.acquire(waiting));
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final Thread current = Thread.currentThread();
        if (!reenter(current)) {
            acquired(current, word.acquire(waiting, WaitLoop.FOREVER, true));
        }
    }

    @Override
    public boolean tryLock() {
        final Thread current = Thread.currentThread();
        return reenter(current) || acquired(current, word.tryAcquire());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final Thread current = Thread.currentThread();
        return reenter(current) || acquired(current, word.acquire(waiting, Math.max(0, unit.toNanos(time)), true));
    }

    private boolean reenter(Thread current) {
        segment.ensureOpenPlain();
        if (process.owner != current) {
            return false;
        }
        if (process.reentries == Integer.MAX_VALUE - 1) {
            throw new Error("lock " + name() + " is held 2147483647 times by one thread, the most possible");
        }
        process.reentries++;
        return true;
    }

    /// Gives back, and refuses, what was acquired while another thread closed the segment: the word has an owner
    /// then of whom the others may think that it is dead.
    private void refuseIfClosed(Outcome outcome) {
        boolean open = false;
        try {
            segment.ensureOpen();
            open = true;
        } finally {
            if (!open && outcome != Outcome.TIMED_OUT) {
                word.giveBack(outcome);
            }
        }
    }

    private boolean acquired(Thread current, Outcome outcome) {
        refuseIfClosed(outcome);
        switch (outcome) {
            case TIMED_OUT -> {
                return false;
            }
            case ACQUIRED -> process.owner = current;
            case ABANDONED -> {
                final Runnable repair = ownerDeath.repair();
                if (repair == null) {
                    word.releaseAbandoned();
                    throw new OwnerDiedException(name() + " in " + segment.path());
                }
                process.owner = current;
                repair(repair);
            }
        }
        return true;
    }

    private void repair(Runnable repair) {
        boolean repaired = false;
        try {
            repair.run();
            repaired = true;
        } finally {
            if (!repaired) {
                process.reentries = 0;
                process.owner = null;
                word.releaseAbandoned();
            }
        }
    }

    @Override
    public boolean recover() {
        final Thread current = Thread.currentThread();
        if (reenter(current)) {
            final boolean abandoned = process.abandoned;
            process.abandoned = false;
            return abandoned;
        }
        final Outcome outcome = word.acquire(waiting);
        refuseIfClosed(outcome);
        process.owner = current;
        return outcome == Outcome.ABANDONED;
    }

    @Override
    public void abandon() {
        requireHeld();
        process.reentries = 0;
        process.abandoned = false;
        process.owner = null;
        word.releaseAbandoned();
    }

    @Override
    public void unlock() {
        if (process.owner != Thread.currentThread()) {
            throw notHeld();
        }
        if (process.reentries > 0) {
            process.reentries--;
            return;
        }
        process.owner = null;
        if (!RobustWord.tryReleaseQuietly(memory, LockLayout.WORD_OFFSET, self)) {
            releaseAsItIs();
        }
    }

    private void releaseAsItIs() {
        if (process.abandoned) {
            process.abandoned = false;
            word.releaseAbandoned();
        } else {
            word.release();
        }
    }

    /// Releases the lock however often it is held, for a wait on a condition.
    ///
    /// @return what [#resume] takes
    /// @throws IllegalMonitorStateException if the current thread does not hold it
    int suspend() {
        requireHeld();
        final int reentries = process.reentries;
        process.reentries = 0;
        process.owner = null;
        releaseAsItIs();
        return reentries;
    }

    /// Acquires the lock again after [#suspend], whatever interrupts.
    ///
    /// @throws OwnerDiedException if an owner died meanwhile and the policy is to refuse. The lock is held
    ///     then,
    ///     since callers of a condition unlock in any case; it stays abandoned unless [#recover] comes first.
    void resume(int reentries) {
        segment.ensureOpen(); // Closing took the lock away, for good.
        final Outcome outcome = word.acquire(waiting);
        refuseIfClosed(outcome);
        process.owner = Thread.currentThread();
        process.reentries = reentries;
        if (outcome == Outcome.ABANDONED) {
            process.abandoned = true;
            final Runnable repair = ownerDeath.repair();
            if (repair == null) {
                throw new OwnerDiedException(name() + " in " + segment.path());
            }
            repair.run();
            process.abandoned = false;
        }
    }

    /// @throws IllegalMonitorStateException if the current thread does not hold the lock
    void requireHeld() {
        if (!isHeldByCurrentThread()) {
            throw notHeld();
        }
    }

    private IllegalMonitorStateException notHeld() {
        segment.ensureOpen(); // Closing took the lock away: say that instead.
        return new IllegalMonitorStateException(
                "thread " + Thread.currentThread().getName() + " does not hold " + name() + ": "
                        + OwnerWord.describe(word.word()));
    }

    @Override
    public int holdCount() {
        return isHeldByCurrentThread() ? process.reentries + 1 : 0;
    }

    @Override
    public boolean isFair() {
        return word instanceof FairWord;
    }

    @Override
    public boolean isHeldByCurrentThread() {
        return process.owner == Thread.currentThread();
    }

    @Override
    public boolean isLocked() {
        segment.ensureOpen();
        return OwnerWord.ownerOf(word.word()) != 0;
    }

    @Override
    public Optional<LockOwner> owner() {
        segment.ensureOpen();
        return LockOwners.find(segment, word.word());
    }

    @Override
    public SharedCondition newCondition() {
        try {
            return manager().condition(name() + "-condition-" + UUID.randomUUID(), this);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a condition of " + name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        final @Nullable Thread thread = process.owner;
        return super.toString() + ", " + OwnerWord.describe(word.word())
                + (thread == null ? "" : ", thread " + thread.getName());
    }
}
