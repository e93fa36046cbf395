package dev.backplane.pool;

import dev.backplane.events.RecordedPool;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What looks after a pool: hands out tasks, gathers results, replaces the dead. One thread does at each
/// time, see [PoolDriver].
///
/// All of a pool's state is that thread's own. Others post events and ring its doorbell, as workers do when
/// they have written results. It never blocks on a ring: what does not fit stays queued until the worker
/// has made room.
final class PoolLoop implements Runnable {
    /*
     * What a worker's death leaves, and who makes it good:
     *
     *   before READY             nothing was given to it; it is replaced, unless that has failed too often in a row.
     *                            So it is with one that cannot even be started, after a pause, while others live
     *   holding tasks            results that it had committed to the ring are read first, so they are not done
     *                            twice; the others go to the front of the queue. The one that it had begun, see
     *                            TaskClaims, fails if it has killed too many; so does the first of them if it has
     *                            begun none, since to read a function may end a worker too, but not at once. If the
     *                            pool killed it for the task that it was at, that one has failed already
     *   in the middle of a frame the frame is incomplete, so the task counts as not done
     *
     * The process reaper of the JVM tells of the death at once; nobody waits for a time-out. The replacement gets
     * the same memory, cleared: a process that has been reaped writes no more. Its attaching sweeps the dead
     * one's slot.
     */

    /// How late a limit may be enforced.
    private static final long MOST_BETWEEN_NANOS = 10_000_000;

    private final Doorbell bell;
    private final Waiting waiting;
    private final TaskLimits limits;
    private final WorkerLimits workerLimits;
    private final PoolEvents events;
    private final TaskQueue pending;
    private final WorkerPlaces places;
    private final List<WorkerLink> links;
    private final TaskDispatch dispatch;
    private final LostTasks lostTasks;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private long enforcedAt = System.nanoTime();
    /// Made in time.
    private final RuntimeException withoutMemory =
            new IllegalStateException("the pool's loop ended: there was no memory to say why");

    private final FailedStarts failedStarts;
    /// Whether workers end when all is done that was taken.
    private boolean closing;
    private boolean stopped;
    private @Nullable RuntimeException broken;
    private final PoolGuests guests;

    PoolLoop(
            int workers,
            WorkerPlaces.Starter starter,
            Doorbell bell,
            Waiting waiting,
            TaskLimits limits,
            WorkerLimits workerLimits,
            RecordedPool recorded) {
        this.pending = new TaskQueue(recorded, withoutMemory);
        this.places = new WorkerPlaces(workers, starter);
        this.links = places.links();
        this.bell = bell;
        this.events = new PoolEvents(bell, waiting.spinNanos());
        this.failedStarts = new FailedStarts(() -> events.postToOwn(this::startMissing));
        this.guests = new PoolGuests(this, events.driver(), bell, waiting);
        this.dispatch = new TaskDispatch(links, pending, workers, withoutMemory);
        this.lostTasks = new LostTasks(pending, this::forgetIfOver, withoutMemory);
        this.waiting = waiting;
        this.limits = limits;
        this.workerLimits = workerLimits;
    }

    /// Has the loop run something. From any thread.
    void post(Runnable event) {
        events.post(event);
    }

    /// Has the loop take tasks of a job. From any thread.
    ///
    /// @return whether it takes them: not after [#close]
    boolean admit(Job job, List<Job.Task> tasks) {
        return events.admit(() -> submit(job, tasks));
    }

    /// How many tasks there may be.
    PendingLimit limit(long mostPending) {
        return events.limit(mostPending);
    }

    /// Whether this is the thread that the loop is in.
    boolean isHere() {
        return events.isInLoop();
    }

    /// Fails in the thread that the loop is in, which would wait for itself.
    void checkMayWait() {
        if (isHere()) {
            throw new IllegalStateException(
                    "a thread that looks after the pool would wait for it for ever: chain what waits"
                            + " by a method whose name ends in Async");
        }
    }

    /// Completes when the loop has ended and every worker with it.
    CompletableFuture<Void> ended() {
        return ended;
    }

    List<WorkerStatus> statuses() {
        return places.statuses();
    }

