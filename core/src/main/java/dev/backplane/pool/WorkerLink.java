package dev.backplane.pool;

import dev.backplane.events.RecordedPool;
import dev.backplane.process.JvmProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /// Who has been at a task for so long is given none ahead, since others may be free for it sooner. To wait for the
    /// pool after such a task costs next to nothing in comparison: a millisecond where all processors are at tasks.
    private static final long LONG_NANOS = 100_000_000;

    private final int number;
    private final int place;
    private final long mostTasks;
    private final JvmProcess process;
    private final WorkerMemory memory;
    private final ErrorFiles errorFiles;
    private final RecordedPool recorded;
    private final Instant started = Instant.now();
    private final long startedAt = System.nanoTime();
    /// By the number under which each was sent, which is also their order.
    private final WorkerInsights insights;
    private final Map<Long, Job.Task> held = new LinkedHashMap<>();
    private final Set<Long> functions = new HashSet<>();
    private final Queue<Frame> outgoing = new ArrayDeque<>();
    private int written;
    private boolean ready;
    private boolean dead;
    private boolean stopping;
    private long assigned;
    private long sent;
    private long runningSince;
    private boolean stopAsked;
    private boolean killed;
    private long stopAskedAt;
    private long stoppingSince;
    private long lookedAt = startedAt;
    private @Nullable String killedBecause;

    WorkerLink(
            int number,
            int place,
            long mostTasks,
            WorkerMemory memory,
            JvmProcess process,
            WorkerInsights insights,
            ErrorFiles errorFiles,
            RecordedPool recorded) {
        this.recorded = recorded;
        this.errorFiles = errorFiles;
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

    /// How long ago it was started, in nanoseconds.
    long ageNanos() {
        return System.nanoTime() - startedAt;
    }

    /// How long ago its memory was looked at, in nanoseconds.
    long lookedNanos() {
        return System.nanoTime() - lookedAt;
    }

    void looked() {
        lookedAt = System.nanoTime();
    }

    /// What its JVM left if it crashed.
    Optional<Path> errorFile() {
        return errorFiles.of(pid(), started);
    }

    /// Marks the worker as ended; what it held, oldest first.
    List<Job.Task> die() {
        dead = true;
        final List<Job.Task> lost = List.copyOf(held.values());
        held.clear();
        outgoing.clear();
        return lost;
    }

    /// The task that is to be blamed for the worker's end: the one that it had begun, or else the one that it
    /// was about to begin, whose function or elements may have ended it. None if it was killed for a task
    /// that the pool stopped: it may have gone on to the next one meanwhile.
    Job.@Nullable Task blamed() {
        if (killed) {
            return null;
        }
        for (Map.Entry<Long, Job.Task> task : held.entrySet()) {
            if (!memory.claims().isOpen(task.getKey())) {
                return task.getValue();
            }
        }
        return running();
    }

    /// A task that it had begun, whatever it was killed for: what must not be done twice, unless it may be.
    Job.@Nullable Task begun() {
        for (Map.Entry<Long, Job.Task> task : held.entrySet()) {
            if (!task.getValue().over && !memory.claims().isOpen(task.getKey())) {
                return task.getValue();
            }
        }
        return null;
    }

    int holds() {
        return held.size();
    }

    /// Whether it could be given a task, now.
    boolean hasCredit() {
        return ready && !dead && assigned < mostTasks && held.size() < CREDITS && !(holds() > 0 && isAtItForLong());
    }

    /// Whether its tasks wait behind one that takes long.
    boolean isDelayed() {
        return holds() > 1 && isAtItForLong();
    }

    private boolean isAtItForLong() {
        return runningNanos() > LONG_NANOS;
    }

    boolean isIdle() {
        return held.isEmpty() && outgoing.isEmpty();
    }

    /// Whether it waits for tasks, and nothing else is to be expected of it.
    boolean isResting() {
        return ready && !stopping && isIdle();
    }

    /// Whether it has nothing but tasks of a job, if any, which its ring holds wholly.
    boolean isOnlyAt(Job job) {
        if (!ready || stopping || !outgoing.isEmpty()) {
            return false;
        }
        for (Job.Task task : held.values()) {
            if (task.over || task.job.functionId != job.functionId) {
                return false;
            }
        }
        return true;
    }

    /// Gives a task to the worker, after its function if the worker does not have that yet.
    void assign(Job.Task task) {
        if (!task.isCall() && functions.add(task.job.functionId)) {
            outgoing.add(new Frame(Frame.Type.FUNCTION, task.job.functionId, 0, task.job.function));
        }
        if (held.isEmpty()) {
            runningSince = System.nanoTime();
        }
        assigned++;
        sent++;
        memory.claims().offer(sent);
        held.put(sent, task);
        insights.holds(held.size());
        recorded.given(task.id, number, pid(), sent);
        outgoing.add(
                task.isCall()
                        ? new Frame(Frame.Type.CALL, sent, 0, task.job.function)
                        : new Frame(Frame.Type.TASK, sent, task.job.functionId, task.elements));
    }

    /// Takes back the last task that it was given, unless it has begun it.
    ///
    /// @return null if it holds one task at most, or has begun all
    Job.@Nullable Task takeBackLast() {
        if (held.size() < 2) {
            return null;
        }
        long last = 0;
        for (long task : held.keySet()) {
            last = task;
        }
        return takeBack(last);
    }

    /// Takes back all tasks that it has not begun.
    List<Job.Task> takeBackAll() {
        final List<Job.Task> back = new ArrayList<>();
        for (long task : List.copyOf(held.keySet())) {
            final Job.Task taken = takeBack(task);
            if (taken != null) {
                back.add(taken);
            }
        }
        return back;
    }

    private Job.@Nullable Task takeBack(long task) {
        if (dead || !memory.claims().claim(task)) {
            return null;
        }
        if (written == 0 || !isOf(task, outgoing.element())) {
            outgoing.removeIf(frame -> isOf(task, frame)); // One that is half in the ring has to be completed.
        }
        assigned--;
        final Job.Task back = held.remove(task);
        insights.holds(held.size());
        return back;
    }

    private static boolean isOf(long task, Frame frame) {
        return frame.id() == task && (frame.type() == Frame.Type.TASK || frame.type() == Frame.Type.CALL);
    }

    private boolean isFirst(long task) {
        return held.keySet().iterator().next() == task;
    }

    /// Takes back what it has ahead of a job that is over, and has it forget the function. The first of what
    /// it holds stays, though it may not have begun that: it may be reading the function, for ever.
    void forget(Job job) {
        if (dead) {
            return;
        }
        for (long task : List.copyOf(held.keySet())) {
            final Job.Task ahead = isFirst(task) ? null : held.get(task);
            if (ahead != null && ahead.job.functionId == job.functionId) {
                final var _ = takeBack(task);
            }
        }
        if (functions.remove(job.functionId)) {
            outgoing.add(Frame.of(Frame.Type.FORGET, job.functionId));
        }
    }

    void stop() {
        stopping = true;
        stoppingSince = System.nanoTime();
        outgoing.add(Frame.of(Frame.Type.STOP, 0));
    }

    boolean isStopping() {
        return stopping;
    }

    /// How long ago the worker was told that there will be no more tasks, in nanoseconds.
    long stoppingNanos() {
        return System.nanoTime() - stoppingSince;
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
    Job.@Nullable Task finished(long task) {
        final Job.Task finished = held.remove(task);
        if (finished != null) {
            insights.holds(held.size());
            runningSince = System.nanoTime();
            stopAsked = false;
        }
        return finished;
    }

    /// The task that the worker is at, or about to begin.
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
    void askToStop() {
        stopAsked = true;
        stopAskedAt = System.nanoTime();
        memory.stop().ask(held.keySet().iterator().next());
    }

    /// Ends the worker, because of the task that it was asked to stop and did not.
    void kill() {
        killed = true;
        process.kill();
    }

    /// Ends the worker for a fault of its own.
    void kill(String reason) {
        killedBecause = reason;
        process.kill();
    }

    /// Why the pool ended the worker, null if it did not, or if that was for a task that was to stop.
    @Nullable
    String killedBecause() {
        return killedBecause;
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
        final int exitCode = process.exitCode().orElse(0);
        if (!stopping || exitCode != 0) {
            held.values().stream().filter(task -> !task.over).forEach(task -> recordEnd(task, "lost"));
            recorded.workerDied(number, pid(), exitCode, held.size());
        }
    }

    /// Tells who records how a task of this worker's ended.
    void recordEnd(Job.Task task, String outcome) {
        recorded.ended(task.id, number, pid(), outcome);
    }

    /// What it tells. From any thread.
    Optional<WorkerStatus> status() {
        return insights.status();
    }
}
