package dev.backplane.cli;

import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalEntry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backplane journal replay`: all lines there are, or from a point on.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Prints index, time and line of each entry there is, separated by tabs; moves no reader.")
final class JournalReplayCommand implements Callable<Integer> {
    private static final long ENTRIES_BETWEEN_LOOKS = 1024;

    /// Where to begin.
    static final class From {
        @Option(names = "--from-index", paramLabel = "I", description = "Begin at this index, as printed here.")
        private @Nullable Long index;

        @Option(
                names = "--from-time",
                paramLabel = "T",
                description = "Begin with the first entry of this time or later, such as 2026-03-01T12:00:00Z.")
        private @Nullable Instant time;
    }

    @Parameters(paramLabel = "DIR", description = "The journal's directory.")
    private Path directory = Path.of("");

    @ArgGroup
    private @Nullable From from;

    @Option(names = "--limit", paramLabel = "N", description = "Print at most N entries.")
    private @Nullable Long limit;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check(limit == null || limit >= 0, "--limit is " + limit + ", must not be negative");
        check(from == null || from.index == null || from.index >= 0, "--from-index must not be negative");
        final PrintStream out = Output.standard();
        try (Journal journal = Journal.open(directory, JournalCommand.lines());
                Stream<JournalEntry> entries = entries(journal)) {
            final Stream<JournalEntry> wanted = limit == null ? entries : entries.limit(limit);
            final Iterator<JournalEntry> each = wanted.iterator();
            for (long count = 1; each.hasNext(); count++) {
                final JournalEntry entry = each.next();
                out.print(entry.index() + "\t" + entry.time() + "\t");
                JournalCommand.print(out, entry.bytes());
                if (count % ENTRIES_BETWEEN_LOOKS == 0 && out.checkError()) {
                    break; // Nobody reads any more.
                }
            }
        } finally {
            Output.finish(out); // What was read before a damaged entry is printed.
        }
        return 0;
    }

    private Stream<JournalEntry> entries(Journal journal) {
        if (from != null && from.time != null) {
            return journal.replay(from.time);
        }
        return journal.replay(from != null && from.index != null ? from.index : 0);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
