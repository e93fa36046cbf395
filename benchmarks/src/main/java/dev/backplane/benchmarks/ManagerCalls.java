package dev.backplane.benchmarks;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.remote.ManagerServer;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Calls of a manager in another JVM, beside those of a manager of Python's.
final class ManagerCalls {
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MICRO = 1e3;

    private ManagerCalls() {}

    static List<Row> rows(Rivals rivals, byte[] key, int calls) throws IOException, InterruptedException {
        final Cost spinning = cost(Waiting.spin(), key, calls);
        final Cost adaptive = cost(Waiting.adaptive(Duration.ofNanos(50_000)), key, calls);
        final Cost sleeping = cost(Waiting.block(), key, calls);
        final Double socket = rivals.socketNanos("round_trip");
        return List.of(
                new Row(
                        "manager call, SharedLong.get over a Unix socket, spinning",
                        spinning.micros,
                        "µs",
                        "Python's Value.get of a manager",
                        rivals.pythonConnectionMicros("manager"),
                        Row.Goal.atMost(0.2)),
                new Row(
                        "manager call, SharedLong.get over a Unix socket, sleeping",
                        sleeping.micros,
                        "µs",
                        "a bare socket in C",
                        socket == null ? null : socket / NANOS_PER_MICRO,
                        Row.Goal.atMost(1.15)),
                new Row(
                        "manager call, SharedLong.get over a Unix socket, sleeping",
                        sleeping.micros,
                        "µs",
                        "Python's Value.get of a manager",
                        rivals.pythonConnectionMicros("manager"),
                        Row.Goal.atMost(1.15)),
                new Row(
                        "manager call, processor time of both sides, adaptive",
                        adaptive.processorMicros,
                        "µs",
                        "Python's Value.get of a manager",
                        rivals.pythonConnectionMicros("manager_processor"),
                        Row.Goal.atMost(0.3)));
    }

    /// What a call costs.
    ///
    /// @param micros the mean of the best round
    /// @param processorMicros of both processes, in the mean of all rounds but the first ones, which warm up
    private record Cost(double micros, double processorMicros) {}

    private static Cost cost(Waiting waiting, byte[] key, int calls) throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("backplane-bench");
        final Path socket = directory.resolve("socket");
        final long spinNanos = waiting.spinNanos();
        final String address = "unix:" + socket;
        try (JvmProcess server = JvmProcess.start(() -> serve(address, key, new Waiting(spinNanos)));
                Manager manager = Connecting.whenListening(() ->
                        Manager.connect(address, ConnectOptions.authkey(key).waiting(waiting)));
                Processor _ = Processor.pin(0)) {
            final SharedLong value = manager.longValue("value");
            double best = Double.MAX_VALUE;
            Duration before = Duration.ZERO;
            for (int round = 0; round < 2 * ROUNDS; round++) {
                if (round == ROUNDS) {
                    before = processorTime(server);
                }
                final long start = System.nanoTime();
                for (int i = 0; i < calls; i++) {
                    value.get();
                }
                best = Math.min(best, (System.nanoTime() - start) / (double) calls);
            }
            final double spent = processorTime(server).minus(before).toNanos();
            return new Cost(best / NANOS_PER_MICRO, spent / ROUNDS / calls / NANOS_PER_MICRO);
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
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

    private static void serve(String address, byte[] key, Waiting waiting) {
        try (Processor _ = Processor.pin(1);
                Manager manager = Manager.anonymous("bench", SegmentOptions.defaults());
                ManagerServer server = ManagerServer.builder()
                        .address(address)
                        .authkey(key)
                        .manager(manager)
                        .waiting(waiting)
                        .start()) {
            server.awaitClose();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
