package dev.backplane.benchmarks;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedLong;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.Listener;
import dev.backplane.connection.ListenerOptions;
import dev.backplane.connection.Pipe;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages of 1 byte to 16 MiB, one way from one JVM to another, each copied in and out: how many bytes a second go
/// through channels, queues, pipes and connections.
final class Lengths {
    private static final byte[] KEY = "not a secret".getBytes(StandardCharsets.UTF_8);
    private static final int LARGEST = 1 << 24;
    private static final int CHANNEL_BYTES = 1 << 28;
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 1 << 16;
    private static final int STEP = 16;
    private static final int QUICK_STEP = 256;
    private static final int ROUNDS = 3;
    private static final int MOST_MESSAGES = 500_000;
    private static final int LEAST_MESSAGES = 8;
    private static final long MANY_BYTES = 1L << 29;
    private static final double MEBIBYTE = 1 << 20;
    private static final double NANOS_PER_SECOND = 1e9;

    private Lengths() {}

    /// One end of a way for messages; the other one is in the other JVM.
    private interface End {
        /// Sends so many bytes of an array.
        void send(byte[] from, int length) throws IOException, InterruptedException;

        /// Receives a message into an array.
        void receive(byte[] to) throws IOException, InterruptedException;
    }

    /// How a JVM gets its end.
    private interface Opening extends Serializable {
        End open() throws IOException, InterruptedException;
    }

    private record Channel(SharedChannel channel) implements End {
        @Override
        public void send(byte[] from, int length) throws InterruptedException {
            channel.send(MemorySegment.ofArray(from), 0, length);
        }

