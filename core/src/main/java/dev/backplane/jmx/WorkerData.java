package dev.backplane.jmx;

/// One worker of a pool.
///
/// @param number counts the workers that the pool has started
/// @param pid its process, 0 until it has one
/// @param state what it is at
/// @param tasksDone how many tasks it has finished
/// @param tasksFailed how many of them have thrown
/// @param tasksHeld how many it holds
/// @param busyMillis how long it was at tasks
/// @param idleMillis how long it waited for tasks
/// @param heapUsedBytes how much of its heap is in use
public record WorkerData(
        int number,
        long pid,
        String state,
        long tasksDone,
        long tasksFailed,
        int tasksHeld,
        long busyMillis,
        long idleMillis,
        long heapUsedBytes) {}
