package dev.backplane.shm;

import dev.backplane.SharedQueue;

/// A queue of 64-bit floating-point numbers without boxes.
///
/// @param bits moves them as integers of the same bits
record QueueDoubles(QueueLongs bits) implements SharedQueue.Doubles {
    @Override
    public boolean offer(double value) {
        return bits.offer(Double.doubleToRawLongBits(value));
    }

    @Override
    public void put(double value) throws InterruptedException {
        bits.put(Double.doubleToRawLongBits(value));
    }

    @Override
    public double poll(double ifEmpty) {
        return Double.longBitsToDouble(bits.poll(Double.doubleToRawLongBits(ifEmpty)));
    }

    @Override
    public double take() throws InterruptedException {
        return Double.longBitsToDouble(bits.take());
    }
}
