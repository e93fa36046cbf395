package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A pool gave a task to a worker, which begins it when it has ended the one before.
@Name(FlightEvents.TASK_GIVEN)
@Label("Task Given")
@Description("A pool gave a task to a worker")
@Category({"Backplane", "Pool"})
@StackTrace(false)
final class TaskGivenEvent extends PoolEvent {
    @Label("Task")
    @Description("The number of the task, of all of its pool")
    long task;

    @Label("Worker")
    int worker;

    @Label("Worker Process")
    long workerPid;

    @Label("Number")
    @Description("Counts the tasks that the worker was given: the number in the worker's own events")
    long number;
}
