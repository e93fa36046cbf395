package dev.backplane.pool;

import dev.backplane.codec.Failure;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The one thread that looks after a pool: hands out tasks, gathers results, replaces the dead.
///
/// All of a pool's state is this thread's own. Others post events and ring its doorbell, as workers do when
/// they have written results. It never blocks on a ring: what does not fit stays queued until the worker
/// has made room.
final class PoolLoop implements Runnable {
    /*
     * What a worker's death leaves, and who makes it good:
     *
     *   before READY             nothing was given to it; it is replaced, unless that has failed too often in a row
     *   holding tasks            results that it had committed to the ring are read first, so they are not done
     *                            twice; the others go to the front of the queue, or fail if they have killed too
     *                            many. If the pool killed it for the task that it was at, that one fails and the
     *                            others go back as they were
     *   in the middle of a frame the frame is incomplete, so the task counts as not done
     *
     * The process reaper of the JVM tells of the death at once; nobody waits for a time-out. The replacement gets
     * the same memory, cleared: a process that has been reaped writes no more. Its attaching sweeps the dead
     * one's slot.
     */

    /// How many workers may die in a row before any is ready.
    private static final int MOST_FAILED_STARTS = 3;

    /// Starts workers.
    interface Starter {
        /// Starts a worker.
        ///
        /// @param number counts all workers that the pool has started
        /// @param place which of the pool's places it takes: nobody else alive is there
        WorkerLink start(int number, int place) throws IOException;
    }

    private final int workers;
    private final int retries;
    private final Starter starter;
    private final Doorbell bell;
    private final Waiting waiting;
    private final TaskLimits limits;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final Deque<Job.Task> pending = new ArrayDeque<>();
    private final List<WorkerLink> links = new ArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile List<WorkerStatus> statuses = List.of();
    private int started;
    private int failedStarts;
    private volatile boolean closing;
    private boolean stopped;
    private @Nullable RuntimeException broken;

    PoolLoop(int workers, int retries, Starter starter, Doorbell bell, Waiting waiting, TaskLimits limits) {
        this.workers = workers;
        this.retries = retries;
        this.starter = starter;
        this.bell = bell;
        this.waiting = waiting;
        this.limits = limits;
    }

    /// Has the loop run something. From any thread.
    void post(Runnable event) {
        events.add(event);
        bell.ring();
        if (ended.isDone()) {
            runEvents(); // The loop will not: whoever comes this late is told so by its own hand.
        }
    }

