package dev.backplane.shm;

import dev.backplane.SharedChannel;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;

/// The sending side of a channel: who may send, and claims of room in the ring.
sealed interface ChannelSenders permits SoleSender, ManySenders {
    /// Sends a copy of some bytes, if there is room.
    ///
    /// @return whether there was
    /// @throws IllegalStateException if the calling thread may not send
    boolean trySend(int messageType, MemorySegment source, long offset, int lengthBytes);

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

    /// What a claim is refused with that its sender does not have.
    static IllegalStateException notClaimed(long claim, Region region) {
        return new IllegalStateException("claim 0x" + Long.toHexString(claim) + " of " + region
                + " was sent or given up already, or never made");
    }

    /// [#trySend] by a claim.
    static boolean trySend(
            ChannelSenders senders,
            MemorySegment memory,
            int messageType,
            MemorySegment source,
            long offset,
            int lengthBytes) {
        final long claim = senders.tryClaim(messageType, lengthBytes);
        if (claim == SharedChannel.NO_ROOM) {
            return false;
        }
        boolean written = false;
        try {
            ArrayCopy.copy(source, offset, memory, ChannelLayout.RING_OFFSET + (long) index(claim), lengthBytes);
            written = true;
        } finally {
            if (!written) {
                senders.abort(claim);
            }
        }
        senders.commit(claim);
        return true;
    }
}
