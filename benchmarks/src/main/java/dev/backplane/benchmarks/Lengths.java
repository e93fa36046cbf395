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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Messages of 1 byte to 16 MiB, one way from one JVM to another, each copied in and out: how many bytes a second go
/// through channels, queues, pipes and connections.
final class Lengths {
    private static final int LARGEST = 1 << 24;
    private static final int CHANNEL_BYTES = 1 << 28;
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 1 << 16;
    private static final int STEP = 16;
    private static final int QUICK_STEP = 256;
    private static final int MOST_MESSAGES = 300_000;
    private static final int LEAST_MESSAGES = 8;
    private static final long MANY_BYTES = 1L << 29;
    private static final double MEBIBYTE = 1 << 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS = 4;
    private static final long PAUSE_NANOS = 100_000;

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
    /// @param ready the number of the round that the other JVM is ready for
    /// @param arrived the number of the last round that has arrived
    private record Rounds(SharedLong round, SharedLong count, SharedLong length, SharedLong ready, SharedLong arrived)
            implements Serializable {
        void begin(int messages, int bytes) {
            count.set(messages);
            length.set(bytes);
            round.getAndAdd(1);
        }
    }

    /// Who does the same in C.
    ///
    /// @param name of the rival, empty if there is none
    /// @param mebibytes a second for messages of a length
    private record Rival(String name, Mebibytes mebibytes) {
        static final Rival NONE = new Rival("", _ -> Double.NaN);
    }

    private interface Mebibytes {
        double of(int bytes) throws Exception;
    }

    static List<Row> rows(Rivals rivals, boolean quick) throws Exception {
        final List<Row> rows = new ArrayList<>();
        try (Manager manager = Manager.anonymous("lengths", SegmentOptions.defaults());
                Pipe pipe = Pipe.open()) {
            final SharedChannel channel = manager.channel("channel", ChannelOptions.oneToOne(CHANNEL_BYTES));
            final SharedQueue<byte[]> queue = manager.queue(
                    "queue", QueueOptions.of(SLOTS, Codecs.of(byte[].class)).withSlotBytes(SLOT_BYTES));
            final Opening byChannel = () -> new Channel(channel);
            final Opening byQueue = () -> new Queue(queue);
            final Connection there = pipe.right();
            final Rival ring = new Rival("a ring in C", rivals::ringMebibytes);
            rows.addAll(curve(manager, "SharedChannel", byChannel, byChannel, ring, quick));
            rows.addAll(curve(manager, "SharedQueue", byQueue, byQueue, Rival.NONE, quick));
            rows.addAll(curve(manager, "Pipe", () -> new Wire(pipe.left()), () -> new Wire(there), Rival.NONE, quick));
            rows.addAll(connection(manager, rivals, quick));
        }
        return rows;
    }

    private static List<Row> connection(Manager manager, Rivals rivals, boolean quick) throws Exception {
        final ListenerOptions options =
                ListenerOptions.defaults().authkey(Meeting.key()).maxFrameBytes(LARGEST);
        try (Meeting meeting = Meeting.make();
                Listener listener = Listener.open(meeting.address(), options)) {
            return curve(
                    manager,
                    "Connection",
                    () -> new Wire(listener.accept()),
                    () -> new Wire(Client.connect(
                            meeting.address(),
                            ConnectionOptions.defaults().authkey(Meeting.key()).maxFrameBytes(LARGEST))),
                    new Rival("a bare socket in C", rivals::socketMebibytes),
                    quick);
        }
    }

    private static List<Row> curve(
            Manager manager, String type, Opening here, Opening there, Rival rival, boolean quick) throws Exception {
        final Rounds rounds = new Rounds(
                manager.longValue(type + " round"),
                manager.longValue(type + " count"),
                manager.longValue(type + " length"),
                manager.longValue(type + " ready"),
                manager.longValue(type + " arrived"));
        final List<Row> rows = new ArrayList<>();
        final byte[] message = new byte[LARGEST];
        try (JvmProcess other = JvmProcess.builder().jvmOptions("-Xmx512m").start(() -> receive(there, rounds))) {
            final End end = here.open();
            for (long bytes = 1; bytes <= LARGEST; bytes *= quick ? QUICK_STEP : STEP) {
                final int length = (int) bytes;
                rows.add(row(type, length, () -> mebibytes(end, rounds, message, length, quick), rival, quick));
            }
            rounds.begin(0, 0);
            if (other.join() != 0) {
                throw new IOException(other + " failed");
            }
        }
        return rows;
    }

    private static Row row(String type, int bytes, Repeated.One mebibytes, Rival rival, boolean quick)
            throws Exception {
        mebibytes.run(); // Warms up.
        final String what = type + ", messages of " + text(bytes);
        final Row.Point point = new Row.Point("Messages of all lengths", type, "bytes of a message", bytes);
        final Repeated repeated = ScalingGroup.points(quick, SECONDS).one("ours", mebibytes);
        if (rival.name.isEmpty()) {
            return new Row(what, repeated.run().of("ours"), "MiB/s", null).at(point);
        }
        repeated.one("theirs", () -> rival.mebibytes.of(bytes)).run();
        return new Row(what, repeated.of("ours"), "MiB/s", rival.name, repeated.of("theirs"), null).at(point);
    }

    /// A length as people say it.
    static String text(int bytes) {
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
        rounds.begin(count, bytes);
        final long number = rounds.round.get();
        await(rounds.ready, number);
        try (Processor _ = Processor.pin(0)) {
            final long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                end.send(message, bytes);
            }
            while (rounds.arrived.getAcquire() != number) {
                Thread.onSpinWait();
            }
            final double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
            return (double) count * bytes / seconds / MEBIBYTE;
        }
    }

    /// Waits without keeping a processor busy, on which a rival may run meanwhile.
    private static void await(SharedLong word, long value) {
        while (word.getAcquire() != value) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void receive(Opening there, Rounds rounds) {
        final byte[] buffer = new byte[LARGEST];
        try (Processor _ = Processor.pin(1)) {
            final End end = there.open();
            for (long round = 1; ; round++) {
                await(rounds.round, round);
                final long count = rounds.count.get();
                if (count == 0) {
                    return;
                }
                rounds.ready.setRelease(round);
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
