package dev.backplane.store.durable;

import java.time.InstantSource;

/// How a journal is opened, and how it is made if it is not there.
///
/// @param content what the entries are, in a word or a codec's name: one line of at most [#LONGEST_CONTENT]
///     characters. It is recorded when the journal is made, and refused if another is asked for later
/// @param roll how much time a file holds; that of an existing journal stays as it was made
/// @param sync whether an append returns only when the disk has the entry. Without it an entry survives the
///     death of processes at once, and that of the machine when the kernel has written it, usually within
///     half a minute
/// @param retention what is kept; applied after the first entry that one appends, and after the first of each new
///     roll file. If that fails it is logged, as a warning, and tried again at the next new file
/// @param clock where entries and roll files get their time
public record JournalOptions(String content, RollPeriod roll, boolean sync, Retention retention, InstantSource clock) {
    /// The most characters of a content.
    public static final int LONGEST_CONTENT = 1000;

    /// Checks each value.
    public JournalOptions {
        if (content.isBlank()
                || content.length() > LONGEST_CONTENT
                || content.indexOf('\n') >= 0
                || content.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(
                    "content must be one line of 1 to " + LONGEST_CONTENT + " characters, is \"" + content + "\"");
        }
    }

    /// A file an hour, no waiting for the disk, everything kept, the system's clock.
    ///
    /// @param content what the entries are
    /// @return the defaults
    public static JournalOptions of(String content) {
        return new JournalOptions(content, RollPeriod.HOUR, false, Retention.everything(), InstantSource.system());
    }

    /// These options for entries of another kind.
    ///
    /// @param kind in a word, or a codec's name
    /// @return a copy
    public JournalOptions withContent(String kind) {
        return new JournalOptions(kind, roll, sync, retention, clock);
    }

    /// These options with another roll period.
    ///
    /// @param period of a journal that is made
    /// @return a copy
    public JournalOptions withRoll(RollPeriod period) {
        return new JournalOptions(content, period, sync, retention, clock);
    }

    /// These options with or without waiting for the disk.
    ///
    /// @param wait whether each append waits
    /// @return a copy
    public JournalOptions withSync(boolean wait) {
        return new JournalOptions(content, roll, wait, retention, clock);
    }

    /// These options with another retention.
    ///
    /// @param kept what is kept
    /// @return a copy
    public JournalOptions withRetention(Retention kept) {
        return new JournalOptions(content, roll, sync, kept, clock);
    }

    /// These options with another clock.
    ///
    /// @param source of the time
    /// @return a copy
    public JournalOptions withClock(InstantSource source) {
        return new JournalOptions(content, roll, sync, retention, source);
    }
}
