package dev.backplane.shm;

import dev.backplane.store.OwnedWord;
import org.jspecify.annotations.Nullable;

/// What the threads of one attachment share about one lock: its word, and which of them owns it how often.
///
/// The word says which participant owns the lock; only this object says which thread. The fields are written
/// by the owner alone, between acquiring and releasing the word, so plain accesses do: another thread may read
/// a stale owner, but never itself.
final class ProcessLock {
    final OwnedWord word;

    @Nullable
    Thread owner;

    /// How often the owner holds the lock beyond the first time: the usual lock and unlock leave it alone.
    int reentries;

    /// Whether the owner holds what a dead one left, and will leave it so: it learned of the death where it
    /// could not refuse the lock, at the end of a wait on a condition.
    boolean abandoned;

    ProcessLock(OwnedWord word) {
        this.word = word;
    }
}
