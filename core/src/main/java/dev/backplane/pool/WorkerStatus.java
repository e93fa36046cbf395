package dev.backplane.pool;

import java.time.Duration;
import java.time.Instant;

/// One worker of a pool, as it was a moment ago: what it writes into the pool's memory as it works, and what
/// the pool does. A process that looks at the pool from outside sees the same, see [PoolStatus].
///
/// The values are of one moment, unless the worker was killed as it wrote them: then a task may be missing in
/// some.
///
/// @param number counts the workers that the pool has started, from 1: a replacement has a number of its own
/// @param pid its process id, 0 until it has one
/// @param state what it is at
/// @param since when that began, by the host's clock: for [WorkerState#BUSY], the begin of its task
/// @param tasksDone how many tasks it has finished, those that failed among them
/// @param tasksFailed how many tasks have thrown
/// @param tasksHeld how many tasks it holds now
/// @param busy how long it was at tasks, the one that it is at included
/// @param idle how long it waited for tasks
/// @param startUp from the start of its process until it could take tasks; zero until then
/// @param started when its process was started, by the host's clock
/// @param heapUsedBytes how much of its heap is in use, measured at most every 100 ms, and not while it is
///     idle
/// @param heapCommittedBytes how much memory its heap has from the system
public record WorkerStatus(
        int number,
        long pid,
        WorkerState state,
        Instant since,
        long tasksDone,
        long tasksFailed,
        int tasksHeld,
        Duration busy,
        Duration idle,
        Duration startUp,
        Instant started,
        long heapUsedBytes,
        long heapCommittedBytes) {
    /// Whether it has reported that it can take tasks, and has not begun to end.
    ///
    /// @return true if it is idle or busy
    public boolean ready() {
        return state == WorkerState.IDLE || state == WorkerState.BUSY;
    }
}
