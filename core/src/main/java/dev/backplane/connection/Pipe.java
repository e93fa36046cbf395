package dev.backplane.connection;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedLongArray;
import dev.backplane.SharedSemaphore;
import dev.backplane.codec.Codecs;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A pair of connected [Connection]s through shared memory, between JVMs of one host: what Python's `Pipe`
/// is, faster than a socket and without a call of the system while both ends are awake.
///
/// ```java
/// try (Pipe pipe = Pipe.open()) {
///     Connection theirs = pipe.right();
///     JvmProcess child = JvmProcess.start(() -> greet(theirs)); // Which sends.
///     pipe.left().receive();
/// }
/// ```
///
/// **Ends.** An end goes to another JVM by being captured in what that runs, and is used by one process at a
/// time; another one that tries at the same instant gets an [IllegalStateException]. It arrives with the
/// default codec, which also writes shared objects.
///
/// **End of stream.** An end counts as somebody's once it was used, or has arrived in another JVM. When
/// nobody has it any more, because all have closed it or their processes have ended, however that came about,
/// the other end receives what was sent before, and then the end; sending to it throws [IOException]. A
/// process's death is noticed within 200 ms. An end that was never used is waited for, such as that of a
/// child that is being started: who waits for one that may die before it begins waits for both, by
/// [Connections#await].
///
/// An end that was sent to another JVM, and did not arrive there, counts as one that is on its way.
///
/// **Length.** Messages may be of any length: long ones go in pieces.
///
/// **Memory.** The segment is freed when this JVM has closed both ends, or one and has given the other away
/// without using it, and every other JVM that had an end has ended.
///
/// @param left one end; of a one-way pipe the one that receives
/// @param right the other end; of a one-way pipe the one that sends
public record Pipe(Connection left, Connection right) implements AutoCloseable {
    /// How many bytes may be on their way in each direction, unless chosen.
    public static final int DEFAULT_CAPACITY_BYTES = 256 << 10;

    private static final int PARTICIPANTS = 64;
    private static final int OBJECTS = 16;
    private static final int OVERHEAD_BYTES = 4 << 20;

    /// Opens a pipe for both directions.
    ///
    /// @return two connected ends
    /// @throws IOException if there is no memory
    public static Pipe open() throws IOException {
        return open(DEFAULT_CAPACITY_BYTES);
    }

    /// Opens a pipe for both directions.
    ///
    /// @param capacityBytes how much may be on its way in each direction: a power of two
    /// @return two connected ends
    /// @throws IOException if there is no memory
    public static Pipe open(int capacityBytes) throws IOException {
        return open(capacityBytes, true);
    }

    /// Opens a pipe for one direction, as Python's `Pipe(duplex=False)`.
    ///
    /// @return the end that receives, and the one that sends
    /// @throws IOException if there is no memory
    public static Pipe oneWay() throws IOException {
        return open(DEFAULT_CAPACITY_BYTES, false);
    }

    private static Pipe open(int capacityBytes, boolean duplex) throws IOException {
        final ChannelOptions options = ChannelOptions.oneToOne(capacityBytes);
        final Manager manager = Manager.anonymous(
                "pipe",
                SegmentOptions.defaults()
                        .withParticipants(PARTICIPANTS)
                        .withObjects(OBJECTS)
                        .withSize(OVERHEAD_BYTES + 3L * capacityBytes));
        boolean made = false;
        try {
            final SharedChannel toLeft = manager.channel("to-left", options);
            final @Nullable SharedChannel toRight = duplex ? manager.channel("to-right", options) : null;
            final SharedLongArray counts = manager.longArray("counts", PipeEnd.COUNTS);
            final SemaphoreOptions holders =
                    SemaphoreOptions.permits(PipeEnd.MOST_HOLDERS).asOwned();
            final SharedSemaphore ofLeft = manager.semaphore("left", holders);
            final SharedSemaphore ofRight = manager.semaphore("right", holders);
            final PipeOwner owner = new PipeOwner(manager);
            final Pipe pipe = new Pipe(
                    connection(new PipeEnd(toLeft, toRight, ofLeft, ofRight, counts, PipeEnd.LEFT), owner),
                    connection(new PipeEnd(toRight, toLeft, ofRight, ofLeft, counts, PipeEnd.RIGHT), owner));
            made = true;
            return pipe;
        } finally {
            if (!made) {
                manager.close();
            }
        }
    }

    private static Connection connection(PipeEnd end, PipeOwner owner) {
        final PipeTransport transport = new PipeTransport(end, owner);
        owner.add(transport);
        return connection(transport);
    }

    static Connection connection(PipeTransport transport) {
        return new MessageConnection(new MessageExchange(transport, Long.MAX_VALUE), Codecs.tagged());
    }

    /// Closes both ends as far as they are this process's.
    ///
    /// @throws IOException if the segment's file fails
    @Override
    public void close() throws IOException {
        try {
            left.close();
        } finally {
            right.close();
        }
    }
}
