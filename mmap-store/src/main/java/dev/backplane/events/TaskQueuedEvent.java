package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A pool took a task.
@Name(FlightEvents.TASK_QUEUED)
@Label("Task Queued")
@Description("A pool took a task, which waits for a worker")
@Category({"Backplane", "Pool"})
@StackTrace(false)
final class TaskQueuedEvent extends PoolEvent {
    @Label("Task")
    @Description("The number of the task, of all of its pool")
    long task;

    @Label("Elements")
    int elements;
}
