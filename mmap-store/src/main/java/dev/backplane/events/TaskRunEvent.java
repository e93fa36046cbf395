package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A worker did a task, from its begin to its end. In the worker's JVM.
@Name(FlightEvents.TASK_RUN)
@Label("Task Run")
@Description("A worker did a task; recorded in the worker's own JVM")
@Category({"Backplane", "Pool"})
@StackTrace(false)
final class TaskRunEvent extends Event {
    @Label("Number")
    @Description("Counts the tasks that the worker was given")
    long number;

    @Label("Failed")
    @Description("Whether the task threw")
    boolean failed;
}