        @Override
        public void receive(byte[] to) throws InterruptedException {
            channel.receive((memory, offset, length) ->
                    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, to, 0, length));
        }
    }

    private record Queue(SharedQueue<byte[]> queue) implements End {
        @Override
        public void send(byte[] from, int length) {
            while (!queue.publish(
                    length,
                    (memory, offset, bytes) ->
                            MemorySegment.copy(from, 0, memory, ValueLayout.JAVA_BYTE, offset, (int) bytes))) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void receive(byte[] to) {
            while (queue.drain(
                            (memory, offset, bytes) ->
                                    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, to, 0, (int) bytes),
                            1)
                    == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// Of a pipe or a socket.
    private record Wire(Connection connection) implements End {
        @Override
        public void send(byte[] from, int length) throws IOException, InterruptedException {
            connection.sendBytes(from, 0, length);
        }

        @Override
        public void receive(byte[] to) throws IOException, InterruptedException {
            connection.receiveBytesInto(to, 0);
        }
    }

    /// What both JVMs share beside the messages.
    ///
    /// @param round the number of the round; how many there are and how long each is are set before
    /// @param count of a round's messages, 0 for the end
    /// @param length of each
    /// @param arrived the number of the last round that has arrived
    private record Rounds(SharedLong round, SharedLong count, SharedLong length, SharedLong arrived)
            implements Serializable {
        void begin(int messages, int bytes) {
            count.set(messages);
            length.set(bytes);
            round.getAndAdd(1);
        }
    }

    static List<Row> rows(Rivals rivals, boolean quick) throws IOException, InterruptedException {
        final List<Row> rows = new ArrayList<>();
        try (Manager manager = Manager.anonymous("lengths", SegmentOptions.defaults());
                Pipe pipe = Pipe.open()) {
            final SharedChannel channel = manager.channel("channel", ChannelOptions.oneToOne(CHANNEL_BYTES));
            final SharedQueue<byte[]> queue = manager.queue(
                    "queue", QueueOptions.of(SLOTS, Codecs.of(byte[].class)).withSlotBytes(SLOT_BYTES));
            final Opening byChannel = () -> new Channel(channel);
            final Opening byQueue = () -> new Queue(queue);
            final Connection there = pipe.right();
            rows.addAll(curve(manager, "SharedChannel", byChannel, byChannel, rivals, quick));
            rows.addAll(curve(manager, "SharedQueue", byQueue, byQueue, rivals, quick));
            rows.addAll(curve(manager, "Pipe", () -> new Wire(pipe.left()), () -> new Wire(there), rivals, quick));
            rows.addAll(connection(manager, rivals, quick));
        }
        return rows;
    }

    private static List<Row> connection(Manager manager, Rivals rivals, boolean quick)
            throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-bench");
        final Path socket = directory.resolve("socket");
        final String address = "unix:" + socket;
        try (Listener listener =
                Listener.open(address, ListenerOptions.defaults().authkey(KEY).maxFrameBytes(LARGEST))) {
            return curve(
                    manager,
                    "Connection",
                    () -> new Wire(listener.accept()),
                    () -> new Wire(Client.connect(
                            address, ConnectionOptions.defaults().authkey(KEY).maxFrameBytes(LARGEST))),
                    rivals,
                    quick);
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    private static List<Row> curve(
            Manager manager, String type, Opening here, Opening there, Rivals rivals, boolean quick)
            throws IOException, InterruptedException {
        final Rounds rounds = new Rounds(
                manager.longValue(type + " round"),
                manager.longValue(type + " count"),
                manager.longValue(type + " length"),
                manager.longValue(type + " arrived"));
        final List<Row> rows = new ArrayList<>();
        final byte[] message = new byte[LARGEST];
        try (JvmProcess other = JvmProcess.builder().jvmOptions("-Xmx512m").start(() -> receive(there, rounds));
                Processor _ = Processor.pin(0)) {
            final End end = here.open();
            for (long bytes = 1; bytes <= LARGEST; bytes *= quick ? QUICK_STEP : STEP) {
                final int length = (int) bytes;
                rows.add(row(type, length, mebibytes(end, rounds, message, length, quick), rivals));
            }
            rounds.begin(0, 0);
            if (other.join() != 0) {
                throw new IOException(other + " failed");
            }
        }
        return rows;
    }

    private static Row row(String type, int bytes, double mebibytes, Rivals rivals)
            throws IOException, InterruptedException {
        final String rival = switch (type) {
            case "SharedChannel" -> "a ring in C";
            case "Connection" -> "a bare socket in C";
            default -> "";
        };
        final @Nullable Double theirs = switch (type) {
            case "SharedChannel" -> {
                final Double millions = rivals.ringMillions(bytes);
                yield millions == null ? null : Double.valueOf(millions * 1e6 * bytes / MEBIBYTE);
            }
            case "Connection" -> rivals.socketMebibytes(bytes);
            default -> null;
        };
        return new Row(type + ", messages of " + length(bytes), mebibytes, "MiB/s", rival, theirs, null)
                .at(new Row.Point("Messages of all lengths", type, "bytes of a message", bytes))
                .rounds(ROUNDS);
    }

    private static String length(int bytes) {
        final int kibi = 1 << 10;
        if (bytes < kibi) {
            return bytes + (bytes == 1 ? " byte" : " bytes");
        }
        return bytes < kibi * kibi ? bytes / kibi + " KiB" : bytes / (kibi * kibi) + " MiB";
    }

    private static double mebibytes(End end, Rounds rounds, byte[] message, int bytes, boolean quick)
            throws IOException, InterruptedException {
        final int count = Math.clamp(
                (quick ? MANY_BYTES / 8 : MANY_BYTES) / bytes,
                LEAST_MESSAGES,
                quick ? MOST_MESSAGES / 10 : MOST_MESSAGES);
        double best = 0;
        for (int round = 0; round <= ROUNDS; round++) {
            rounds.begin(count, bytes);
            final long number = rounds.round.get();
            final long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                end.send(message, bytes);
            }
            while (rounds.arrived.getAcquire() != number) {
                Thread.onSpinWait();
            }
            final double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
            if (round > 0) { // The first one warms up.
                best = Math.max(best, (double) count * bytes / seconds / MEBIBYTE);
            }
        }
        return best;
    }

    private static void receive(Opening there, Rounds rounds) {
        final byte[] buffer = new byte[LARGEST];
        try (Processor _ = Processor.pin(1)) {
            final End end = there.open();
            for (long round = 1; ; round++) {
                while (rounds.round.getAcquire() != round) {
                    Thread.onSpinWait();
                }
                final long count = rounds.count.get();
                if (count == 0) {
                    return;
                }
                for (long i = 0; i < count; i++) {
                    end.receive(buffer);
                }
                rounds.arrived.setRelease(round);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
