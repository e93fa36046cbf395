package dev.backplane.shm;

import dev.backplane.SharedQueue;
import dev.backplane.store.WaitLoop;

/// A queue of 64-bit integers without boxes.
///
/// @param transfer moves the bits
record QueueLongs(QueueTransfer<?> transfer) implements SharedQueue.Longs {
    @Override
    public boolean offer(long value) {
        try {
            return transfer.putBits(value, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("an offer without a time-out was interrupted", e);
        }
    }

    @Override
    public void put(long value) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        transfer.putBits(value, WaitLoop.FOREVER);
    }

    @Override
    public long poll(long ifEmpty) {
        final long position = transfer.claimFullNow();
        return position < 0 ? ifEmpty : transfer.takeBits(position);
    }

    @Override
    public long take() throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        final long position = transfer.awaitFull(WaitLoop.FOREVER);
        if (position < 0) {
            throw transfer.shutDown();
        }
        return transfer.takeBits(position);
    }
}
