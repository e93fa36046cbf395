package dev.backplane.pool;

import java.nio.file.Path;
import java.util.Objects;

/// Where a map records what it has done, so that the same call goes on there after its process was killed.
///
/// The directory is a journal of [dev.backplane.store.durable.Journal], opened for the time of a call and
/// used by one call at a time, of all processes; a call that is killed leaves it to the next at once. It
/// belongs to one call: [PoolJournals] says which calls are the same. Delete the directory when its result is
/// no longer needed.
///
/// @param directory made if it is not there; its parent must exist
/// @param sync whether a chunk counts as recorded only when the disk has it. Without it, what was recorded
///     survives the death of processes; after that of the machine, the last half minute may be done again
public record MapJournal(Path directory, boolean sync) {
    /// Checks that there is a directory.
    public MapJournal {
        Objects.requireNonNull(directory, "directory");
    }

    /// A journal in a directory, not waiting for the disk.
    ///
    /// @param directory made if it is not there; its parent must exist
    /// @return the journal, not opened yet
    public static MapJournal at(Path directory) {
        return new MapJournal(directory, false);
    }

    /// This journal with or without waiting for the disk.
    ///
    /// @param wait whether each chunk waits
    /// @return a copy
    public MapJournal withSync(boolean wait) {
        return new MapJournal(directory, wait);
    }
}
