package dev.backplane.benchmarks.message;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.jctools.queues.MpmcArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/// What can be measured. All have about [#CAPACITY_BYTES] of room, but Aeron and Chronicle Queue, which come as they
/// are.
public enum Links {
    /// SharedChannel, one to one.
    CHANNEL("SharedChannel"),
    /// SharedQueue.
    QUEUE("SharedQueue"),
    /// Agrona's ring buffer for one sender, over its own UnsafeBuffer on a mapped file.
    AGRONA_ONE_TO_ONE("Agrona's OneToOneRingBuffer"),
    /// Agrona's ring buffer for many senders, the same.
    AGRONA_MANY_TO_ONE("Agrona's ManyToOneRingBuffer"),
    /// Aeron IPC, by a publication for many threads, as a queue is for many.
    AERON("Aeron IPC"),
    /// Aeron IPC, by a publication that one thread has for itself.
    AERON_EXCLUSIVE("Aeron IPC, exclusive publication"),
    /// Chronicle Queue, on files in shared memory.
    CHRONICLE("Chronicle Queue"),
    /// JCTools' queue for one sender and one receiver, two threads of one JVM.
    JCTOOLS_SPSC("JCTools' SpscArrayQueue"),
    /// JCTools' queue for many of both, two threads of one JVM.
    JCTOOLS_MPMC("JCTools' MpmcArrayQueue"),
    /// LMAX Disruptor's ring, two threads of one JVM.
    DISRUPTOR("Disruptor"),
    /// The JDK's, two threads of one JVM.
    ARRAY_BLOCKING_QUEUE("ArrayBlockingQueue");

    private static final int CAPACITY_BYTES = 1 << 20;
    private static final int FIRST_STREAM = 1000;

    private final String type;

    Links(String type) {
        this.type = type;
    }

    /// What tables call it.
    ///
    /// @return its type, and whether that cannot reach another JVM
    public String title() {
        return isInOneJvm() ? type + " in one JVM" : type;
    }

    /// Whether it is Backplane's, which needs neither flags nor libraries of rivals.
    ///
    /// @return so
    public boolean isOurs() {
        return this == CHANNEL || this == QUEUE;
    }

    /// Whether the other end is a thread of this JVM: a limit for what crosses processes.
    ///
    /// @return so
    public boolean isInOneJvm() {
        return switch (this) {
            case JCTOOLS_SPSC, JCTOOLS_MPMC, DISRUPTOR, ARRAY_BLOCKING_QUEUE -> true;
            default -> false;
        };
    }

    /// Starts what both ends need, before any is opened.
    AutoCloseable services(Path directory) {
        return this == AERON || this == AERON_EXCLUSIVE ? AeronEnd.driver(aeron(directory)) : () -> {};
    }

    private static String aeron(Path directory) {
        return directory.resolve("aeron").toString();
    }

    /// A new link.
    ///
    /// @param name unique among those of a run
    Link open(Manager manager, Path directory, String name, int messageBytes) throws IOException {
        final String file = directory.resolve(name).toString();
        final int slots = CAPACITY_BYTES / messageBytes;
        return switch (this) {
            case CHANNEL -> {
                final SharedChannel channel = manager.channel(name, ChannelOptions.oneToOne(CAPACITY_BYTES));
                yield message -> new ChannelEnd(channel, message);
            }
            case QUEUE -> {
                final SharedQueue<byte[]> queue = manager.queue(
                        name, QueueOptions.of(slots, Codecs.of(byte[].class)).withSlotBytes(messageBytes));
                yield message -> new QueueEnd(queue, message);
            }
            case AGRONA_ONE_TO_ONE -> message -> RingEnd.open(file, CAPACITY_BYTES, OneToOneRingBuffer::new, message);
            case AGRONA_MANY_TO_ONE -> message -> RingEnd.open(file, CAPACITY_BYTES, ManyToOneRingBuffer::new, message);
            case AERON, AERON_EXCLUSIVE -> {
                final String driver = aeron(directory);
                final int stream = FIRST_STREAM + name.hashCode() % FIRST_STREAM;
                yield message -> AeronEnd.open(driver, stream, this == AERON_EXCLUSIVE, message);
            }
            case CHRONICLE -> message -> ChronicleEnd.open(file, message);
            case JCTOOLS_SPSC -> references(new SpscArrayQueue<>(slots), slots);
            case JCTOOLS_MPMC -> references(new MpmcArrayQueue<>(slots), slots);
            case DISRUPTOR -> DisruptorEnd.link(slots, messageBytes);
            case ARRAY_BLOCKING_QUEUE -> references(new ArrayBlockingQueue<>(slots), slots);
        };
    }

    private static Link references(Queue<byte[]> queue, int capacity) {
        return message -> new ReferenceEnd(queue, capacity, message);
    }
}
