package dev.backplane.events;

/// What a pool tells the Flight Recorder: the way of its tasks, and the deaths of its workers.
///
/// Thread-safe. Costs a look at a flag where nobody records.
///
/// @param name of the pool
public record RecordedPool(String name) {
    /// A task was taken and waits for a worker.
    ///
    /// @param task its number
    /// @param elements how many it has
    public void queued(long task, int elements) {
        if (Flight.isRecording()) {
            final TaskQueuedEvent event = new TaskQueuedEvent();
            if (event.shouldCommit()) {
                event.pool = name;
                event.task = task;
                event.elements = elements;
                event.commit();
            }
        }
    }

    /// A task was given to a worker.
    ///
    /// @param task its number
    /// @param worker the worker's number
    /// @param workerPid the worker's process
    /// @param number of the task among those that the worker was given
    public void given(long task, int worker, long workerPid, long number) {
        if (Flight.isRecording()) {
            final TaskGivenEvent event = new TaskGivenEvent();
            if (event.shouldCommit()) {
                event.pool = name;
                event.task = task;
                event.worker = worker;
                event.workerPid = workerPid;
                event.number = number;
                event.commit();
            }
        }
    }

    /// A task ended, or was lost.
    ///
    /// @param task its number
    /// @param worker the worker's number
    /// @param workerPid the worker's process
    /// @param outcome `done`, `failed`, `timed out`, or `lost` with its worker
    public void ended(long task, int worker, long workerPid, String outcome) {
        if (Flight.isRecording()) {
            final TaskEndedEvent event = new TaskEndedEvent();
            if (event.shouldCommit()) {
                event.pool = name;
                event.task = task;
                event.worker = worker;
                event.workerPid = workerPid;
                event.outcome = outcome;
                event.commit();
            }
        }
    }

    /// A worker ended unasked.
    ///
    /// @param worker its number
    /// @param workerPid its process
    /// @param exitCode of the process
    /// @param tasksHeld how many tasks it held
    public void workerDied(int worker, long workerPid, int exitCode, int tasksHeld) {
        if (Flight.isRecording()) {
            final WorkerDiedEvent event = new WorkerDiedEvent();
            if (event.shouldCommit()) {
                event.pool = name;
                event.worker = worker;
                event.workerPid = workerPid;
                event.exitCode = exitCode;
                event.tasksHeld = tasksHeld;
                event.commit();
            }
        }
    }
}
