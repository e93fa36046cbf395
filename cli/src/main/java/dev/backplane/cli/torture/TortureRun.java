package dev.backplane.cli.torture;

import dev.backplane.Manager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One run: keeps worker JVMs alive and kills them, until the time is up or something is wrong.
///
/// The seed determines how each life ends and what it chooses to do; what meets what in time is drawn by the
/// host, and no seed repeats that.
public final class TortureRun implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long STOP_NANOS = 2 * Stage.LIMIT_NANOS;
    private static final double NANOS_PER_SECOND = 1e9;

    /// A run lasts up to so many times its time, if that was too short to use everything and kill somebody.
    private static final int LONGEST = 4;

    /// As JvmProcess reports SIGKILL.
    private static final int EXIT_KILLED = 137;

    private final TortureOptions options;
    private final Path directory;
    private final Ledger ledger;
    private final Random random;
    private final Focus focus;
    private final Watch watch;
    private final List<Seat> seats = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private int lives;
    private int signalKills;
    private int storeKills;
    private int left;
    private boolean closed;

    private TortureRun(TortureOptions options, Path directory) throws IOException {
        this.options = options;
        this.directory = directory;
        this.ledger = Ledger.open(directory.resolve("ledger"));
        this.random = new Random(options.seed());
        this.focus = new Focus(options.scenarios(), 2 * options.workers(), random);
        this.watch = new Watch(ledger, options.scenarios(), options.workers(), Stage.LIMIT_NANOS, System::nanoTime);
    }

    /// Prepares a run.
    ///
    /// @param options how it goes
    /// @param parent where it makes a directory of its own
    /// @return the run
    /// @throws IOException if it cannot make its files
    public static TortureRun prepare(TortureOptions options, Path parent) throws IOException {
        return new TortureRun(options, Files.createTempDirectory(parent, "backplane-torture-"));
    }

    /// Runs it.
    ///
    /// @param status is told how far it is, every few milliseconds
    /// @return what was found
    /// @throws IOException if no worker can be started
    /// @throws InterruptedException if interrupted
    public TortureReport run(Consumer<TortureStatus> status) throws IOException, InterruptedException {
        for (int seat = 0; seat < options.workers(); seat++) {
            begin(seat);
        }
        while (!isOver()) {
            for (int seat = 0; seat < seats.size(); seat++) {
                if (seats.get(seat).exitCode().isPresent()) {
                    bury(seats.get(seat));
                    begin(seat);
                }
                if (starting() <= options.workers() / 2 && !watch.isAnybodyQuiet()) {
                    seats.get(seat).killIfDue();
                }
            }
            watch.tick();
            status.accept(status());
            LockSupport.parkNanos(TICK_NANOS);
        }
        final double seconds = seconds();
        end();
        if (ledger.findingCount() == 0) {
            audit();
        }
        return report(seconds);
    }

    private boolean isOver() {
        return seconds() >= options.seconds() && (isEverythingUsed() || seconds() >= LONGEST * options.seconds())
                || signalKills + storeKills >= options.kills()
                || lives == LedgerLayout.MOST_LIVES - 1
                || ledger.findingCount() > 0;
    }

    private boolean isEverythingUsed() {
        return signalKills + storeKills > 0
                && options.scenarios().stream().allMatch(scenario -> watch.operations(scenario) > 0);
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }

    private int ready() {
        return (int) seats.stream().filter(Seat::isReady).count();
    }

    /// Who starts meets nobody: too many at once, and there would be nobody to meet.
    private int starting() {
        return seats.size() - ready();
    }

    private TortureStatus status() {
        return new TortureStatus(
                (long) seconds(),
                signalKills + storeKills,
                options.scenarios().stream().mapToLong(watch::operations).sum(),
                ready(),
                ledger.findingCount());
    }

    private synchronized void begin(int seat) throws IOException {
        if (closed) {
            throw new IOException("the run was ended");
        }
        final List<Integer> scenarios = focus.next();
        final WorkerTask task = new WorkerTask(
                directory.resolve("ledger"),
                segment(),
                options.workers(),
                seat,
                ++lives,
                LifePlan.draw(random, scenarios),
                scenarios);
        final Seat begun = Seat.start(ledger, task);
        if (seat == seats.size()) {
            seats.add(begun);
        } else {
            seats.set(seat, begun);
        }
    }

    private Path segment() {
        return directory.resolve("segment");
    }

    /// Counts how a life ended.
    private void bury(Seat seat) throws InterruptedException {
        final int code = seat.exitCode().orElseThrow();
        final boolean isKilled = code == EXIT_KILLED || code == DeathProbe.EXIT_CODE;
        final boolean isCondemned = ledger.isCondemned(seat.life());
        ledger.condemn(seat.life(), System.nanoTime()); // Nobody counts on one that has left.
        if (code == 0) {
            left++;
        } else if (isKilled && seat.wasKilled()) {
            signalKills++;
        } else if (isKilled && isCondemned) {
            storeKills++;
        } else {
            final String end = isKilled ? "was killed by somebody else" : "ended by itself with exit code " + code;
            ledger.report("life " + seat.life() + ", pid " + seat.pid() + ", " + end + ": "
                    + String.join(" | ", seat.lastErrorLines()));
        }
    }

    /// Has every life leave; what still waits when all the others have left, and does not notice, is stuck.
    private void end() throws InterruptedException {
        ledger.stop();
        final long deadline = System.nanoTime() + STOP_NANOS;
        while (seats.stream().anyMatch(seat -> seat.exitCode().isEmpty()) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        for (Seat seat : seats) {
            if (seat.exitCode().isEmpty()) {
                ledger.report("life " + seat.life() + ", pid " + seat.pid() + ", did not leave within "
                        + TimeUnit.NANOSECONDS.toSeconds(STOP_NANOS) + " s");
                seat.kill();
            } else {
                bury(seat);
            }
        }
    }

    private void audit() throws IOException, InterruptedException {
        try (Manager manager = Manager.open(segment(), TortureWorker.options("torture"))) {
            for (int scenario : options.scenarios()) {
                final Scenario one = Scenarios.get(scenario);
                one.audit(manager, ledger, scenario, violation -> ledger.report(one.name() + ": " + violation));
            }
        }
    }

    private TortureReport report(double seconds) {
        final List<TortureReport.Row> rows = options.scenarios().stream()
                .map(scenario -> new TortureReport.Row(
                        Scenarios.get(scenario).name(),
                        watch.operations(scenario),
                        new RecoveryTimes(ledger.samples(scenario))))
                .toList();
        return new TortureReport(
                seconds,
                signalKills,
                storeKills,
                lives,
                left,
                rows,
                ledger.findingCount(),
                ledger.findings(),
                directory.toString());
    }

    /// Kills what is left, and removes the files, unless there were violations: then they are evidence.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        seats.stream().filter(seat -> seat.exitCode().isEmpty()).forEach(Seat::killAndWait);
        if (ledger.findingCount() == 0) {
            delete();
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }
}
