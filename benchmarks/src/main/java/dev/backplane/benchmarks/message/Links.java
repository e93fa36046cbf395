package dev.backplane.benchmarks.message;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/// What can be measured. All have about [#CAPACITY_BYTES] of room.
public enum Links {
    /// SharedChannel, one to one.
    CHANNEL,
    /// SharedQueue.
    QUEUE,
    /// Agrona's ring buffer for one sender, over its own UnsafeBuffer on a mapped file.
    AGRONA_ONE_TO_ONE,
    /// Agrona's ring buffer for many senders, the same.
    AGRONA_MANY_TO_ONE,
    /// Chronicle Queue, on files in shared memory.
    CHRONICLE;

    private static final int CAPACITY_BYTES = 1 << 20;

    /// Whether it is Backplane's, which needs neither flags nor libraries of rivals.
    ///
    /// @return so
    public boolean isOurs() {
        return this == CHANNEL || this == QUEUE;
    }

    /// A new link.
    ///
    /// @param name unique among those of a run
    Link open(Manager manager, Path directory, String name, int messageBytes) throws IOException {
        final String file = directory.resolve(name).toString();
        return switch (this) {
            case CHANNEL -> {
                final SharedChannel channel = manager.channel(name, ChannelOptions.oneToOne(CAPACITY_BYTES));
                yield message -> new ChannelEnd(channel, message);
            }
            case QUEUE -> {
                final SharedQueue<byte[]> queue = manager.queue(
                        name,
                        QueueOptions.of(CAPACITY_BYTES / messageBytes, Codecs.of(byte[].class))
                                .withSlotBytes(messageBytes));
                yield message -> new QueueEnd(queue, message);
            }
            case AGRONA_ONE_TO_ONE -> message -> RingEnd.open(file, CAPACITY_BYTES, OneToOneRingBuffer::new, message);
            case AGRONA_MANY_TO_ONE -> message -> RingEnd.open(file, CAPACITY_BYTES, ManyToOneRingBuffer::new, message);
            case CHRONICLE -> message -> ChronicleEnd.open(file, message);
        };
    }
}
