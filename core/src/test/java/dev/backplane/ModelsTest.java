package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Searches all states of the Promela models of the shared objects, where `spin` and a C compiler are installed.
///
/// A model says in its first comment with which macros it is searched: `check:` must hold, `broken:` must not, for a
/// model that cannot fail says nothing, and `large:` must hold and takes long: only the Maven profile `models` asks for
/// it.
final class ModelsTest {
    private static final Path MODELS = Path.of("src/model");
    private static final boolean LARGE = Boolean.getBoolean("models.large");
    private static final Pattern CONFIGURATION = Pattern.compile(" \\* (check|large|broken): (-.*)");
    private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
    private static final Pattern STATES = Pattern.compile("(\\S+) states, stored");

    private static final Map<Configuration, Future<String>> SEARCHES = new LinkedHashMap<>();

    @TempDir
    private static Path directory;

    private static ExecutorService processors;

    /// One search.
    ///
    /// @param model the file's name
    /// @param kind what is expected of it
    /// @param macros that choose the instance, separated by spaces
    record Configuration(String model, String kind, String macros) {}

    static List<Configuration> holding() throws IOException {
        return configurations().stream()
                .filter(c -> c.kind.equals("check") || c.kind.equals("large") && LARGE)
                .toList();
    }

    static List<Configuration> broken() throws IOException {
        return configurations().stream().filter(c -> c.kind.equals("broken")).toList();
    }

    /// Begins all searches: on each processor one, since each has one thread. The broken models first, whose tests wait
    /// for no longer than others; large ones one by one, for the memory that they take.
    @BeforeAll
    static void begin() throws IOException {
        processors =
                Executors.newFixedThreadPool(LARGE ? 1 : Runtime.getRuntime().availableProcessors());
        if (isInstalled("spin") && isInstalled("cc")) {
            for (Configuration configuration :
                    Stream.concat(broken().stream(), holding().stream()).toList()) {
                final Path place = Files.createDirectory(directory.resolve(String.valueOf(SEARCHES.size())));
                SEARCHES.put(configuration, processors.submit(() -> new Search(configuration, place).report()));
            }
        }
    }

    @AfterAll
    static void end() {
        processors.shutdownNow();
        SEARCHES.clear();
    }

    private static String report(Configuration configuration) throws Exception {
        final Future<String> search = SEARCHES.get(configuration);
        assumeTrue(search != null, "spin and a C compiler are on the path");
        return search.get();
    }

    private static List<Configuration> configurations() throws IOException {
        final List<Configuration> found = new ArrayList<>();
        for (Path model : models()) {
            for (String line : Files.readAllLines(model)) {
                final Matcher configuration = CONFIGURATION.matcher(line);
                if (configuration.matches()) {
                    found.add(new Configuration(
                            model.getFileName().toString(), configuration.group(1), configuration.group(2)));
                }
            }
        }
        return found;
    }

    private static List<Path> models() throws IOException {
        try (Stream<Path> files = Files.list(MODELS)) {
            return files.filter(file -> file.toString().endsWith(".pml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    @MethodSource("holding")
    void theModelHolds(Configuration configuration, TestReporter reporter) throws Exception {
        final String report = report(configuration);
        assertEquals("0", find(ERRORS, report), report);
        assertFalse(report.contains("max search depth too small"), report);
        assertFalse(report.contains("out of memory"), report);
        assertFalse(report.contains("Search not completed"), report);
        reporter.publishEntry(configuration.toString(), find(STATES, report) + " states");
    }

    @ParameterizedTest
    @MethodSource("broken")
    void theBrokenModelFails(Configuration configuration) throws Exception {
        final String report = report(configuration);
        assertEquals("1", find(ERRORS, report), report);
    }

    private static String find(Pattern pattern, String report) {
        final Matcher found = pattern.matcher(report);
        assertTrue(found.find(), () -> "no " + pattern + " in:\n" + report);
        return found.group(1);
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// A search in a directory of its own.
    private record Search(Configuration configuration, Path directory) {
        String report() throws IOException, InterruptedException {
            for (Path model : models()) { // Copied, since spin writes beside them.
                Files.copy(model, directory.resolve(model.getFileName()));
            }
            final List<String> macros = Arrays.asList(configuration.macros.split(" ", -1));
            final boolean cycles = macros.contains("-DNP");
            final List<String> generate = new ArrayList<>(List.of("spin", "-a"));
            generate.addAll(macros);
            generate.add(configuration.model);
            run(generate);
            final List<String> compile = new ArrayList<>(List.of("cc", "-w", "-o", "pan", "pan.c"));
            // A small search is over sooner than optimised.
            compile.add(configuration.kind.equals("large") ? "-O2" : "-O0");
            compile.addAll(cycles ? List.of("-DNP", "-DNFAIR=3") : List.of("-DSAFETY"));
            run(compile);
            final List<String> search = new ArrayList<>(List.of("./pan", "-m1000000", "-w20"));
            search.addAll(cycles ? List.of("-l", "-f") : List.of());
            return run(search);
        }

        private String run(List<String> command) throws IOException, InterruptedException {
            final Path output = directory.resolve("output");
            final Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                final int status = process.waitFor();
                final String text = Files.readString(output, StandardCharsets.UTF_8);
                assertEquals(0, status, () -> command + " failed:\n" + text);
                return text;
            } finally {
                process.destroyForcibly(); // If the test was cut off.
            }
        }
    }
}
