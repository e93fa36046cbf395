package dev.backplane.cli;

import dev.backplane.cli.torture.RecoveryTimes;
import dev.backplane.cli.torture.TortureOptions;
import dev.backplane.cli.torture.TortureReport;
import dev.backplane.cli.torture.TortureRun;
import dev.backplane.cli.torture.TortureStatus;
import dev.backplane.pool.TerminalLine;
import dev.backplane.store.Segment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `backplane torture`: kills worker JVMs while they use every synchroniser, and judges what the others see.
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        description = {
            "Kills worker JVMs at random moments while they use every synchroniser of one segment, and judges by"
                    + " an oracle outside the segment whether exclusion, permits, signals and waits stay right.",
            "",
            "Exit code 1 if anything did not; the seed that is printed repeats the choices, not the moments."
        })
final class TortureCommand implements Callable<Integer> {
    private static final int SEEDS = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long; 60 by default. A slow host gets more time to use everything once.")
    private int seconds = 60;

    @Option(names = "--seed", paramLabel = "S", description = "Repeats the choices of another run; drawn by default.")
    private @Nullable Long seed;

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Torture these only; all by default.")
    private List<String> only = List.of();

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "End after so many, if that comes first; at most " + TortureOptions.MOST_KILLS + ".")
    private int kills = TortureOptions.MOST_KILLS;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "JVMs at once, 2 to " + TortureOptions.MOST_WORKERS + "; 5 by default.")
    private int workers = 5;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final TortureOptions options = options();
        // Beside the default directory of segments: in memory, where there is such a place.
        final Path parent = Segment.defaultDirectory().toAbsolutePath().getParent();
        final TortureRun run =
                TortureRun.prepare(options, parent != null && Files.isWritable(parent) ? parent : Path.of("."));
        final Thread atEnd = new Thread(run::close, "torture-end");
        Runtime.getRuntime().addShutdownHook(atEnd);
        final TortureReport report;
        try (run;
                TerminalLine line = TerminalLine.onStandardError()) {
            report = run.run(status -> line.showSometimes(() -> words(status)));
        }
        final PrintStream out = Output.standard();
        print(options, report, out);
        out.flush();
        return report.violationCount() == 0 ? 0 : 1;
    }

    private TortureOptions options() {
        check(seconds >= 1, "--seconds is " + seconds + ", must be at least 1");
        check(
                kills >= 1 && kills <= TortureOptions.MOST_KILLS,
                "--kills is " + kills + ", must be 1 to " + TortureOptions.MOST_KILLS);
        check(
                workers >= 2 && workers <= TortureOptions.MOST_WORKERS,
                "--workers is " + workers + ", must be 2 to " + TortureOptions.MOST_WORKERS);
        final List<String> names = TortureOptions.names();
        for (String name : only) {
            check(names.contains(name), "--only " + name + ": there are " + String.join(", ", names));
        }
        final long drawn = ThreadLocalRandom.current().nextInt(SEEDS);
        return new TortureOptions(seconds, kills, seed != null ? seed : drawn, workers, only);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static String words(TortureStatus status) {
        return String.format(
                Locale.ROOT,
                "%d s, %,d kills, %,d operations, %d workers up, %d violations",
                status.seconds(),
                status.kills(),
                status.operations(),
                status.workers(),
                status.violations());
    }

    private void print(TortureOptions options, TortureReport report, PrintStream out) {
        out.println(String.format(
                Locale.ROOT, "seed %d, %.0f s, %d workers", options.seed(), report.seconds(), options.workers()));
        out.println(String.format(
                Locale.ROOT,
                "%,d kills: %,d from outside, %,d before a store to shared memory; %,d JVMs, %,d of them left in peace",
                report.kills(),
                report.signalKills(),
                report.storeKills(),
                report.lives(),
                report.left()));
        out.println();
        final Table table = new Table("PRIMITIVE", "OPERATIONS", "RECOVERIES", "P50", "P99", "MAX");
        report.rows().forEach(row -> addRow(table, row.name(), row.operations(), row.recoveries()));
        final long operations =
                report.rows().stream().mapToLong(TortureReport.Row::operations).sum();
        addRow(table, "all", operations, report.recoveries());
        table.print(out);
        out.println();
        if (report.violationCount() == 0) {
            out.println("no violations");
            return;
        }
        report.findings().forEach(out::println);
        out.println("To make the same choices again: ./backplane torture --seed " + options.seed() + " --seconds "
                + options.seconds() + " --workers " + options.workers()
                + (only.isEmpty() ? "" : " --only " + String.join(",", only)));
    }

    private static void addRow(Table table, String name, long operations, RecoveryTimes times) {
        table.row(
                name,
                String.format(Locale.ROOT, "%,d", operations),
                String.format(Locale.ROOT, "%,d", times.count()),
                millis(times, times.percentileNanos(0.5)),
                millis(times, times.percentileNanos(0.99)),
                millis(times, times.maxNanos()));
    }

    private static String millis(RecoveryTimes times, long nanos) {
        return times.count() == 0 ? "-" : String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }
}
