package dev.backplane.shm;

/// The sending side of a channel: who may send, and claims of room in the ring.
sealed interface ChannelSenders permits SoleSender, ManySenders {
    /// Claims room for a message.
    ///
    /// @return the claim, or [SharedChannel#NO_ROOM]
    /// @throws IllegalStateException if the calling thread may not send
    long tryClaim(int messageType, int lengthBytes);

    /// Makes a claim's message visible.
    void commit(long claim);

    /// Makes a claim's room padding.
    void abort(long claim);

    /// Whether a claim that is not sent yet may still be: false only if its claimant is known to be dead.
    boolean mayFinish();

    /// Gives the calling thread's end up.
    void leave();

    /// Whether a living process sends.
    boolean isHeld();

    /// Gives back what a dead participant held. Idempotent.
    void abandon(int deadOwner);

    /// Where in the ring a claim's message is.
    static int index(long claim) {
        return (int) claim;
    }
}
