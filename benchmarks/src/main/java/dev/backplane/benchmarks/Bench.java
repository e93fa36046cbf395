package dev.backplane.benchmarks;

import dev.backplane.pool.TerminalLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `backplane bench`: Backplane beside its rivals, as a table, and as files for programs and for people.
@Command(
        name = "backplane bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Backplane beside its rivals on this machine and prints a Markdown table.",
            "",
            "Each value is the median of several rounds, for ours and rivals alike, which take turns; ± says how far"
                    + " it can be trusted. A rival that is not on this machine is a row that says so: those in C need"
                    + " gcc, Boost needs g++ and its headers, Python's need python3. So is one that fails."
                    + " A machine with other work on it ranks rows, but gives no absolute figures;"
                    + " docs/PERFORMANCE.md explains each row."
        })
final class Bench implements Callable<Integer> {
    private static final int FUTEX_PERCENT = 5;

    private static final List<Group> GROUPS = List.of(
            new CounterGroup(),
            new LockGroup(),
            new SleepGroup(),
            new DeathGroup(),
            new ArrayGroup(),
            new MessageGroup(),
            new MapGroup(),
            new GarbageGroup(),
            new OpenGroup(),
            new StartGroup(),
            new PoolGroup(),
            new ConnectionGroup(),
            new WordCountGroup(),
            new ScalingGroup());

    /// What the help names and `--only` takes.
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return GROUPS.stream().map(Group::name).iterator();
        }
    }

    @Option(names = "--quick", description = "Be done in three minutes, with noisier figures and fewer points.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "GROUP",
            completionCandidates = Names.class,
            description = "Measure these only: ${COMPLETION-CANDIDATES}.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Also write results.json, results.md and pictures (SVG) there.")
    private @Nullable Path out;

    @Spec
    private @Nullable CommandSpec spec;

    /// Runs the command and ends the JVM with its exit code.
    ///
    /// @param arguments of the command line
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        final List<String> known = GROUPS.stream().map(Group::name).toList();
        if (spec != null && !known.containsAll(only)) {
            throw new ParameterException(spec.commandLine(), "--only is " + only + ", the groups are " + known);
        }
        final List<Group> chosen = chosen();
        final Results results = new Results(
                spec == null ? List.of() : spec.commandLine().getParseResult().originalArgs(), quick);
        try (Rivals rivals = new Rivals(quick)) {
            try {
                System.out.println(Results.HEAD);
                measure(chosen, rivals, results);
            } finally {
                write(results, rivals); // What was measured before something failed is worth keeping.
            }
        }
        System.out.println();
        System.out.println(results.origin());
        System.out.println(results.summary());
        return 0;
    }

    /// What is measured: all groups unless some are named, however quick it is to be.
    List<Group> chosen() {
        return GROUPS.stream()
                .filter(group -> only.isEmpty() || only.contains(group.name()))
                .toList();
    }

    private void measure(List<Group> chosen, Rivals rivals, Results results) throws Exception {
        final long start = System.nanoTime();
        try (TerminalLine line = TerminalLine.onStandardError()) {
            for (int i = 0; i < chosen.size(); i++) {
                final Group group = chosen.get(i);
                final long seconds = (System.nanoTime() - start) / 1_000_000_000;
                line.show("measuring " + group.name() + ", " + (i + 1) + " of " + chosen.size() + ", after " + seconds
                        + " s …");
                final List<Row> rows = group.measure(rivals, quick);
                line.show("");
                results.add(group.name(), rows);
                rows.forEach(row -> System.out.println(row.markdown()));
            }
        }
    }

    private void write(Results results, Rivals rivals) throws IOException, InterruptedException {
        if (out == null) {
            return;
        }
        final Map<String, Double> limits = new LinkedHashMap<>();
        try {
            limits.put("a cache line there and back, in C", rivals.nanos("cache_line_round_trip"));
            limits.put("a futex's wake-up there and back, in C", rivals.nanos("futex_round_trip", FUTEX_PERCENT));
        } catch (AbsentException _) {
            // The rows say why; the pictures have no limits then.
        }
        results.write(out, limits);
    }
}
