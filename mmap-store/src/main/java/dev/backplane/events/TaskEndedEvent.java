package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// A pool learned how a task ended.
@Name(FlightEvents.TASK_ENDED)
@Label("Task Ended")
@Description("A pool learned how a task ended: done, failed, timed out, or lost with its worker")
@Category({"Backplane", "Pool"})
@StackTrace(false)
final class TaskEndedEvent extends PoolEvent {
    @Label("Task")
    @Description("The number of the task, of all of its pool")
    long task;

    @Label("Worker")
    int worker;

    @Label("Worker Process")
    long workerPid;

    @Label("Outcome")
    @Nullable
    String outcome;
}
