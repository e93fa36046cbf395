package dev.backplane.events;

import java.util.function.Supplier;

/// A wait that is under way, to be recorded when it ends, if it lasts long enough.
///
/// For the thread that waits.
public final class RecordedWait {
    private final WaitingEvent event;

    RecordedWait(WaitingEvent event) {
        this.event = event;
        event.begin();
    }

    /// Ends the wait.
    ///
    /// @param outcome how it ended
    /// @param place what was waited for; asked only if the wait is recorded
    public void end(String outcome, Supplier<Place> place) {
        event.end();
        if (event.shouldCommit()) {
            event.outcome = outcome;
            event.at(place.get());
            event.commit();
        }
    }
}
