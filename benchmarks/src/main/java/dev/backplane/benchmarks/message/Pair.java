package dev.backplane.benchmarks.message;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.benchmarks.Percentiles;
import dev.backplane.benchmarks.Processor;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /// Rounds of which the last counts. With fewer, short ones are over before all code is compiled.
    private static final int ROUNDS = 8;

    /// Of those, where latency is measured, so many come before the schedule, each trip at once after the other.
    private static final int ROUNDS_AT_ONCE = 5;

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
    /// @throws Exception if that fails
    public static void main(String[] arguments) throws Exception {
        final Path directory = Files.createTempDirectory(Path.of(arguments[4]), "backplane-messages-");
        try (AutoCloseable _ = Links.valueOf(arguments[1]).services(directory);
                Manager manager =
                        Manager.anonymous("messages", SegmentOptions.defaults()).waiting(Waiting.spin())) {
            final Pair pair = new Pair(
                    manager,
                    directory,
                    Links.valueOf(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]));
            if (arguments[0].equals("latency")) {
                System.out.println(Percentiles.of(pair.roundTrips()));
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

    /// Nanoseconds of round trips, from the time at which the schedule had each begin: those of the last of several
    /// rounds.
    private Histogram roundTrips() throws IOException, InterruptedException {
        final int all = ROUNDS * count;
        final int bytes = messageBytes;
        final Link there = link("there");
        final Link back = link("back");
        final Histogram histogram = new Histogram(3);
        final Message message = new Message(bytes);
        try (Link.End out = there.open(message);
                Link.End in = back.open(message);
                Partner other = Partner.start(links.isInOneJvm(), () -> echo(there, back, new Message(bytes), all));
                Processor _ = Processor.pin(0)) {
            for (int round = 0; round < ROUNDS; round++) {
                histogram.reset();
                scheduled(out, in, message, histogram, round < ROUNDS_AT_ONCE ? 0 : INTERVAL_NANOS);
            }
            other.join();
        }
        return histogram;
    }

    /// One round. It is the same code each time, so that none is thrown away when the last round begins.
    private void scheduled(Link.End out, Link.End in, Message message, Histogram histogram, long interval) {
        final long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            final long due = interval == 0 ? System.nanoTime() : start + i * interval;
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
            exchange(out, in, message, i);
            histogram.recordValue(System.nanoTime() - due);
        }
    }

    private static void exchange(Link.End out, Link.End in, Message message, long number) {
        message.number(number);
        out.send();
        in.receive();
        message.check(number);
    }

    private static void echo(Link there, Link back, Message message, int all) {
        try (Link.End in = there.open(message);
                Link.End out = back.open(message);
                Processor _ = Processor.pin(1)) {
            for (int i = 0; i < all; i++) {
                in.receive();
                out.send();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last of several rounds, counted where the messages arrive.
    private double perSecond() throws IOException, InterruptedException {
        final int bytes = messageBytes;
        final int each = count;
        final SharedLong round = manager.longValue("round");
        final Link link = link("there");
        final Message message = new Message(bytes);
        double perSecond = 0;
        try (Link.End in = link.open(message);
                Partner other = Partner.start(links.isInOneJvm(), () -> pour(link, new Message(bytes), each, round));
                Processor _ = Processor.pin(0)) {
            for (int i = 1; i <= ROUNDS; i++) {
                round.setRelease(i);
                in.receive();
                final long start = System.nanoTime();
                int left = each - 1;
                while (left > 0) {
                    final int got = in.tryReceive(Math.min(AT_ONCE, left));
                    if (got == 0) {
                        Thread.onSpinWait();
                    }
                    left -= got;
                }
                final double seconds = (System.nanoTime() - start) / 1e9;
                message.check(each - 1L);
                perSecond = (each - 1) / seconds;
            }
            other.join();
        }
        return perSecond;
    }

    private static void pour(Link link, Message message, int each, SharedLong round) {
        try (Link.End out = link.open(message);
                Processor _ = Processor.pin(1)) {
            for (int i = 1; i <= ROUNDS; i++) {
                while (round.getAcquire() != i) {
                    Thread.onSpinWait();
                }
                for (int number = 0; number < each; number++) {
                    message.number(number);
                    out.send();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
