package dev.backplane.shm;

import dev.backplane.SharedQueue;
import dev.backplane.store.WaitLoop;

/// A queue of 64-bit integers without boxes.
///
/// @param transfer moves the bits
record QueueLongs(QueueTransfer<?> transfer) implements SharedQueue.Longs {
    @Override
    public boolean offer(long value) {
        return transfer.offerBits(value);
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
        return transfer.takeBits();
    }
}
