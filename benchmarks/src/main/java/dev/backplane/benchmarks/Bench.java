package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `backplane bench`: Backplane beside its rivals, as a table.
@Command(
        name = "backplane bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Backplane beside its rivals on this machine and prints a Markdown table.",
            "",
            "Each value is the best of several rounds, or a percentile where it says so, for ours and rivals alike.",
            "Rivals in C need gcc. A machine with other work on it ranks rows, but gives no absolute figures."
        })
final class Bench implements Callable<Integer> {
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
            new WordCountGroup());

    @Option(names = "--quick", description = "Be done in two minutes, with noisier figures.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "GROUP",
            description = "Measure these only: counter, lock, sleep, death, array, message, map, garbage, open, start,"
                    + " pool, wordcount.")
    private List<String> only = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    private Bench() {}

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
        final Rivals rivals = new Rivals();
        System.out.println("| what | Backplane | beside | ratio | goal | reached |");
        System.out.println("|---|---|---|---|---|---|");
        for (Group group : GROUPS) {
            if (only.isEmpty() || only.contains(group.name())) {
                group.measure(rivals, quick).forEach(row -> System.out.println(row.markdown()));
            }
        }
        System.out.println();
        System.out.println(Machine.describe() + (quick ? "; quick" : ""));
        return 0;
    }
}
