package dev.backplane.benchmarks.message;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Of one of Agrona's ring buffers as it comes: over its UnsafeBuffer, on a mapped file.
record RingEnd(RingBuffer ring, byte[] message, UnsafeBuffer source) implements Link.End, MessageHandler {
    private static final int TYPE = 1;

    /// Maps the file, or makes it.
    static RingEnd open(String file, int capacity, Function<AtomicBuffer, RingBuffer> ring, Message message)
            throws IOException {
        try (FileChannel channel = FileChannel.open(
                Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final UnsafeBuffer buffer = new UnsafeBuffer(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity + RingBufferDescriptor.TRAILER_LENGTH));
            return new RingEnd(ring.apply(buffer), message.bytes(), new UnsafeBuffer(message.bytes()));
        }
    }

    @Override
    public boolean trySend() {
        return ring.write(TYPE, source, 0, message.length);
    }

    @Override
    public int tryReceive(int most) {
        return ring.read(this, most);
    }

    @Override
    public void onMessage(int typeId, MutableDirectBuffer buffer, int index, int length) {
        buffer.getBytes(index, message, 0, length);
    }
}
