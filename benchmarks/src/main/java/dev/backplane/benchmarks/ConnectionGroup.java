package dev.backplane.benchmarks;

import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.Listener;
import dev.backplane.connection.ListenerOptions;
import dev.backplane.connection.Pipe;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Messages between two JVMs through authenticated connections, beside bare sockets and Python.
final class ConnectionGroup implements Group {
    private static final int MESSAGE_BYTES = 64;
    private static final int LARGE_BYTES = 64 << 20;
    private static final int ACKNOWLEDGEMENT_BYTES = 1;
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String name() {
        return "connection";
    }

    @Override
    public int rounds(boolean quick) {
        return ROUNDS;
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final int trips = quick ? 8_000 : 30_000;
        final List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                "Connection, 64 bytes there and back over a Unix socket, sleeping",
                nanos(Waiting.block(), MESSAGE_BYTES, MESSAGE_BYTES, trips) / NANOS_PER_MICRO,
                "µs",
                "a bare socket in C",
                Rivals.converted(rivals.socketNanos("round_trip"), nanos -> nanos / NANOS_PER_MICRO),
                Row.Goal.atMost(1.15)));
        rows.add(new Row(
                "Connection, 64 bytes there and back over a Unix socket, spinning",
                nanos(Waiting.spin(), MESSAGE_BYTES, MESSAGE_BYTES, trips) / NANOS_PER_MICRO,
                "µs",
                "Python's Connection",
                rivals.pythonConnectionMicros("connection"),
                Row.Goal.atMost(0.2)));
        rows.add(new Row(
                "Connection, a message of 64 MiB over a Unix socket",
                nanos(Waiting.byDefault(), LARGE_BYTES, ACKNOWLEDGEMENT_BYTES, quick ? 4 : 16) / NANOS_PER_MILLI,
                "ms",
                "a bare socket in C",
                Rivals.converted(rivals.socketNanos("large"), nanos -> nanos / NANOS_PER_MILLI),
                Row.Goal.atMost(1.25)));
        rows.add(new Row(
                "Pipe, 64 bytes there and back, two JVMs, spinning",
                pipeNanos(10 * trips) / NANOS_PER_MICRO,
                "µs",
                "Python's Pipe",
                rivals.pythonConnectionMicros("pipe"),
                Row.Goal.atMost(0.01)));
        rows.addAll(ManagerCalls.rows(rivals, trips));
        return rows;
    }

    private static double pipeNanos(int times) throws IOException, InterruptedException {
        try (Pipe pipe = Pipe.open()) {
            final Connection there = pipe.right();
            try (JvmProcess other = JvmProcess.start(() -> answer(there, MESSAGE_BYTES, MESSAGE_BYTES));
                    Processor _ = Processor.pin(0)) {
                final double best = leastNanos(pipe.left(), MESSAGE_BYTES, times);
                pipe.left().shutdownOutput();
                other.join();
                return best;
            }
        }
    }

    /// What a message and its answer take over a socket.
    private static double nanos(Waiting waiting, int bytes, int answerBytes, int times)
            throws IOException, InterruptedException {
        final long spinNanos = waiting.spinNanos();
        try (Meeting meeting = Meeting.make();
                JvmProcess other = JvmProcess.builder()
                        .jvmOptions("-Xmx1g")
                        .start(() -> answer(meeting, new Waiting(spinNanos), bytes, answerBytes));
                Connection connection = connect(meeting, waiting);
                Processor _ = Processor.pin(0)) {
            final double best = leastNanos(connection, bytes, times);
            connection.shutdownOutput();
            other.join();
            return best;
        }
    }

    /// The mean of the best round, of which the first ones warm up.
    private static double leastNanos(Connection connection, int bytes, int times)
            throws IOException, InterruptedException {
        final byte[] message = new byte[bytes];
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            final long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                connection.sendBytes(message);
                connection.receiveBytes();
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) times);
        }
        return best;
    }

    private static Connection connect(Meeting meeting, Waiting waiting) throws IOException, InterruptedException {
        final ConnectionOptions options = ConnectionOptions.defaults()
                .authkey(Meeting.key())
                .waiting(waiting)
                .maxFrameBytes(LARGE_BYTES);
        return Connecting.whenListening(() -> Client.connect(meeting.address(), options));
    }

    private static void answer(Meeting meeting, Waiting waiting, int mostBytes, int answerBytes) {
        final ListenerOptions options = ListenerOptions.defaults()
                .authkey(Meeting.key())
                .waiting(waiting)
                .maxFrameBytes(LARGE_BYTES);
        try (Listener listener = Listener.open(meeting.address(), options);
                Connection connection = listener.accept()) {
            answer(connection, mostBytes, answerBytes);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(Connection connection, int mostBytes, int answerBytes) {
        final byte[] buffer = new byte[mostBytes];
        try (Processor _ = Processor.pin(1)) {
            while (true) {
                connection.receiveBytesInto(buffer, 0);
                connection.sendBytes(buffer, 0, answerBytes);
            }
        } catch (EOFException _) {
            // That was all.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
