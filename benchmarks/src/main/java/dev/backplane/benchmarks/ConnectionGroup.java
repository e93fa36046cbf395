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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages between two JVMs through authenticated connections, beside bare sockets and Python.
final class ConnectionGroup implements Group {
    private static final byte[] KEY = "not a secret".getBytes(StandardCharsets.UTF_8);
    private static final int MESSAGE_BYTES = 64;
    private static final int LARGE_BYTES = 64 << 20;
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
                roundTripMicros(Waiting.block(), trips),
                "µs",
                "a bare socket in C",
                micros(rivals.socketNanos("round_trip")),
                Row.Goal.atMost(1.15)));
        rows.add(new Row(
                "Connection, 64 bytes there and back over a Unix socket, spinning",
                roundTripMicros(Waiting.spin(), trips),
                "µs",
                "Python's Connection",
                rivals.pythonConnectionMicros("connection"),
                Row.Goal.atMost(0.2)));
        rows.add(new Row(
                "Connection, a message of 64 MiB over a Unix socket",
                largeMillis(quick ? 4 : 16),
                "ms",
                "a bare socket in C",
                millis(rivals.socketNanos("large")),
                Row.Goal.atMost(1.25)));
        rows.add(new Row(
                "Pipe, 64 bytes there and back, two JVMs, spinning",
                pipeMicros(10 * trips),
                "µs",
                "Python's Pipe",
                rivals.pythonConnectionMicros("pipe"),
                Row.Goal.atMost(0.01)));
        rows.addAll(ManagerCalls.rows(rivals, KEY, trips));
        return rows;
    }

    private static double pipeMicros(int trips) throws IOException, InterruptedException {
        final byte[] message = new byte[MESSAGE_BYTES];
        try (Pipe pipe = Pipe.open()) {
            final Connection there = pipe.right();
            try (JvmProcess other = JvmProcess.start(() -> answer(there, MESSAGE_BYTES, MESSAGE_BYTES));
                    Processor _ = Processor.pin(0)) {
                final double nanos = leastNanos(pipe.left(), trips, connection -> {
                    connection.sendBytes(message);
                    connection.receiveBytes();
                });
                pipe.left().shutdownOutput();
                other.join();
                return nanos / NANOS_PER_MICRO;
            }
        }
    }

    private static @Nullable Double micros(@Nullable Double nanos) {
        return nanos == null ? null : nanos / NANOS_PER_MICRO;
    }

    private static @Nullable Double millis(@Nullable Double nanos) {
        return nanos == null ? null : nanos / NANOS_PER_MILLI;
    }

    /// What is done with a connection again and again.
    private interface Trip {
        void make(Connection connection) throws IOException, InterruptedException;
    }

    private static double roundTripMicros(Waiting waiting, int trips) throws IOException, InterruptedException {
        final byte[] message = new byte[MESSAGE_BYTES];
        return leastNanos(waiting, false, trips, connection -> {
                    connection.sendBytes(message);
                    connection.receiveBytes();
                })
                / NANOS_PER_MICRO;
    }

    private static double largeMillis(int times) throws IOException, InterruptedException {
        final byte[] message = new byte[LARGE_BYTES];
        return leastNanos(Waiting.byDefault(), true, times, connection -> {
                    connection.sendBytes(message);
                    connection.receiveBytes();
                })
                / NANOS_PER_MILLI;
    }

    private static double leastNanos(Waiting waiting, boolean acknowledges, int times, Trip trip)
            throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-bench");
        final Path socket = directory.resolve("socket");
        final String address = "unix:" + socket;
        final long spinNanos = waiting.spinNanos();
        try (JvmProcess other = JvmProcess.builder()
                        .jvmOptions("-Xmx1g")
                        .start(() -> answer(address, new Waiting(spinNanos), acknowledges));
                Connection connection = connect(address, waiting);
                Processor _ = Processor.pin(0)) {
            final double best = leastNanos(connection, times, trip);
            connection.shutdownOutput();
            other.join();
            return best;
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    /// The mean of the best round, of which the first ones warm up.
    private static double leastNanos(Connection connection, int times, Trip trip)
            throws IOException, InterruptedException {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            final long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                trip.make(connection);
            }
            best = Math.min(best, (System.nanoTime() - start) / (double) times);
        }
        return best;
    }

    private static Connection connect(String address, Waiting waiting) throws IOException, InterruptedException {
        final ConnectionOptions options =
                ConnectionOptions.defaults().authkey(KEY).waiting(waiting).maxFrameBytes(LARGE_BYTES);
        return Connecting.whenListening(() -> Client.connect(address, options));
    }

    private static void answer(String address, Waiting waiting, boolean acknowledges) {
        try (Listener listener = Listener.open(
                        address,
                        ListenerOptions.defaults().authkey(KEY).waiting(waiting).maxFrameBytes(LARGE_BYTES));
                Connection connection = listener.accept()) {
            answer(connection, acknowledges ? LARGE_BYTES : MESSAGE_BYTES, acknowledges ? 1 : MESSAGE_BYTES);
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
