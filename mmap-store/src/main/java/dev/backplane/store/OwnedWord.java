package dev.backplane.store;

import dev.backplane.store.RobustWord.Outcome;

/// A 32-bit word that a participant owns, see [OwnerWord], whatever decides who is next.
///
/// A free, consistent word is 0 in every implementation, and one that is owned and nobody waits for is the
/// owner's bits alone: so the fast path, [RobustWord#tryAcquireFree(java.lang.foreign.MemorySegment, long, int)],
/// is the same for all.
public interface OwnedWord {
    /// Acquires the word if nobody alive owns it, without waiting.
    ///
    /// @return [Outcome#TIMED_OUT] if it is owned, or somebody is just giving it back for a dead owner
    Outcome tryAcquire();

    /// Acquires the word, waiting as long as it takes and whatever interrupts.
    ///
    /// @param waiting how to wait
    /// @return [Outcome#ACQUIRED] or [Outcome#ABANDONED]
    /// @throws IllegalStateException if the segment is closed meanwhile
    default Outcome acquire(Waiting waiting) {
        try {
            return acquire(waiting, WaitLoop.FOREVER, false);
        } catch (InterruptedException e) {
            throw new AssertionError("an uninterruptible wait was interrupted", e);
        }
    }

    /// Acquires the word within a time.
    ///
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    /// @return how it ended
    /// @throws InterruptedException if interrupted, within one slice
    /// @throws IllegalStateException if the segment is closed meanwhile
    Outcome acquire(Waiting waiting, long timeoutNanos, boolean interruptible) throws InterruptedException;

    /// Releases the word, consistent.
    ///
    /// @throws IllegalMonitorStateException if this participant does not own the word
    void release();

    /// Releases the word as it was found: the next owner gets [Outcome#ABANDONED] too.
    ///
    /// @throws IllegalMonitorStateException if this participant does not own the word
    void releaseAbandoned();

    /// Gives the word back as it was found, if this participant still owns it: for one who finds, having acquired
    /// it, that the segment was closed meanwhile, and that the identity in the word is no longer a live one's.
    ///
    /// @param outcome of acquiring it
    void giveBack(Outcome outcome);

    /// The word as it is, for inspection; see [OwnerWord].
    ///
    /// @return the raw word
    int word();
}
