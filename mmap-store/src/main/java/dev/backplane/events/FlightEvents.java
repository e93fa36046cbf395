package dev.backplane.events;

import java.util.List;
import java.util.function.Supplier;
import jdk.jfr.Event;
import org.jspecify.annotations.Nullable;

/// What happens, for the JDK's Flight Recorder: to be told only while [Flight#isRecording], since this class
/// needs the module `jdk.jfr`.
///
/// The names of the events, which settings and readers of recordings go by, do not change; `docs/OBSERVING.md`
/// has their fields.
///
/// Thread-safe.
public final class FlightEvents {
    /// A wait for a lock.
    public static final String LOCK_CONTENTION = "dev.backplane.LockContention";
    /// A wait for anything else.
    public static final String WAIT = "dev.backplane.Wait";
    /// A queue had no place for an element.
    public static final String QUEUE_FULL = "dev.backplane.QueueFull";
    /// Something was found held by the dead.
    public static final String OWNER_DEATH = "dev.backplane.OwnerDeath";
    /// What a dead participant held was given back.
    public static final String RECOVERY = "dev.backplane.Recovery";
    /// A pool took a task.
    public static final String TASK_QUEUED = "dev.backplane.TaskQueued";
    /// A pool gave a task to a worker.
    public static final String TASK_GIVEN = "dev.backplane.TaskGiven";
    /// A pool learned how a task ended.
    public static final String TASK_ENDED = "dev.backplane.TaskEnded";
    /// A worker did a task.
    public static final String TASK_RUN = "dev.backplane.TaskRun";
    /// A worker ended unasked.
    public static final String WORKER_DIED = "dev.backplane.WorkerDied";

    private FlightEvents() {}

    /// Every event.
    static List<Class<? extends Event>> types() {
        return List.of(
                LockContentionEvent.class,
                WaitEvent.class,
                QueueFullEvent.class,
                OwnerDeathEvent.class,
                RecoveryEvent.class,
                TaskQueuedEvent.class,
                TaskGivenEvent.class,
                TaskEndedEvent.class,
                TaskRunEvent.class,
                WorkerDiedEvent.class);
    }

    private static @Nullable RecordedWait begin(WaitingEvent event) {
        return event.isEnabled() ? new RecordedWait(event) : null;
    }

    /// A wait for a lock begins. Only while [Flight#isRecording].
    ///
    /// @param ownerPid the process that has the lock, 0 if that is unknown
    /// @return to be told of the end; null if it is not recorded
    public static @Nullable RecordedWait lockContention(long ownerPid) {
        final LockContentionEvent event = new LockContentionEvent();
        event.ownerPid = ownerPid;
        return begin(event);
    }

    /// A wait for something other than a lock begins. Only while [Flight#isRecording].
    ///
    /// @return to be told of the end; null if it is not recorded
    public static @Nullable RecordedWait waiting() {
        return begin(new WaitEvent());
    }

    /// A producer finds a queue full. Only while [Flight#isRecording].
    ///
    /// @param capacity of the queue
    /// @return to be told of the end of the wait for a place; null if it is not recorded
    public static @Nullable RecordedWait queueFull(int capacity) {
        final QueueFullEvent event = new QueueFullEvent();
        event.capacity = capacity;
        return begin(event);
    }

    /// Something was found held by a participant that is dead or has left. Only while [Flight#isRecording].
    ///
    /// @param ownerPid the process, 0 if that is unknown
    /// @param ownerSlot the participant's slot
    /// @param place what it held; asked only if this is recorded
    public static void ownerDeath(long ownerPid, int ownerSlot, Supplier<Place> place) {
        final OwnerDeathEvent event = new OwnerDeathEvent();
        if (event.shouldCommit()) {
            event.ownerPid = ownerPid;
            event.ownerSlot = ownerSlot;
            event.at(place.get());
            event.commit();
        }
    }

    /// The recovery of a dead participant begins. Only while [Flight#isRecording].
    ///
    /// @param segment the path of the segment
    /// @param pid the process, 0 if that is unknown
    /// @param slot the participant's slot
    /// @return to be told of the end; null if it is not recorded
    public static @Nullable RecordedRecovery recovery(String segment, long pid, int slot) {
        final RecoveryEvent event = new RecoveryEvent();
        return event.isEnabled() ? new RecordedRecovery(event, segment, pid, slot) : null;
    }

    /// A worker begins a task. Only while [Flight#isRecording].
    ///
    /// @param number of the task among those that the worker was given
    /// @return to be told of the end; null if it is not recorded
    public static @Nullable RecordedTask task(long number) {
        final TaskRunEvent event = new TaskRunEvent();
        return event.isEnabled() ? new RecordedTask(event, number) : null;
    }
}
