package dev.backplane.benchmarks.message;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.benchmarks.Processor;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/// The main class of a JVM that starts another one, exchanges messages with it, each on a processor of its own, and
/// prints figures.
public final class Pair {
    /// Messages are sent at this distance where latency is measured, and counted from when they should have been.
    private static final long INTERVAL_NANOS = 20_000;

    private static final int ROUNDS = 5;
    private static final int AT_ONCE = 64;

    private final Manager manager;
    private final Path directory;
    private final Links links;
    private final int messageBytes;
    private final int count;

    private Pair(Manager manager, Path directory, Links links, int messageBytes, int count) {
        this.manager = manager;
        this.directory = directory;
        this.links = links;
        this.messageBytes = messageBytes;
        this.count = count;
    }

    /// Measures.
    ///
    /// @param arguments `latency` or `throughput`, the link, the bytes of a message, how many messages, and a
    ///     directory in which files may be made
    public static void main(String[] arguments) throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory(Path.of(arguments[4]), "backplane-messages-");
        try (Manager manager =
                Manager.anonymous("messages", SegmentOptions.defaults()).waiting(Waiting.spin())) {
            final Pair pair = new Pair(
                    manager,
                    directory,
                    Links.valueOf(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]));
            if (arguments[0].equals("latency")) {
                final Histogram histogram = pair.roundTrips();
                System.out.println(histogram.getValueAtPercentile(50) + " " + histogram.getValueAtPercentile(99));
            } else {
                System.out.println(pair.perSecond());
            }
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Link link(String name) throws IOException {
        return links.open(manager, directory, name, messageBytes);
    }

    /// Nanoseconds of round trips, from the time at which the schedule had each begin.
    private Histogram roundTrips() throws IOException, InterruptedException {
        final int warmUp = count / 2;
        final int all = warmUp + count;
        final int bytes = messageBytes;
        final Histogram histogram = new Histogram(3);
        try (Link there = link("there");
                Link back = link("back");
                JvmProcess other = JvmProcess.start(() -> {
                    try (Processor _ = Processor.pin(1)) {
                        echo(there, back, new Message(bytes), all);
                    }
                });
                Processor _ = Processor.pin(0)) {
            final Message message = new Message(bytes);
            for (int i = 0; i < warmUp; i++) {
                exchange(there, back, message, i);
            }
            final long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                final long due = start + i * INTERVAL_NANOS;
                while (System.nanoTime() - due < 0) {
                    Thread.onSpinWait();
                }
                exchange(there, back, message, i);
                histogram.recordValue(System.nanoTime() - due);
            }
            other.join();
        }
        return histogram;
    }

    private static void exchange(Link there, Link back, Message message, long number) {
        there.send(message.number(number));
        back.receive(message);
        check(message, number);
    }

    private static void check(Message message, long number) {
        if (message.number() != number) {
            throw new AssertionError("message " + message.number() + " came, expected " + number);
        }
    }

    private static void echo(Link there, Link back, Message message, int all) {
        try (there;
                back) {
            for (int i = 0; i < all; i++) {
                there.receive(message);
                back.send(message);
            }
        }
    }

    /// The best of several rounds in the same two JVMs, counted where the messages arrive.
    private double perSecond() throws IOException, InterruptedException {
        final int bytes = messageBytes;
        final int each = count;
        final SharedLong round = manager.longValue("round");
        double best = 0;
        try (Link there = link("there");
                JvmProcess other = JvmProcess.start(() -> {
                    try (Processor _ = Processor.pin(1)) {
                        pour(there, new Message(bytes), each, round);
                    }
                });
                Processor _ = Processor.pin(0)) {
            final Message message = new Message(bytes);
            for (int i = 1; i <= ROUNDS + 1; i++) {
                round.setRelease(i);
                there.receive(message);
                final long start = System.nanoTime();
                int left = each - 1;
                while (left > 0) {
                    final int got = there.receiveAll(message, Math.min(AT_ONCE, left));
                    if (got == 0) {
                        Thread.onSpinWait();
                    }
                    left -= got;
                }
                final double seconds = (System.nanoTime() - start) / 1e9;
                check(message, each - 1L);
                if (i > 1) { // The first one warms up.
                    best = Math.max(best, (each - 1) / seconds);
                }
            }
            other.join();
        }
        return best;
    }

    private static void pour(Link there, Message message, int each, SharedLong round) {
        try (there) {
            for (int i = 1; i <= ROUNDS + 1; i++) {
                while (round.getAcquire() != i) {
                    Thread.onSpinWait();
                }
                for (int number = 0; number < each; number++) {
                    there.send(message.number(number));
                }
            }
        }
    }
}
