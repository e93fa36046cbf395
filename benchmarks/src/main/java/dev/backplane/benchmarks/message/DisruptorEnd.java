package dev.backplane.benchmarks.message;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;

/// Of LMAX Disruptor's ring for one producer, within one JVM.
final class DisruptorEnd implements Link.End, EventPoller.Handler<byte[]> {
    private final RingBuffer<byte[]> ring;
    private final EventPoller<byte[]> poller;
    private final byte[] message;
    private int count;
    private int most;

    DisruptorEnd(RingBuffer<byte[]> ring, EventPoller<byte[]> poller, Message message) {
        this.ring = ring;
        this.poller = poller;
        this.message = message.bytes();
    }

    /// A ring and who reads it.
    static Link link(int capacity, int messageBytes) {
        final RingBuffer<byte[]> ring = RingBuffer.createSingleProducer(() -> new byte[messageBytes], capacity);
        final EventPoller<byte[]> poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
        return message -> new DisruptorEnd(ring, poller, message);
    }

    @Override
    public boolean trySend() {
        if (!ring.hasAvailableCapacity(1)) {
            return false;
        }
        final long sequence = ring.next();
        System.arraycopy(message, 0, ring.get(sequence), 0, message.length);
        ring.publish(sequence);
        return true;
    }

    @Override
    public int tryReceive(int atMost) {
        count = 0;
        most = atMost;
        try {
            poller.poll(this);
        } catch (Exception e) {
            throw new IllegalStateException("the handler below throws nothing", e);
        }
        return count;
    }

    @Override
    public boolean onEvent(byte[] event, long sequence, boolean endOfBatch) {
        System.arraycopy(event, 0, message, 0, message.length);
        return ++count < most;
    }
}
