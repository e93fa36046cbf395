package dev.backplane.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/// The `backplane` program: its commands, its exit codes (0 done, 1 failed, 2 usage), and how failures are
/// told.
@Command(
        name = "backplane",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Shared objects and worker processes for the JVM: see it work, and look into what is running.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%n",
        footer = {
            "`backplane bench --help` tells how to measure Backplane beside its rivals.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "-Ddev.backplane.cli.trace=true in JAVA_TOOL_OPTIONS shows the stack trace of a failure."
        })
final class Main {
    private static final String TRACE = "dev.backplane.cli.trace";

    private static final List<Class<?>> COMMANDS = List.of(
            WordCountCommand.class,
            DemoCommand.class,
            LsCommand.class,
            InspectCommand.class,
            TopCommand.class,
            DoctorCommand.class,
            DumpCommand.class,
            TortureCommand.class,
            JournalCommand.class,
            EchoCommand.class,
            PingCommand.class,
            ServeCommand.class,
            CallCommand.class);

    private Main() {}

    /// Runs the program and ends the JVM with its exit code.
    ///
    /// @param arguments of the command line
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /// Runs the program.
    ///
    /// @param arguments of the command line
    /// @return the exit code
    static int run(String... arguments) {
        final CommandLine commands = commands(arguments);
        if (arguments.length == 0) {
            commands.usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        return commands.execute(arguments);
    }

    /// The command that some arguments begin with, or else all: to look at the options of each takes longer than most
    /// of them do.
    ///
    /// @param arguments of the command line, or none
    static CommandLine commands(String... arguments) {
        final CommandLine commands = new CommandLine(new Main());
        final List<Class<?>> meant = COMMANDS.stream()
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
                .toList();
        (meant.isEmpty() ? COMMANDS : meant).forEach(commands::addSubcommand);
        return commands.setExecutionExceptionHandler(Main::failed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    /// The name of a command, as it is in its annotation, too.
    private static String name(Class<?> command) {
        return command.getSimpleName().replace("Command", "").toLowerCase(Locale.ROOT);
    }

    private static int failed(Exception failure, CommandLine command, @Nullable ParseResult parsed) {
        final PrintWriter err = command.getErr();
        err.println("backplane: " + reason(failure));
        if (Boolean.getBoolean(TRACE)) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /// The failure in words. The file system's exceptions have nothing but the path as their message.
    private static String reason(Throwable failure) {
        final String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case NoSuchFileException _ -> message + ": no such file or directory";
            case AccessDeniedException _ -> message + ": permission denied";
            case NotDirectoryException _ -> message + ": not a directory";
            case FileAlreadyExistsException _ -> message + ": it exists already";
            default -> failure.getMessage() == null ? failure.toString() : message;
        };
    }

    /// The version in the jar's manifest.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "backplane " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
            };
        }
    }
}
