package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/// A thread waited for a lock, of either kind, or for a mutex inside of some other object.
@Name(FlightEvents.LOCK_CONTENTION)
@Label("Lock Contention")
@Description("A thread waited for a lock that another thread or process held")
@Category("Backplane")
@Threshold("10 ms")
final class LockContentionEvent extends WaitingEvent {
    @Label("Owner Process")
    @Description("The process that held the lock when the wait began; 0 if readers did, or it is unknown")
    long ownerPid;
}
