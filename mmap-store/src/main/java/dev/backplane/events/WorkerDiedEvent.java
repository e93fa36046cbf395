package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A worker of a pool ended unasked.
@Name(FlightEvents.WORKER_DIED)
@Label("Worker Died")
@Description("A worker of a pool ended though it was not told to, or was killed by its pool")
@Category({"Backplane", "Pool"})
@StackTrace(false)
final class WorkerDiedEvent extends PoolEvent {
    @Label("Worker")
    int worker;

    @Label("Worker Process")
    long workerPid;

    @Label("Exit Code")
    int exitCode;

    @Label("Tasks Held")
    @Description("How many tasks it held that were not done")
    int tasksHeld;
}
