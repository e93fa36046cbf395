package dev.backplane.shm;

import dev.backplane.LockOwner;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.TimedLock;
import dev.backplane.shm.ReadWriteState.Attempt;
import dev.backplane.shm.ReadWriteState.Request;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [SharedReadWriteLock]: the reentrancy of threads, and the policy after a writer's death, over a
/// [ReadWriteState].
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentReadWriteLock extends SegmentObject implements SharedReadWriteLock {
    private final Segment segment;
    private final Waiting waiting;
    private final ProcessReadWrite process;
    private final ReadWriteState state;
    private final OwnerDeath ownerDeath;
    private final TimedLock readLock = new ReadLock();
    private final TimedLock writeLock = new WriteLock();

    SegmentReadWriteLock(SegmentManager manager, Region region, ProcessReadWrite process, OwnerDeath ownerDeath) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.process = process;
        this.state = process.state;
        this.ownerDeath = ownerDeath;
    }

    /// What both locks do alike: the forms of acquiring come down to one with a time.
    private abstract static class Half implements TimedLock {
        /// @return false if the time was up first
        abstract boolean acquire(long nanos, boolean interruptible) throws InterruptedException;

        @Override
        public void lock() {
            try {
                acquire(WaitLoop.FOREVER, false);
            } catch (InterruptedException e) {
                throw new AssertionError("an uninterruptible wait was interrupted", e);
            }
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            acquire(WaitLoop.FOREVER, true);
        }

        @Override
        public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return acquire(Math.clamp(unit.toNanos(time), 0, WaitLoop.FOREVER - 1), true);
        }

        @Override
        public Condition newCondition() {
            throw new UnsupportedOperationException("a shared read-write lock has no conditions; use a SharedLock");
        }
    }

    private final class ReadLock extends Half {
        @Override
        boolean acquire(long nanos, boolean interruptible) throws InterruptedException {
            return read(nanos, interruptible);
        }

        @Override
        public boolean tryLock() {
            final Thread current = Thread.currentThread();
            if (readAgain(current)) {
                return true;
            }
            final Attempt attempt = state.tryRead();
            return isToRepair(attempt) ? writeLock.tryLock() && readOn(current) : isReading(current, attempt);
        }

        @Override
        public void unlock() {
            segment.ensureOpen();
            final Thread current = Thread.currentThread();
            final int holds = process.readHolds(current);
            if (holds == 0) {
                throw notHeld("read");
            }
            process.setReadHolds(current, holds - 1);
            if (holds == 1) {
                state.endRead();
            }
        }
    }

    private final class WriteLock extends Half {
        @Override
        boolean acquire(long nanos, boolean interruptible) throws InterruptedException {
            return write(nanos, interruptible);
        }

        @Override
        public boolean tryLock() {
            final Thread current = Thread.currentThread();
            return writeAgain(current)
                    || process.readHolds(current) == 0 && isWriting(current, state.tryWrite(), ownerDeath.repair());
        }

        @Override
        public void unlock() {
            segment.ensureOpen();
            if (process.writer != Thread.currentThread()) {
                throw notHeld("write");
            }
            process.writeHolds--;
            if (process.writeHolds == 0) {
                process.writer = null;
                state.endWrite(false);
            }
        }
    }

    private IllegalMonitorStateException notHeld(String what) {
        return new IllegalMonitorStateException(
                "thread " + Thread.currentThread().getName() + " does not hold the " + what + " lock of " + name());
    }

    /// The attempts of one wait, made until one is not refused.
    private static final class Attempts implements BooleanSupplier {
        private final Supplier<Attempt> next;
        private Attempt last = Attempt.REFUSED;

        Attempts(Supplier<Attempt> next) {
            this.next = next;
        }

        @Override
        public boolean getAsBoolean() {
            last = next.get();
            return last != Attempt.REFUSED;
        }
    }

    private boolean readAgain(Thread current) {
        segment.ensureOpen();
        final int holds = process.readHolds(current);
        if (holds > 0) {
            if (holds == Integer.MAX_VALUE) {
                throw new Error("read lock " + name() + " is held 2147483647 times by one thread, the most possible");
            }
            process.setReadHolds(current, holds + 1);
        } else if (process.writer == current) {
            state.readWhileWriting();
            process.setReadHolds(current, 1);
        } else {
            return false;
        }
        return true;
    }

    private boolean read(long nanos, boolean interruptible) throws InterruptedException {
        final Thread current = Thread.currentThread();
        if (readAgain(current)) {
            return true;
        }
        final long start = System.nanoTime();
        final Request request = new Request();
        Attempt attempt = state.read(request);
        if (attempt == Attempt.REFUSED) {
            try {
                // Not in turn: who has a pass must not wait behind one that came later and has none.
                final Attempts attempts = new Attempts(() -> state.read(request));
                state.readGate().await(attempts, waiting, nanos, interruptible);
                attempt = attempts.last;
            } finally {
                state.withdrawRead(request);
            }
        }
        if (isToRepair(attempt)) {
            final long left = nanos == WaitLoop.FOREVER ? nanos : nanos - (System.nanoTime() - start);
            return write(Math.max(0, left), interruptible) && readOn(current);
        }
        return isReading(current, attempt);
    }

    /// Whether a reader must write first, to repair.
    private boolean isToRepair(Attempt attempt) {
        return attempt == Attempt.ABANDONED && ownerDeath.repair() != null;
    }

    /// Reads instead of writing.
    private boolean readOn(Thread current) {
        try {
            return readAgain(current);
        } finally {
            writeLock.unlock();
        }
    }

    private boolean isReading(Thread current, Attempt attempt) {
        if (attempt == Attempt.ABANDONED) {
            throw new OwnerDiedException(name() + " in " + segment.path());
        }
        if (attempt == Attempt.DONE) {
            process.setReadHolds(current, 1);
        }
        return attempt == Attempt.DONE;
    }

    private boolean writeAgain(Thread current) {
        segment.ensureOpen();
        if (process.writer != current) {
            return false;
        }
        if (process.writeHolds == Integer.MAX_VALUE) {
            throw new Error("write lock " + name() + " is held 2147483647 times by one thread, the most possible");
        }
        process.writeHolds++;
        return true;
    }

    private boolean write(long nanos, boolean interruptible) throws InterruptedException {
        return write(nanos, interruptible, ownerDeath.repair());
    }

    private boolean write(long nanos, boolean interruptible, @Nullable Runnable repair) throws InterruptedException {
        final Thread current = Thread.currentThread();
        return writeAgain(current) || isWriting(current, attemptWrite(current, nanos, interruptible), repair);
    }

    private Attempt attemptWrite(Thread current, long nanos, boolean interruptible) throws InterruptedException {
        if (process.readHolds(current) > 0) {
            throw new IllegalMonitorStateException("thread " + current.getName() + " reads " + name()
                    + " and asks to write: it would wait for itself; unlock the read lock first");
        }
        final Request request = new Request();
        final Attempt attempt = state.write(request);
        if (attempt != Attempt.REFUSED) {
            return attempt;
        }
        try {
            final Attempts attempts = new Attempts(() -> state.write(request));
            state.writeGate().awaitInTurn(attempts, waiting, nanos, interruptible);
            return attempts.last;
        } finally {
            state.withdrawWrite(request);
        }
    }

    private boolean isWriting(Thread current, Attempt attempt, @Nullable Runnable repair) {
        if (attempt == Attempt.REFUSED) {
            return false;
        }
        final boolean abandoned = attempt == Attempt.ABANDONED;
        if (abandoned && repair == null) {
            state.endWrite(true);
            throw new OwnerDiedException(name() + " in " + segment.path());
        }
        process.writer = current;
        process.writeHolds = 1;
        if (abandoned && repair != null) {
            repair(repair);
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
                process.writer = null;
                state.endWrite(true);
            }
        }
    }

    @Override
    public TimedLock readLock() {
        return readLock;
    }

    @Override
    public TimedLock writeLock() {
        return writeLock;
    }

    @Override
    public boolean recover() {
        final boolean[] abandoned = new boolean[1];
        try {
            write(WaitLoop.FOREVER, false, () -> abandoned[0] = true);
        } catch (InterruptedException e) {
            throw new AssertionError("an uninterruptible wait was interrupted", e);
        }
        return abandoned[0];
    }

    @Override
    public void abandon() {
        segment.ensureOpen();
        if (process.writer != Thread.currentThread()) {
            throw notHeld("write");
        }
        process.writeHolds = 0;
        process.writer = null;
        state.endWrite(true);
    }

    @Override
    public int getReadHoldCount() {
        return process.readHolds(Thread.currentThread());
    }

    @Override
    public int getWriteHoldCount() {
        return isWriteLockedByCurrentThread() ? process.writeHolds : 0;
    }

    @Override
    public int getReadLockCount() {
        return state.reading();
    }

    @Override
    public boolean isWriteLockedByCurrentThread() {
        return process.writer == Thread.currentThread();
    }

    @Override
    public Optional<LockOwner> writer() {
        return LockOwners.find(segment, state.writer());
    }
}
