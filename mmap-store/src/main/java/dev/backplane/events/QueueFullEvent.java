package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Throttle;

/// A queue had no place for an element: the thread was refused, or slept until there was one.
///
/// Limited to so many a second, since a producer that is refused tends to try again at once.
@Name(FlightEvents.QUEUE_FULL)
@Label("Queue Full")
@Description("A queue had no place for an element, and its producer was refused or waited")
@Category("Backplane")
@Throttle("100/s")
final class QueueFullEvent extends WaitingEvent {
    @Label("Capacity")
    int capacity;
}
