package dev.backplane.pool;

import java.util.Arrays;
import java.util.Optional;

/// What a worker of a pool is at.
public enum WorkerState {
    /// Its JVM starts.
    STARTING(1),
    /// It waits for a task.
    IDLE(2),
    /// It is at a task.
    BUSY(3),
    /// It has done its last task and ends.
    STOPPING(4),
    /// It has ended, and no other one has its place yet.
    ENDED(5);

    private final int code;

    WorkerState(int code) {
        this.code = code;
    }

    /// The state in shared memory; 0 stands for a place that nobody has had.
    int code() {
        return code;
    }

    static Optional<WorkerState> of(int code) {
        return Arrays.stream(values()).filter(state -> state.code == code).findFirst();
    }
}