    @Override
    public void run() {
        events.driver().begin();
        try {
            startMissing();
            while (!(closing && links.isEmpty())) {
                final var _ = Thread.interrupted(); // By a stage that ran here, or from outside: it is for no task.
                guests.checkTurns();
                final int seen = bell.sequence();
                if (guests.lend()) {
                    continue;
                }
                if (turn()) {
                    enforceLimitsInTime();
                    continue;
                }
                final long next = enforceLimits();
                final var _ = Thread.interrupted(); // As above, of a stage that ran at a time-out.
                if (next == WaitLoop.FOREVER && isQuiet()) {
                    events.driver().rest();
                } else {
                    awaitRing(seen, next);
                }
            }
            end(null);
        } catch (RuntimeException | Error e) {
            breakDown(e);
        }
    }

    private void awaitRing(int seen, long timeoutNanos) {
        try {
            bell.await(seen, waiting, timeoutNanos);
        } catch (InterruptedException _) {
            // From outside, of all threads of a group perhaps: nobody ends a pool by that.
        }
    }

    /// Fails all that there is and all that comes yet.
    private void breakDown(Throwable failure) {
        events.refuse();
        closing = true;
        broken = withoutMemory; // Until there is a better reason, which may need memory.
        try {
            broken = new IllegalStateException("the pool's loop ended with " + failure, failure);
        } finally {
            try {
                failAll(broken);
            } finally {
                end(failure);
            }
        }
    }

    /// Whether nothing happens unless somebody asks for it.
    boolean isQuiet() {
        if (closing || guests.hasFailed() || !pending.isEmpty() || failedStarts.isPausing()) {
            return false;
        }
        for (WorkerLink link : links) {
            if (!link.isResting()) {
                return false;
            }
        }
        return true;
    }

    /// Whether there is nothing to do but tasks of a job, and all of those that can be are at a worker.
    boolean isOnlyAt(Job job) {
        return !closing && !guests.hasFailed() && dispatch.isOnlyAt(job);
    }

    /// The threads that look after the pool while they wait.
    PoolGuests guests() {
        return guests;
    }

    private void end(@Nullable Throwable failure) {
        events.end();
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
        final var _ = events.run();
    }

    /// A pool with always something to do has limits too.
    void enforceLimitsInTime() {
        if (System.nanoTime() - enforcedAt > MOST_BETWEEN_NANOS) {
            final var _ = enforceLimits();
        }
    }

    long enforceLimits() {
        enforcedAt = System.nanoTime();
        long next = WaitLoop.FOREVER;
        for (WorkerLink link : links) {
            final var _ = drain(link); // What it has done by now was in time, however long ago the last look was.
            final Job.Task task = link.running();
            next = Math.min(next, Math.min(limits.enforce(link, pending::addFirst), workerLimits.enforce(link)));
            if (task != null && task.over) {
                forgetIfOver(task.job);
            }
        }
        return Math.min(next, failedStarts.enforce());
    }

    /// Does what there is to do. In the thread that drives.
    ///
    /// @return whether there was anything
    boolean turn() {
        boolean worked = events.run();
        for (WorkerLink link : links) {
            worked |= drain(link);
            worked |= link.retire();
        }
        worked |= dispatch.run();
        worked |= stopWhenIdle();
        for (WorkerLink link : links) {
            worked |= link.flush();
        }
        return worked;
    }

    private boolean drain(WorkerLink link) {
        boolean worked = false;
        for (Frame frame = link.read(); frame != null; frame = link.read()) {
            received(link, frame);
            worked = true;
        }
        return worked;
    }

    private void received(WorkerLink link, Frame frame) {
        if (frame.type() == Frame.Type.READY) {
            link.ready();
            failedStarts.clear();
            return;
        }
        final Job.Task task = link.finished(frame.id());
        if (task == null || task.over || task.job.isOver()) {
            return; // Of a job that has failed or was cancelled meanwhile, or too late.
        }
        TaskOutcome.deliver(frame, task, link, withoutMemory);
        forgetIfOver(task.job);
    }

    private void forgetIfOver(Job job) {
        if (job.isOver()) {
            pending.drop(job);
            links.forEach(link -> link.forget(job));
        }
    }

