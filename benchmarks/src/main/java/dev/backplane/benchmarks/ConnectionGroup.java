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
    private static final int SPINNING_TIMES = 5;
    private static final int PIPE_TIMES = 20;
    private static final double SECONDS = 90;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double MICROS_PER_MILLI = 1e3;

    @Override
    public String name() {
        return "connection";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final int trips = quick ? 4_000 : 10_000;
        final int many = SPINNING_TIMES * trips;
        final int large = quick ? 4 : 8;
        final Repeated repeated = new Repeated(quick, SECONDS)
                .one("C", () -> rivals.socketNanos("round_trip") / NANOS_PER_MICRO)
                .one("sleeping", () -> micros(quick, Waiting.block(), MESSAGE_BYTES, MESSAGE_BYTES, trips))
                .one("adaptive", () -> micros(quick, Waiting.byDefault(), MESSAGE_BYTES, MESSAGE_BYTES, many))
                .one("Python", () -> rivals.pythonConnectionMicros("connection"))
                .one("spinning", () -> micros(quick, Waiting.spin(), MESSAGE_BYTES, MESSAGE_BYTES, many))
                .one("large", () -> micros(quick, Waiting.byDefault(), LARGE_BYTES, ACKNOWLEDGEMENT_BYTES, large))
                .one("large in C", () -> rivals.socketNanos("large") / NANOS_PER_MICRO)
                .one("pipe", () -> pipeMicros(quick, PIPE_TIMES * trips))
                .one("Python's pipe", () -> rivals.pythonConnectionMicros("pipe"))
                .run();
        final String socket = "Connection, 64 bytes there and back over a Unix socket, ";
        final List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                socket + "sleeping",
                repeated.of("sleeping"),
                "µs",
                "a bare socket in C",
                repeated.of("C"),
                Row.Goal.atMost(1.15)));
        rows.add(new Row(
                socket + "adaptive",
                repeated.of("adaptive"),
                "µs",
                "Python's Connection",
                repeated.of("Python"),
                Row.Goal.atMost(0.2)));
        rows.add(new Row(
                socket + "spinning",
                repeated.of("spinning"),
                "µs",
                "Python's Connection",
                repeated.of("Python"),
                null));
        rows.add(new Row(
                "Connection, a message of 64 MiB over a Unix socket",
                repeated.of("large").in(micros -> micros / MICROS_PER_MILLI),
                "ms",
                "a bare socket in C",
                repeated.of("large in C").in(micros -> micros / MICROS_PER_MILLI),
                Row.Goal.atMost(1.25)));
        rows.add(new Row(
                "Pipe, 64 bytes there and back, two JVMs, adaptive",
                repeated.of("pipe"),
                "µs",
                "Python's Pipe",
                repeated.of("Python's pipe"),
                Row.Goal.atMost(0.01)));
        rows.addAll(ManagerCalls.rows(rivals, quick, trips));
        return rows;
    }

    private static double pipeMicros(boolean quick, int times) throws Exception {
        try (Pipe pipe = Pipe.open()) {
            final Connection there = pipe.right();
            try (JvmProcess other = JvmProcess.start(() -> answer(there, MESSAGE_BYTES, MESSAGE_BYTES));
                    Processor _ = Processor.pin(0)) {
                final double mean = meanMicros(quick, pipe.left(), MESSAGE_BYTES, times);
                pipe.left().shutdownOutput();
                other.join();
                return mean;
            }
        }
    }

    /// What a message and its answer take over a socket, to a new JVM.
    private static double micros(boolean quick, Waiting waiting, int bytes, int answerBytes, int times)
            throws Exception {
        final long spinNanos = waiting.spinNanos();
        try (Meeting meeting = Meeting.make();
                JvmProcess other = JvmProcess.builder()
                        .jvmOptions("-Xmx1g")
                        .start(() -> answer(meeting, new Waiting(spinNanos), bytes, answerBytes));
                Connection connection = connect(meeting, waiting);
                Processor _ = Processor.pin(0)) {
            final double mean = meanMicros(quick, connection, bytes, times);
            connection.shutdownOutput();
            other.join();
            return mean;
        }
    }

    /// The mean of so many round trips one after the other, after others to warm up.
    private static double meanMicros(boolean quick, Connection connection, int bytes, int times) throws Exception {
        final byte[] message = new byte[bytes];
        Repeated.warmUp(quick, () -> exchange(connection, message, times));
        return Repeated.seconds(() -> exchange(connection, message, times)) / times * MICROS_PER_SECOND;
    }

    private static void exchange(Connection connection, byte[] message, int times)
            throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            connection.sendBytes(message);
            connection.receiveBytes();
        }
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
