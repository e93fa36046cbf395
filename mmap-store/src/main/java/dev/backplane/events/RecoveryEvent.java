package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// What a dead participant held was given back.
@Name(FlightEvents.RECOVERY)
@Label("Recovery")
@Description("What a dead participant held of a segment's objects was given back")
@Category("Backplane")
@StackTrace(false)
final class RecoveryEvent extends Event {
    @Label("Segment")
    @Nullable
    String segment;

    @Label("Process")
    @Description("The process that has ended; 0 if it is unknown")
    long pid;

    @Label("Slot")
    int slot;

    @Label("Objects")
    @Description("How many objects it had attached that were looked after")
    int objects;

    @Label("Complete")
    @Description("Whether its slot is free now; not if an object is of a type that this process does not know")
    boolean complete;
}
