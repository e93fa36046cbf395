package dev.backplane.benchmarks;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.remote.ManagerServer;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Calls of a manager in another JVM, beside those of a manager of Python's.
final class ManagerCalls {
    /// Long enough for a call and its answer: what the option is for.
    private static final Waiting ADAPTIVE = Waiting.adaptive(Duration.ofNanos(50_000));

    private static final int SPINNING_TIMES = 5;
    private static final double SECONDS = 60;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;

    private ManagerCalls() {}

    static List<Row> rows(Rivals rivals, boolean quick, int calls) throws Exception {
        final int many = SPINNING_TIMES * calls;
        final Repeated repeated = new Repeated(quick, SECONDS)
                .one("C", () -> rivals.socketNanos("round_trip") / NANOS_PER_MICRO)
                .all("ours, sleeping", () -> cost(quick, "sleeping", Waiting.block(), calls))
                .all("ours, adaptive", () -> cost(quick, "adaptive", ADAPTIVE, many))
                .all("Python", rivals::pythonManagerMicros)
                .all("ours, spinning", () -> cost(quick, "spinning", Waiting.spin(), many))
                .run();
        final String call = "manager call, SharedLong.get over a Unix socket, ";
        final String rival = "Python's Value.get of a manager";
        final Figure python = repeated.of("Python", "python_manager");
        final Figure sleeping = repeated.of("sleeping");
        return List.of(
                new Row(call + "adaptive, 50 µs", repeated.of("adaptive"), "µs", rival, python, Row.Goal.atMost(0.2)),
                new Row(call + "spinning", repeated.of("spinning"), "µs", rival, python, null),
                new Row(
                        call + "sleeping",
                        sleeping,
                        "µs",
                        "a bare socket in C",
                        repeated.of("C"),
                        Row.Goal.atMost(1.15)),
                new Row(call + "sleeping", sleeping, "µs", rival, python, Row.Goal.atMost(1.15)),
                new Row(
                        "manager call, processor time of both sides, adaptive, 50 µs",
                        repeated.of("adaptive processor"),
                        "µs",
                        rival,
                        repeated.of("Python", "python_manager_processor"),
                        Row.Goal.atMost(0.3)));
    }

    /// What a call costs, in microseconds: by `how`, and of both processes' time by `how processor`.
    private static Map<String, Double> cost(boolean quick, String how, Waiting waiting, int calls) throws Exception {
        final long spinNanos = waiting.spinNanos();
        try (Meeting meeting = Meeting.make();
                JvmProcess server = JvmProcess.start(() -> serve(meeting, new Waiting(spinNanos)));
                Manager manager = Connecting.whenListening(() -> Manager.connect(
                        meeting.address(), ConnectOptions.authkey(Meeting.key()).waiting(waiting)));
                Processor _ = Processor.pin(0)) {
            final SharedLong value = manager.longValue("value");
            Repeated.warmUp(quick, () -> get(value, calls));
            final Duration before = processorTime(server);
            final double seconds = Repeated.seconds(() -> get(value, calls));
            final double spent = processorTime(server).minus(before).toNanos();
            return Map.of(
                    how, seconds / calls * MICROS_PER_SECOND, how + " processor", spent / calls / NANOS_PER_MICRO);
        }
    }

    private static void get(SharedLong value, int times) {
        for (int i = 0; i < times; i++) {
            value.get();
        }
    }

    private static Duration processorTime(JvmProcess server) {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElseThrow()
                .plus(ProcessHandle.of(server.pid())
                        .orElseThrow()
                        .info()
                        .totalCpuDuration()
                        .orElseThrow());
    }

    private static void serve(Meeting meeting, Waiting waiting) {
        try (Processor _ = Processor.pin(1);
                Manager manager = Manager.anonymous("bench", SegmentOptions.defaults());
                ManagerServer server = ManagerServer.builder()
                        .address(meeting.address())
                        .authkey(Meeting.key())
                        .manager(manager)
                        .waiting(waiting)
                        .start()) {
            server.awaitClose();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
