package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The commands and options that documents show are those of the program, and README shows all commands.
final class DocumentedCommandsTest {
    private static final Path BENCH =
            Documents.ROOT.resolve("benchmarks/src/main/java/dev/backplane/benchmarks/Bench.java");
    private static final Pattern COMMAND = Pattern.compile("\\./backplane ([^`\\n]*)");
    private static final Pattern WORD = Pattern.compile("-{0,2}[a-z][a-z-]*");
    private static final String ELSEWHERE = "bench";

    private final List<String> unknown = new ArrayList<>();

    @Test
    void whatIsShownExists() throws IOException {
        int commands = 0;
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            final Matcher shown = COMMAND.matcher(document.getValue());
            while (shown.find()) {
                commands++;
                check(document.getKey() + ": " + shown.group(), shown.group(1));
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(commands > 20, "found " + commands + " commands");
    }

    private void check(String where, String line) throws IOException {
        CommandLine command = Main.commands();
        boolean first = true;
        // Alternatives are behind a bar, what may be left out is in brackets, and a comment ends the line.
        for (String part : line.replaceAll("[\\[\\]]", " ").strip().split("[\\s|]+", -1)) {
            if (part.equals("#") || part.equals("<")) {
                return;
            }
            final Matcher word = WORD.matcher(part);
            if (!word.lookingAt()) {
                first = false;
                continue;
            }
            if (first && part.equals(ELSEWHERE)) {
                checkBench(where, line);
                return;
            }
            final CommandLine next = command.getSubcommands().get(word.group());
            if (next != null) {
                command = next;
            } else if (part.startsWith("--")) {
                if (!command.getCommandSpec().optionsMap().containsKey(word.group())) {
                    unknown.add(where + " has no " + word.group());
                }
            } else if (first) {
                unknown.add(where + " is no command");
            }
            first = false;
        }
    }

    /// The benchmarks are a module of their own, which this one does not see.
    private void checkBench(String where, String line) throws IOException {
        final String source = Files.readString(BENCH);
        final Matcher options = Pattern.compile("--[a-z-]+").matcher(line);
        while (options.find()) {
            if (!source.contains('"' + options.group() + '"')
                    && !options.group().equals("--help")) {
                unknown.add(where + " has no " + options.group());
            }
        }
    }

    @Test
    void theReadmeShowsEveryCommand() {
        final String readme = Documents.of("README.md");
        final Set<String> missing = new TreeSet<>();
        Main.commands().getSubcommands().forEach((name, command) -> {
            final Set<String> below = command.getSubcommands().keySet();
            if (below.isEmpty() && !readme.contains("    ./backplane " + name)) {
                missing.add(name);
            }
            below.stream()
                    .filter(nested -> !readme.contains("    ./backplane " + name + " " + nested))
                    .forEach(nested -> missing.add(name + " " + nested));
        });
        assertEquals(Set.of(), missing);
    }

    @Test
    void eachCommandIsFoundByItsNameAlone() {
        final Map<String, CommandLine> all = Main.commands().getSubcommands();
        assertFalse(all.isEmpty());
        all.forEach((name, command) -> {
            final Map<String, CommandLine> found = Main.commands(name, "--help").getSubcommands();
            assertEquals(Set.of(name), found.keySet());
            assertEquals(
                    command.getUsageMessage(),
                    Objects.requireNonNull(found.get(name)).getUsageMessage());
        });
        assertEquals(all.keySet(), Main.commands("--help").getSubcommands().keySet());
        assertEquals(all.keySet(), Main.commands("wordcounts").getSubcommands().keySet());
    }
}
