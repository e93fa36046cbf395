package dev.backplane.events;

/// A recovery that is under way, to be recorded when it ends.
///
/// For the thread that recovers.
public final class RecordedRecovery {
    private final RecoveryEvent event;

    RecordedRecovery(RecoveryEvent event, String segment, long pid, int slot) {
        this.event = event;
        event.segment = segment;
        event.pid = pid;
        event.slot = slot;
        event.begin();
    }

    /// Counts an object that was looked after.
    public void object() {
        event.objects++;
    }

    /// Ends the recovery.
    ///
    /// @param complete whether the dead one's slot is free now
    public void end(boolean complete) {
        event.end();
        if (event.shouldCommit()) {
            event.complete = complete;
            event.commit();
        }
    }
}