    private synchronized boolean runEvents() {
        boolean worked = false;
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
            worked = true;
        }
        return worked;
    }

    /// Completes when the loop has ended and every worker with it.
    CompletableFuture<Void> ended() {
        return ended;
    }

    List<WorkerStatus> statuses() {
        return statuses;
    }

    @Override
    public void run() {
        try {
            startMissing();
            while (!(closing && links.isEmpty())) {
                final int seen = bell.sequence();
                if (!turn()) {
                    bell.await(seen, waiting, enforceLimits());
                }
            }
            ended.complete(null);
        } catch (InterruptedException | RuntimeException | Error e) {
            closing = true;
            failAll(new IllegalStateException("the pool's loop ended with " + e, e));
            links.forEach(link -> link.process().kill());
            ended.completeExceptionally(e);
        }
        runEvents();
    }

    private long enforceLimits() {
        long next = WaitLoop.FOREVER;
        for (WorkerLink link : links) {
            final Job.Task task = link.running();
            next = Math.min(next, limits.enforce(link));
            if (task != null && task.over) {
                forgetIfOver(task.job);
            }
        }
        return next;
    }

    private boolean turn() {
        boolean worked = runEvents();
        for (WorkerLink link : List.copyOf(links)) {
            worked |= drain(link);
            worked |= link.retire();
        }
        worked |= dispatch();
        worked |= stopWhenIdle();
        for (WorkerLink link : links) {
            worked |= link.flush();
        }
        if (worked) {
            statuses = links.stream().map(WorkerLink::status).toList();
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
            failedStarts = 0;
            return;
        }
        final Job.Task task = link.finished(frame.id());
        if (task == null || task.over || task.job.isOver()) {
            return; // Of a job that has failed or was cancelled meanwhile, or too late.
        }
        try {
            if (frame.type() == Frame.Type.FAILURE) {
                task.job.failed(task, failure(frame, link));
            } else {
                task.job.done(task, results(task, frame, link), link.number(), link.pid());
            }
        } catch (RuntimeException e) {
            task.job.failed(task, e);
        }
        forgetIfOver(task.job);
    }

    private static @Nullable Object[] results(Job.Task task, Frame frame, WorkerLink link) {
        final @Nullable Object[] results = Elements.read(frame.body());
        if (results.length != task.to - task.from) {
            throw new IllegalStateException("worker " + link.number() + " returned " + results.length + " results for "
                    + (task.to - task.from) + " elements");
        }
        return results;
    }

    private static TaskException failure(Frame frame, WorkerLink link) {
        final Failure failure = Failure.fromBytes(frame.body());
        return new TaskException(
                "a task failed in worker " + link.number() + " (pid " + link.pid() + "): " + failure.summary(),
                failure.thrown());
    }

    private void forgetIfOver(Job job) {
        if (job.isOver()) {
            pending.removeIf(task -> task.job.functionId == job.functionId);
            links.forEach(link -> link.forget(job.functionId));
        }
    }

    /// Hands out tasks: first to workers that have none. A worker gets one ahead only if there are more
    /// than the workers without any, even those still starting, could take: what is in its hands nobody
    /// else can do.
    private boolean dispatch() {
        boolean worked = false;
        for (WorkerLink link : links) {
            worked |= link.holds() == 0 && assign(link);
        }
        final long without = links.stream().filter(link -> link.holds() == 0).count();
        for (WorkerLink link : links) {
            worked |= pending.size() > without && assign(link);
        }
        return worked;
    }

    private boolean assign(WorkerLink link) {
        if (!link.hasCredit() || pending.isEmpty()) {
            return false;
        }
        link.assign(Affinity.take(pending, link.place(), workers));
        return true;
    }

    /// Takes tasks of a job. In the loop.
    void submit(Job job, List<Job.Task> tasks) {
        if (broken != null) {
            job.fail(broken);
        } else if (closing) {
            job.fail(new IllegalStateException("the pool is closed"));
        } else {
            pending.addAll(tasks);
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

    boolean isClosing() {
        return closing;
    }

    /// Ends the pool once every task is done. In the loop.
    void close() {
        closing = true;
    }

    private boolean stopWhenIdle() {
        if (!closing || stopped || !pending.isEmpty() || !links.stream().allMatch(WorkerLink::isIdle)) {
            return false;
        }
        stopped = true;
        links.forEach(WorkerLink::stop);
        return true;
    }

    /// Ends the pool and its workers at once. In the loop.
    void terminate() {
        closing = true;
        failAll(new IllegalStateException("the pool was terminated"));
        links.forEach(link -> link.process().kill());
    }

    private void failAll(RuntimeException reason) {
        pending.forEach(task -> task.job.fail(reason));
        pending.clear();
        for (WorkerLink link : links) {
            link.die().forEach(task -> task.job.fail(reason));
        }
    }

    private void startMissing() {
        // A pool that closes still needs workers for what it took before.
        while ((!closing || !pending.isEmpty()) && broken == null && links.size() < workers) {
            try {
                final WorkerLink link = starter.start(++started, freePlace());
                links.add(link);
                final var _ = link.process().onExit().thenAccept(process -> post(() -> exited(link)));
            } catch (IOException | RuntimeException e) {
                broken = new IllegalStateException("cannot start worker " + started + ": " + e.getMessage(), e);
                failAll(broken);
            }
        }
    }

    private int freePlace() {
        int place = 0;
        while (isTaken(place)) {
            place++;
        }
        return place;
    }

    private boolean isTaken(int place) {
        return links.stream().anyMatch(link -> link.place() == place);
    }

    private void exited(WorkerLink link) {
        drain(link);
        links.remove(link);
        for (Job.Task task : link.die()) {
            if (task.over || task.job.isOver()) {
                continue; // The one that its worker was killed for, if it was.
            }
            if (link.isKilled()) {
                pending.addFirst(task); // Its worker did not end because of it.
            } else {
                lost(link, task);
            }
        }
        if (!link.isReady() && !closing && ++failedStarts >= MOST_FAILED_STARTS) {
            broken = new WorkerDiedException(
                    "no worker can start: the last " + failedStarts + " ended before they were ready", link.process());
            failAll(broken);
        }
        startMissing();
    }

    private void lost(WorkerLink link, Job.Task task) {
        task.deaths++;
        if (task.deaths > retries) {
            task.job.failed(
                    task,
                    new WorkerDiedException(
                            "elements " + task.from + " to " + task.to + " ended their worker " + task.deaths
                                    + " times in worker " + link.number(),
                            link.process()));
            forgetIfOver(task.job);
        } else {
            pending.addFirst(task);
        }
    }
}
