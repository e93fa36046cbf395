package dev.backplane.benchmarks.message;

import dev.backplane.SharedQueue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
        MemorySegment.copy(message.bytes(), 0, memory, ValueLayout.JAVA_BYTE, offset, (int) length);
    }

    @Override
    public void handle(MemorySegment memory, long offset, long length) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, message.bytes(), 0, (int) length);
    }
}
