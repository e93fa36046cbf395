package dev.backplane.pool;

/// One worker of a pool, as it was a moment ago.
///
/// @param number counts the workers that the pool has started, from 1: a replacement has a number of its own
/// @param pid its process id
/// @param ready whether it has reported that it can take tasks
/// @param tasksDone how many tasks it has finished
/// @param tasksHeld how many tasks it holds now
public record WorkerStatus(int number, long pid, boolean ready, long tasksDone, int tasksHeld) {}
