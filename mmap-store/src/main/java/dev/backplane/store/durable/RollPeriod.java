package dev.backplane.store.durable;

import java.time.Duration;

/// How much time one file of a journal holds: what retention deletes at a time, and where a search by time
/// begins.
public enum RollPeriod {
    /// A file a minute, of at most 67 million entries: for short-lived journals and for tests.
    MINUTE(Duration.ofMinutes(1)),
    /// A file an hour, of at most 4 billion entries.
    HOUR(Duration.ofHours(1)),
    /// A file a day, in UTC, of at most 4 billion entries.
    DAY(Duration.ofDays(1));

    private final Duration length;

    RollPeriod(Duration length) {
        this.length = length;
    }

    /// The length of a period.
    ///
    /// @return a minute, an hour or a day
    public Duration length() {
        return length;
    }
}
