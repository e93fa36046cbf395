package dev.backplane.benchmarks.message;

import dev.backplane.SharedQueue;
import java.lang.foreign.MemorySegment;

/// Of a [SharedQueue].
record QueueEnd(SharedQueue<byte[]> queue, Message message)
        implements Link.End, SharedQueue.Filler, SharedQueue.Handler {
    @Override
    public boolean trySend() {
        return queue.publish(message.length(), this);
    }

    @Override
    public int tryReceive(int most) {
        return queue.drain(this, most);
    }

    @Override
    public void fill(MemorySegment memory, long offset, long length) {
        MemorySegment.copy(message.segment(), 0, memory, offset, length);
    }

    @Override
    public void handle(MemorySegment memory, long offset, long length) {
        MemorySegment.copy(memory, offset, message.segment(), 0, length);
    }
}
