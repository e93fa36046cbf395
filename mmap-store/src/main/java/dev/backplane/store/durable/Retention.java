package dev.backplane.store.durable;

import java.time.Duration;

/// What a journal keeps, in whole roll files: a file goes when it is too old or the files after it fill the
/// size.
///
/// Three kinds of files stay in any case: the newest one, those after a file that stays, and, unless
/// `evenIfUnread`, those that hold entries which some named tailer has not read. A tailer that nobody will use
/// again must be forgotten, or it keeps its entries for ever.
///
/// @param age how long an entry is kept at least; a file goes when all its entries are older
/// @param bytes how much is kept at least; a file goes when the files after it have that much
/// @param evenIfUnread whether entries go that a named tailer has not read
public record Retention(Duration age, long bytes, boolean evenIfUnread) {
    /// An age that nothing reaches.
    private static final Duration FOR_EVER = Duration.ofDays(365_000);

    /// Checks each value.
    public Retention {
        if (age.isNegative()) {
            throw new IllegalArgumentException("age is " + age + ", must not be negative");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes + ", must not be negative");
        }
    }

    /// Keeps everything.
    ///
    /// @return for ever, whatever the size
    public static Retention everything() {
        return new Retention(FOR_EVER, Long.MAX_VALUE, false);
    }

    /// This retention with another age.
    ///
    /// @param least how long an entry is kept at least
    /// @return a copy
    public Retention withAge(Duration least) {
        return new Retention(least, bytes, evenIfUnread);
    }

    /// This retention with another size.
    ///
    /// @param least how many bytes are kept at least
    /// @return a copy
    public Retention withBytes(long least) {
        return new Retention(age, least, evenIfUnread);
    }

    /// This retention, which does not spare what named tailers have not read.
    ///
    /// @return a copy
    public Retention evenUnread() {
        return new Retention(age, bytes, true);
    }

    boolean isEverything() {
        return age.compareTo(FOR_EVER) >= 0 && bytes == Long.MAX_VALUE;
    }
}
