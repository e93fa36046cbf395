package dev.backplane.benchmarks.message;

import dev.backplane.SharedQueue;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// [SharedQueue].
@SuppressWarnings("serial") // The queue is serialized as its handle.
final class QueueLink implements Link {
    private static final long serialVersionUID = 1;

    private final SharedQueue<byte[]> queue;
    private transient @Nullable Copies copies;

    QueueLink(SharedQueue<byte[]> queue) {
        this.queue = queue;
    }

    private record Copies(Message message) implements SharedQueue.Handler, SharedQueue.Filler {
        @Override
        public void fill(MemorySegment memory, long offset, long length) {
            MemorySegment.copy(message.segment(), 0, memory, offset, length);
        }

        @Override
        public void handle(MemorySegment memory, long offset, long length) {
            MemorySegment.copy(memory, offset, message.segment(), 0, length);
        }
    }

    private Copies of(Message message) {
        Copies of = copies;
        if (of == null || of.message != message) {
            of = new Copies(message);
            copies = of;
        }
        return of;
    }

    @Override
    public boolean trySend(Message message) {
        return queue.publish(message.length(), of(message));
    }

    @Override
    public boolean tryReceive(Message message) {
        return queue.receive(of(message));
    }

    @Override
    public int receiveAll(Message message, int most) {
        return queue.drain(of(message), most);
    }
}
