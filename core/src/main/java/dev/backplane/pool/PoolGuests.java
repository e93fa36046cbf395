package dev.backplane.pool;

import dev.backplane.pool.StreamJob.Outcome;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.Waiting;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The threads that call a pool and look after it while they wait, in the place of its own thread.
///
/// A call takes the place if that is free. Who reads a stream, one result after the other, asks the pool's own thread
/// for it, if the stream is all that the pool has to do, and has it whenever it waits: so a result costs a reader no
/// change of thread.
final class PoolGuests {
    /*
     * A turn that fails half way, for want of stack or memory, leaves the pool's state in pieces, and is the pool's
     * end. A caller deep in a recursion must not bring that about, so it is no guest: before anything is touched,
     * room is tried out by calls that do nothing. What they had is free again where the place is given back, so that
     * this cannot fail, whatever did.
     */
    private static final int ROOM_FRAMES = 256;

    private final PoolLoop loop;
    private final PoolDriver driver;
    private final Doorbell bell;
    private final Waiting waiting;
    /// The stream whose reader wants to drive.
    private final AtomicReference<@Nullable StreamJob> asking = new AtomicReference<>();
    /// What was thrown by a turn that a guest took.
    private volatile @Nullable Throwable failedTurn;

    PoolGuests(PoolLoop loop, PoolDriver driver, Doorbell bell, Waiting waiting) {
        this.loop = loop;
        this.driver = driver;
        this.bell = bell;
        this.waiting = waiting;
    }

    boolean hasFailed() {
        return failedTurn != null;
    }

    /// Ends the pool, in its own thread, if a guest failed to look after it.
    void checkTurns() {
        if (failedTurn != null) {
            throw new IllegalStateException("a call that took the loop's place failed it", failedTurn);
        }
    }

    /// Has the loop take tasks of a job, and takes its place, if it rests, until the job is done or the pool's own
    /// thread is needed.
    ///
    /// @return whether it takes them: not after [PoolLoop#close]
    /// @throws InterruptedException if interrupted before
    boolean admitAndDrive(MapJob<?> job) throws InterruptedException {
        if (!tryTake()) {
            return loop.admit(job, job.tasks);
        }
        try {
            if (!loop.admit(job, job.tasks)) {
                return false;
            }
            drive(job::isOver);
        } catch (RuntimeException | Error e) {
            failedTurn = e; // It is the pool's end, which its own thread sees to.
        } finally {
            giveBack(null);
        }
        return true;
    }

    /// Has the loop take a task of a stream, and hands it to a worker, if nobody else looks after the pool.
    ///
    /// @return whether it takes it: not after [PoolLoop#close]
    boolean admit(StreamJob job, Job.Task task) {
        final List<Job.Task> tasks = List.of(task);
        if (!tryTake()) {
            return loop.admit(job, tasks);
        }
        try {
            final boolean admitted = loop.admit(job, tasks);
            turn();
            return admitted;
        } finally {
            giveBack(job);
        }
    }

    /// Waits for the next outcome of a stream, and looks after the pool meanwhile, if that has nothing else to do.
    ///
    /// @throws InterruptedException if interrupted before
    Outcome take(StreamJob job) throws InterruptedException {
        final Outcome known = job.poll();
        if (known != null) {
            return known;
        }
        job.waits(Thread.currentThread());
        try {
            while (true) {
                final Outcome outcome = job.poll();
                if (outcome != null) {
                    return outcome;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (tryTake()) {
                    driveUntilOutcome(job);
                } else {
                    ask(job);
                }
            }
        } finally {
            asking.compareAndSet(job, null);
            job.waits(null);
        }
    }

    /// Who drives adds the outcome or lends the place, and then wakes this thread.
    private void ask(StreamJob job) {
        if (asking.compareAndSet(null, job)) {
            driver.wake();
        }
        LockSupport.parkNanos(this, PoolDriver.LENT_NANOS);
    }

    private void driveUntilOutcome(StreamJob job) throws InterruptedException {
        try {
            drive(job::hasOutcome);
        } catch (RuntimeException | Error e) {
            failedTurn = e;
        } finally {
            giveBack(job);
        }
    }

    private void turn() {
        try {
            final var _ = loop.turn();
        } catch (RuntimeException | Error e) {
            failedTurn = e; // What was admitted fails with all the others.
        }
    }

    private boolean tryTake() {
        return !driver.isOwnWanted() && hasRoom() && driver.tryTake();
    }

    private static boolean hasRoom() {
        try {
            return room(ROOM_FRAMES, 0, 1, 2) != 0;
        } catch (StackOverflowError _) {
            return false;
        }
    }

    /// Calls itself so often, with something to do on the way back, or it would need no stack; at least 1.
    private static long room(int frames, long a, long b, long c) {
        return frames == 0 ? Math.max(1, c) : Math.max(1, room(frames - 1, b, c, a) | (a & b));
    }

    private void drive(BooleanSupplier over) throws InterruptedException {
        while (true) {
            final int seen = bell.sequence(); // Before the look at what a turn here does not see to.
            if (over.getAsBoolean() || driver.isOwnWanted()) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (loop.turn()) {
                loop.enforceLimitsInTime();
            } else {
                bell.await(seen, waiting, loop.enforceLimits());
            }
        }
    }

    /// @param job whose reader will be back
    private void giveBack(@Nullable StreamJob job) {
        boolean needed = true;
        try {
            needed = !(loop.isQuiet() || job != null && driver.isLent() && loop.isOnlyAt(job));
        } finally {
            driver.leave(needed);
        }
    }

    /// Lends the place to the reader of a stream that has asked for it. In the pool's own thread.
    ///
    /// @return whether it did, and has the place again
    boolean lend() {
        final StreamJob job = asking.get();
        if (job == null || !loop.isOnlyAt(job) || !driver.canLend() || !asking.compareAndSet(job, null)) {
            return false;
        }
        driver.lend(job.waiter());
        return true;
    }
}
