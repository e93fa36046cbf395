package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Platform;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The command lines of `docs/INSPECT.md`, run as they stand there, write what stands below them, but for numbers and
/// times.
final class InspectDocumentJvmTest {
    private static final Path DOCUMENTED = Path.of("/dev/shm/backplane-0/shop");
    private static final int MINUTES = 2;
    /// What the program's looping command needs to end, and the document leaves out.
    private static final String LOOPING = "top shop";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// A command line, and what stands below it.
    private record Shown(String command, List<String> output) {}

    /// Blocks are indented; a command begins with a prompt and ends where its quotes are closed.
    private static List<Shown> shown(String section) {
        final List<Shown> shown = new ArrayList<>();
        String command = "";
        for (String line : section.lines().toList()) {
            if (!line.startsWith("    ")) {
                continue;
            }
            final String text = line.substring(4);
            if (text.startsWith("$ ") || command.chars().filter(c -> c == '\'').count() % 2 == 1) {
                command = text.startsWith("$ ") ? text.substring(2) : command + "\n" + text;
                if (!text.startsWith("$ ")) {
                    shown.removeLast();
                }
                shown.add(new Shown(command, new ArrayList<>()));
            } else {
                shown.getLast().output.add(text);
            }
        }
        return shown;
    }

    private List<String> run(String command, Path segment) throws Exception {
        final String line = command.replace(LOOPING, "top --once shop").replace(" shop", " '" + segment + "'");
        final Path out = directory.resolve("out");
        final Process process = new ProcessBuilder("bash", "-c", line)
                .directory(directory.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> "still running: " + line);
        } finally {
            process.destroyForcibly();
        }
        final List<String> lines = Files.readAllLines(out);
        Files.delete(out);
        return lines.stream().filter(each -> !each.isEmpty()).toList();
    }

    /// The program as the document calls it, from the classes that are tested.
    private void launcher() throws IOException {
        final Path launcher = directory.resolve("backplane");
        Files.writeString(launcher, """
                #!/bin/sh
                exec '%s' --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -D%s=%s -cp '%s' %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Platform.PROPERTY,
                        Platform.current().name(),
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    private static String normal(String line, Path segment) {
        return line.replace(segment.toString(), DOCUMENTED.toString())
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
                .replaceAll("\\b[0-9.]+(ms|s|m|h|d)\\b", "AGE")
                .replaceAll("[0-9.]+", "#")
                .replaceAll("\\([a-z ]*…", "(…") // How much of a label is left depends on the digits before it.
                .replaceAll(" +", " ")
                .strip();
    }

    private void writesWhatIsShown(String heading, int from, int to, Path segment) throws Exception {
        final List<Shown> all = shown(Documents.section(Documents.of("docs/INSPECT.md"), heading));
        for (Shown each : all.subList(from, to)) {
            final List<String> found = run(each.command, segment);
            final boolean more = each.output.getLast().equals("…");
            final List<String> expected = more ? each.output.subList(0, each.output.size() - 1) : each.output;
            assertTrue(
                    more ? found.size() > expected.size() : found.size() == expected.size(), () -> each + "\n" + found);
            for (int i = 0; i < expected.size(); i++) {
                final String line = normal(expected.get(i), segment);
                final int cut = line.endsWith("…") ? line.length() - 1 : -1;
                final String other = normal(found.get(i), segment);
                assertEquals(
                        cut < 0 ? line : line.substring(0, cut),
                        cut < 0 ? other : other.substring(0, Math.min(cut, other.length())),
                        each.command);
            }
        }
    }

    @Test
    void eachCommandWritesWhatIsShown() throws Exception {
        Python.onPath();
        launcher();
        final Path segment = directory.resolve("shop");
        try (Jvm holder = Jvm.fork(DoctorCommandJvmTest.Holder.class, segment.toString())) {
            holder.expect("held");
            writesWhatIsShown("inspect", 0, 1, segment);
            writesWhatIsShown("top", 0, 1, segment);
            writesWhatIsShown("dump", 0, 1, segment);
            writesWhatIsShown("doctor", 0, 1, segment);
            holder.kill();
            holder.waitForExit();
            writesWhatIsShown("doctor", 1, 3, segment);
        }
    }

    @Test
    void noCommandIsLeftOut() {
        final Matcher prompts =
                Pattern.compile("^ {4}\\$ ", Pattern.MULTILINE).matcher(Documents.of("docs/INSPECT.md"));
        assertEquals(6, prompts.results().count());
    }
}
