package dev.backplane.benchmarks.message;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/// One of Agrona's ring buffers as it comes: over its UnsafeBuffer, on a mapped file.
final class RingLink implements Link {
    private static final long serialVersionUID = 1;
    private static final int TYPE = 1;

    private final String file;
    private final int capacity;
    private final boolean many;
    private transient @Nullable RingBuffer ring;
    private transient @Nullable Copy copy;

    RingLink(String file, int capacity, boolean many) {
        this.file = file;
        this.capacity = capacity;
        this.many = many;
    }

    private record Copy(Message message, UnsafeBuffer buffer) implements MessageHandler {
        @Override
        public void onMessage(int typeId, MutableDirectBuffer buffer, int index, int length) {
            buffer.getBytes(index, message.bytes(), 0, length);
        }
    }

    private RingBuffer ring() {
        RingBuffer there = ring;
        if (there == null) {
            there = map();
            ring = there;
        }
        return there;
    }

    private RingBuffer map() {
        try (FileChannel channel = FileChannel.open(
                Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final UnsafeBuffer buffer = new UnsafeBuffer(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity + RingBufferDescriptor.TRAILER_LENGTH));
            return many ? new ManyToOneRingBuffer(buffer) : new OneToOneRingBuffer(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot map " + file, e);
        }
    }

    private Copy into(Message message) {
        Copy into = copy;
        if (into == null || into.message != message) {
            into = new Copy(message, new UnsafeBuffer(message.bytes()));
            copy = into;
        }
        return into;
    }

    @Override
    public boolean trySend(Message message) {
        return ring().write(TYPE, into(message).buffer, 0, message.length());
    }

    @Override
    public boolean tryReceive(Message message) {
        return ring().read(into(message), 1) == 1;
    }

    @Override
    public int receiveAll(Message message, int most) {
        return ring().read(into(message), most);
    }
}
