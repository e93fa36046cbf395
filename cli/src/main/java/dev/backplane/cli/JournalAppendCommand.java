package dev.backplane.cli;

import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalOptions;
import dev.backplane.store.durable.Retention;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backplane journal append`: standard input's lines, one entry each.
@Command(
        name = "append",
        mixinStandardHelpOptions = true,
        description = {
            "Appends each line of standard input, and prints how many they were.",
            "",
            "A line is in the journal as soon as the next one is read: what is killed loses no line before."
        })
final class JournalAppendCommand implements Callable<Integer> {
    private static final long BYTES_PER_MIB = 1 << 20;
    private static final long MOST_DAYS = 100_000;

    @Parameters(paramLabel = "DIR", description = "The journal's directory, made if it is not there.")
    private Path directory = Path.of("");

    @Option(names = "--sync", description = "Wait for the disk after each line.")
    private boolean sync;

    @Option(
            names = "--keep-days",
            paramLabel = "N",
            description = "Delete hours that ended more than N days ago, if all named readers have read them.")
    private @Nullable Long keepDays;

    @Option(
            names = "--keep-mib",
            paramLabel = "N",
            description = "Delete the oldest hours beyond N MiB, if all named readers have read them.")
    private @Nullable Long keepMib;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final JournalOptions options = JournalCommand.lines().withSync(sync).withRetention(retention());
        long count = 0;
        try (Journal journal = Journal.openOrCreate(directory, options)) {
            final InputLines lines = new InputLines(System.in, Journal.LARGEST_ENTRY);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                journal.append(line);
                count++;
            }
        }
        final PrintStream out = Output.standard();
        out.println(count + (count == 1 ? " line" : " lines"));
        Output.finish(out);
        return 0;
    }

    private Retention retention() {
        Retention retention = Retention.everything();
        if (keepDays != null) {
            retention = retention.withAge(Duration.ofDays(within("--keep-days", keepDays, MOST_DAYS)));
        }
        if (keepMib != null) {
            final long most = Long.MAX_VALUE / BYTES_PER_MIB;
            retention = retention.withBytes(within("--keep-mib", keepMib, most) * BYTES_PER_MIB);
        }
        return retention;
    }

    private long within(String option, long value, long most) {
        if ((value < 0 || value > most) && spec != null) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ", must be 0 to " + most);
        }
        return value;
    }
}
