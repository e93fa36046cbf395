package dev.backplane.cli;

import dev.backplane.store.durable.JournalOptions;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `backplane journal`: lines of text in a journal on disk.
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = {
            "Keeps lines in a journal on disk, which survives crashes of processes and of the machine.",
            "",
            "Any number of programs may append at once; each reader with a name goes on where it was."
        },
        subcommands = {JournalAppendCommand.class, JournalTailCommand.class, JournalReplayCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class JournalCommand implements Runnable {
    private static final String LINES = "lines";

    @Spec
    private @Nullable CommandSpec spec;

    /// The options of a journal whose entries are lines: bytes, without their end.
    static JournalOptions lines() {
        return JournalOptions.of(LINES);
    }

    /// A line as it was.
    static void print(PrintStream out, byte[] line) {
        out.write(line, 0, line.length);
        out.write('\n');
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Missing command: append, tail or replay");
        }
    }
}
