package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Something was found held by a participant that is dead, or that left without giving it back.
@Name(FlightEvents.OWNER_DEATH)
@Label("Owner Death")
@Description("A lock, or a mutex inside of an object, was found held by a participant that is dead or has left")
@Category("Backplane")
@StackTrace(false)
final class OwnerDeathEvent extends PlacedEvent {
    @Label("Owner Process")
    @Description("The process that has ended; 0 if it is unknown")
    long ownerPid;

    @Label("Owner Slot")
    int ownerSlot;
}
