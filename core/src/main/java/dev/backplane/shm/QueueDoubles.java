package dev.backplane.shm;

import dev.backplane.SharedQueue;
import dev.backplane.store.WaitLoop;

/// A queue of 64-bit floating-point numbers without boxes.
///
/// @param transfer moves the bits
record QueueDoubles(QueueTransfer<?> transfer) implements SharedQueue.Doubles {
    @Override
    public boolean offer(double value) {
        return transfer.offerBits(Double.doubleToRawLongBits(value));
    }

    @Override
    public void put(double value) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        transfer.putBits(Double.doubleToRawLongBits(value), WaitLoop.FOREVER);
    }

    @Override
    public double poll(double ifEmpty) {
        final long position = transfer.claimFullNow();
        return position < 0 ? ifEmpty : Double.longBitsToDouble(transfer.takeBits(position));
    }

    @Override
    public double take() throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        return Double.longBitsToDouble(transfer.takeBits());
    }
}
