package dev.backplane.cli;

import dev.backplane.pool.InsightsCheck;
import dev.backplane.shm.SegmentDoctor;
import dev.backplane.shm.SegmentDoctor.Repair;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.ObjectCheck;
import dev.backplane.store.Segment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backplane doctor`: what is wrong with segments, and with the files beside them.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks segments, and what the dead have left in them and beside them.",
            "That is every invariant of every layout, the dead that still hold something,",
            "half-made segments, files and sockets that nobody has any more.",
            "One line a finding. Nothing is changed, and nobody notices, unless --repair",
            "is given: that does what recovery would do, and leaves alone what is alive,",
            "and what is damaged.",
            "Exit codes: 0 nothing found (notes do not count), 1 findings, 2 wrong usage."
        })
final class DoctorCommand implements Callable<Integer> {
    /// What objects are used for that this library makes for itself.
    private static final ObjectCheck PURPOSES = new InsightsCheck();

    @Parameters(
            arity = "0..*",
            paramLabel = "SEGMENT",
            description = "Paths, or names of segments in the default directory; all that are there by default.")
    private List<String> segments = List.of();

    @Option(names = "--repair", description = "Give back what the dead held, and delete what they left.")
    private boolean repair;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    private boolean found;

    @Override
    public Integer call() throws IOException {
        final List<Path> paths = paths();
        final Set<Path> directories = new TreeSet<>();
        if (segments.isEmpty() && Files.isDirectory(Segment.defaultDirectory())) {
            directories.add(Segment.defaultDirectory());
        }
        final PrintStream out = Output.standard();
        for (Path path : paths) {
            print(
                    path,
                    repair
                            ? SegmentDoctor.repair(path, PURPOSES)
                            : new Repair(List.of(), SegmentDoctor.look(path, PURPOSES)),
                    out);
            final Path parent = path.toAbsolutePath().getParent();
            if (parent != null && !path.startsWith("/proc")) {
                directories.add(parent);
            }
        }
        for (Path directory : directories) {
            final Repair beside = repair
                    ? SegmentDoctor.repairBeside(directory)
                    : new Repair(List.of(), SegmentDoctor.lookBeside(directory));
            if (!beside.repaired().isEmpty() || !beside.left().isEmpty() || paths.isEmpty()) {
                print(directory, beside, out);
            }
        }
        if (paths.isEmpty() && directories.isEmpty()) {
            out.println("no segments in " + Segment.defaultDirectory());
        }
        Output.finish(out);
        return found ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private List<Path> paths() throws IOException {
        if (segments.isEmpty()) {
            return Segments.all();
        }
        final List<Path> paths = new ArrayList<>();
        for (String segment : segments) {
            final Path path;
            try {
                path = Segments.path(segment);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
            if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new ParameterException(spec.commandLine(), path + ": no such file or directory");
            }
            paths.add(path);
        }
        return paths;
    }

    private void print(Path where, Repair repaired, PrintStream out) {
        final List<Finding> left = repaired.left();
        final long count =
                left.stream().filter(one -> one.severity() != Severity.NOTE).count();
        out.println(Table.printable(where.toString()) + ": "
                + (count == 0 ? "healthy" : count + (count == 1 ? " finding" : " findings"))
                + (repaired.repaired().isEmpty()
                        ? ""
                        : ", " + repaired.repaired().size() + " repaired"));
        for (Finding one : repaired.repaired()) {
            line("repaired", one.object() + ": " + one.what(), out);
        }
        for (Finding one : left) {
            line(
                    one.severity().name().toLowerCase(Locale.ROOT),
                    one.object() + ": " + one.what() + "; " + one.remedy(),
                    out);
        }
        found |= count > 0;
    }

    private static void line(String kind, String text, PrintStream out) {
        out.println("  " + String.format(Locale.ROOT, "%-8s", kind) + "  " + Table.printable(text));
    }
}
