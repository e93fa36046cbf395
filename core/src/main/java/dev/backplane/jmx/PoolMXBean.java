package dev.backplane.jmx;

import java.util.List;

/// A pool of this JVM.
public interface PoolMXBean {
    /// Its name.
    ///
    /// @return as its builder was told, or numbered
    String getName();

    /// How many workers it has at once.
    ///
    /// @return a number
    int getPlaces();

    /// How many workers are at a task.
    ///
    /// @return a number
    int getBusyWorkers();

    /// How many tasks its workers have finished, those that failed among them.
    ///
    /// @return a number
    long getTasksDone();

    /// How many tasks have thrown.
    ///
    /// @return a number
    long getTasksFailed();

    /// How many tasks its workers hold.
    ///
    /// @return a number
    int getTasksHeld();

    /// Its workers.
    ///
    /// @return a snapshot
    List<WorkerData> getWorkers();
}
