package dev.backplane.pool;

import dev.backplane.process.JvmProcess;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The pool's side of one worker: its process, its rings, and what it holds. Used by the pool's loop only.
final class WorkerLink {
    /// How many tasks a worker holds at most: one that it does, and the next, so that it never waits for
    /// the pool.
    static final int CREDITS = 2;

    private final int number;
    private final int place;
    private final long mostTasks;
    private final JvmProcess process;
    private final WorkerMemory memory;
    private final WorkerInsights insights;
    private final Map<Long, Job.Task> held = new LinkedHashMap<>();
    private final Set<Long> functions = new HashSet<>();
    private final Queue<Frame> outgoing = new ArrayDeque<>();
    private int written;
    private boolean ready;
    private boolean dead;
    private boolean stopping;
    private long assigned;
    private long runningSince;
    private boolean stopAsked;
    private boolean killed;
    private long stopAskedAt;

    WorkerLink(
            int number, int place, long mostTasks, WorkerMemory memory, JvmProcess process, WorkerInsights insights) {
        this.mostTasks = mostTasks;
        this.number = number;
        this.place = place;
        this.process = process;
        this.memory = memory;
        this.insights = insights;
    }

    int number() {
        return number;
    }

    long pid() {
        return process.pid();
    }

    JvmProcess process() {
        return process;
    }

    int place() {
        return place;
    }

    boolean isReady() {
        return ready;
    }

    void ready() {
        ready = true;
        insights.ready();
    }

    boolean isDead() {
        return dead;
    }

    /// Marks the worker as ended; what it held.
    Collection<Job.Task> die() {
        dead = true;
        final List<Job.Task> lost = List.copyOf(held.values());
        held.clear();
        outgoing.clear();
        return lost;
    }

    int holds() {
        return held.size();
    }

    boolean hasCredit() {
        return ready && !dead && held.size() < CREDITS && assigned < mostTasks;
    }

    boolean isIdle() {
        return held.isEmpty() && outgoing.isEmpty();
    }

    /// Gives a task to the worker, after its function if the worker does not have that yet.
    void assign(Job.Task task) {
        if (functions.add(task.job.functionId)) {
            outgoing.add(new Frame(Frame.Type.FUNCTION, task.job.functionId, 0, task.job.function));
        }
        if (held.isEmpty()) {
            runningSince = System.nanoTime();
        }
        assigned++;
        held.put(task.id, task);
        insights.holds(held.size());
        outgoing.add(new Frame(Frame.Type.TASK, task.id, task.job.functionId, task.elements));
    }

    void forget(long functionId) {
        if (functions.remove(functionId) && !dead) {
            outgoing.add(Frame.of(Frame.Type.FORGET, functionId));
        }
    }

    void stop() {
        stopping = true;
        outgoing.add(Frame.of(Frame.Type.STOP, 0));
    }

    /// Writes what the ring has room for; whether anything was written.
    boolean flush() {
        boolean wrote = false;
        while (!dead && !outgoing.isEmpty()) {
            final Frame frame = outgoing.peek();
            final int before = written;
            written = memory.requests().write(frame, before);
            wrote |= written > before;
            if (!FrameRing.isWritten(frame, written)) {
                break;
            }
            outgoing.remove();
            written = 0;
        }
        return wrote;
    }

    /// The next frame from the worker, or null.
    @Nullable
    Frame read() {
        return memory.responses().read();
    }

    /// Takes a finished task out of what the worker holds.
    Job.@Nullable Task finished(long taskId) {
        final Job.Task task = held.remove(taskId);
        if (task != null) {
            insights.holds(held.size());
            runningSince = System.nanoTime();
            stopAsked = false;
        }
        return task;
    }

    /// The task that the worker is at, as far as is known here.
    Job.@Nullable Task running() {
        return held.isEmpty() ? null : held.values().iterator().next();
    }

    /// How long it has been at it, in nanoseconds.
    long runningNanos() {
        return System.nanoTime() - runningSince;
    }

    boolean isStopAsked() {
        return stopAsked;
    }

    /// How long ago the worker was asked to stop its task, in nanoseconds.
    long stopAskedNanos() {
        return System.nanoTime() - stopAskedAt;
    }

    /// Asks the worker to stop what it is at.
    void askToStop(Job.Task task) {
        stopAsked = true;
        stopAskedAt = System.nanoTime();
        memory.stop().ask(task.id);
    }

    /// Ends the worker, because of the task that it was asked to stop and did not.
    void kill() {
        killed = true;
        process.kill();
    }

    boolean isKilled() {
        return killed;
    }

    /// Ends the worker if it has done as many tasks as it shall; whether it did that now.
    boolean retire() {
        if (stopping || assigned < mostTasks || !isIdle()) {
            return false;
        }
        stop();
        return true;
    }

    /// Its process has been reaped.
    void ended() {
        insights.ended();
    }

    /// What it tells. From any thread.
    Optional<WorkerStatus> status() {
        return insights.status();
    }
}
