package dev.backplane.benchmarks.message;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.codec.Codecs;
import java.io.IOException;
import java.nio.file.Path;

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

    /// A new link.
    ///
    /// @param name unique among those of a run
    Link open(Manager manager, Path directory, String name, int messageBytes) throws IOException {
        return switch (this) {
            case CHANNEL -> new ChannelLink(manager.channel(name, ChannelOptions.oneToOne(CAPACITY_BYTES)));
            case QUEUE ->
                new QueueLink(manager.queue(
                        name,
                        QueueOptions.of(CAPACITY_BYTES / messageBytes, Codecs.of(byte[].class))
                                .withSlotBytes(messageBytes)));
            case AGRONA_ONE_TO_ONE -> new RingLink(directory.resolve(name).toString(), CAPACITY_BYTES, false);
            case AGRONA_MANY_TO_ONE -> new RingLink(directory.resolve(name).toString(), CAPACITY_BYTES, true);
            case CHRONICLE -> new ChronicleLink(directory.resolve(name).toString());
        };
    }
}
