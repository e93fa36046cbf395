package dev.backplane.cli;

import dev.backplane.store.durable.Journal;
import dev.backplane.store.durable.JournalEntry;
import dev.backplane.store.durable.JournalTailer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `backplane journal tail`: what a named reader has not seen.
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the lines that this reader has not printed before.",
            "",
            "Killed at any time, it goes on where it was; at most one line is printed twice, none is left out."
        })
final class JournalTailCommand implements Callable<Integer> {
    private static final Duration LONG = Duration.ofDays(1);

    @Parameters(paramLabel = "DIR", description = "The journal's directory.")
    private Path directory = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The reader's name; \"tail\" if none is given.")
    private String name = "tail";

    @Option(names = "--follow", description = "Wait for more lines, until killed.")
    private boolean follow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintStream out = Output.standard();
        try (Journal journal = Journal.open(directory, JournalCommand.lines());
                JournalTailer tailer = journal.tailer(name)) {
            JournalEntry entry = next(tailer);
            while (entry != null) {
                JournalCommand.print(out, entry.bytes());
                // Before the position moves: a line is lost by neither a kill nor a closed pipe.
                Output.finish(out);
                tailer.advance();
                entry = next(tailer);
            }
        }
        return 0;
    }

    private @Nullable JournalEntry next(JournalTailer tailer) throws InterruptedException {
        JournalEntry entry = tailer.peek();
        while (entry == null && follow) {
            entry = tailer.peek(LONG);
        }
        return entry;
    }
}