    private void submit(Job job, List<Job.Task> tasks) {
        if (job.mostNanos == Job.AS_THE_POOL_SAYS) {
            job.mostNanos = limits.mostNanos();
        }
        if (broken != null) {
            job.fail(broken);
        } else if (stopped) {
            job.fail(new IllegalStateException("the pool was terminated"));
        } else {
            pending.addAll(job, tasks);
        }
    }

    /// Gives a job up. In the loop.
    ///
    /// @param stopsTasks whether to stop those that run
    void cancel(Job job, boolean stopsTasks) {
        job.stopsTasks = stopsTasks;
        if (!job.isOver()) {
            job.fail(new CancellationException("cancelled"));
        }
        forgetIfOver(job);
    }

    /// Whether the pool takes no more jobs. From any thread.
    boolean isClosing() {
        return events.isRefusing();
    }

    /// Takes no more jobs from now on, and ends the pool once every task is done. From any thread.
    void close() {
        events.refuse();
        post(() -> closing = true);
    }

    private boolean stopWhenIdle() {
        if (!closing || stopped || !pending.isEmpty() || !links.stream().allMatch(WorkerLink::isIdle)) {
            return false;
        }
        stopped = true;
        links.forEach(WorkerLink::stop);
        return true;
    }

    /// Ends the pool and its workers at once. From any thread.
    ///
    /// @return what executors were given and nobody had begun; nothing in the thread that it is in, which does
    ///     it later
    List<Runnable> terminate() {
        events.refuse();
        final CompletableFuture<List<Runnable>> unbegun = new CompletableFuture<>();
        post(() -> {
            try {
                unbegun.complete(terminateNow());
            } finally {
                unbegun.complete(List.of()); // If that failed, or else it changes nothing.
            }
        });
        return isHere() ? List.of() : unbegun.join();
    }

    private List<Runnable> terminateNow() {
        closing = true;
        stopped = true;
        final List<Job.Task> unbegun = new ArrayList<>();
        links.forEach(link -> unbegun.addAll(link.takeBackAll()));
        for (Job.Task task = pending.poll(); task != null; task = pending.poll()) {
            unbegun.add(task);
        }
        unbegun.sort(Comparator.comparingLong(task -> task.id));
        final RuntimeException reason = new IllegalStateException("the pool was terminated");
        final List<Runnable> given = new ArrayList<>();
        for (Job.Task task : unbegun) {
            if (task.job.given != null && task.deathsBegun == 0 && !task.job.isOver()) {
                given.add(task.job.given);
                task.job.fail(new CancellationException("never begun"));
            }
            task.job.fail(reason);
        }
        failAll(reason);
        return given;
    }

    private void failAll(RuntimeException reason) {
        try {
            pending.failAll(reason);
        } finally {
            places.failAll(reason);
        }
    }

    private void startMissing() {
        if (failedStarts.isPausing() && !links.isEmpty()) {
            return;
        }
        failedStarts.endPause();
        // A pool that closes still needs workers for what it took before.
        while ((!closing || !pending.isEmpty()) && broken == null && !places.areTaken()) {
            try {
                final WorkerLink link = places.start();
                final var _ = link.process().onExit().whenComplete((_, _) -> events.postToOwn(() -> exited(link)));
            } catch (IOException | RuntimeException e) {
                cannotStart(e);
                return;
            }
        }
    }

    /// What kept a worker from being started may pass, and the others go on meanwhile. If there are none, calls had
    /// rather fail than wait.
    private void cannotStart(Throwable reason) {
        if (failedStarts.add() || links.isEmpty()) {
            broken = new IllegalStateException(
                    "cannot start worker " + (places.started() + 1) + ": " + reason.getMessage(), reason);
            failAll(broken);
        } else {
            failedStarts.pause();
        }
    }

    private void exited(WorkerLink link) {
        drain(link);
        link.ended();
        lostTasks.handOn(link);
        links.remove(link); // Not before: until then, what fails here fails what it held.
        if (broken == null && !stopped && !link.isReady() && failedStarts.add()) {
            broken = failedStarts.ended(link);
            failAll(broken);
        }
        startMissing();
    }
}
