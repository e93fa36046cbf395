package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessorTest {
    private static final Path STATUS = Path.of("/proc/thread-self/status");

    /// What the kernel lets the current thread run on.
    private static String allowed() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> pinnedAndAfter() {
        final List<String> lists = new ArrayList<>(List.of(allowed()));
        for (int number : new int[] {0, 1, 2}) {
            try (Processor _ = Processor.pin(number)) {
                lists.add(allowed());
            }
            lists.add(allowed());
        }
        return lists;
    }

    /// Prints what it may run on: before, pinned to each of three and after each.
    static final class Pinned {
        private Pinned() {}

        public static void main(String[] arguments) {
            System.out.println(String.join(" ", pinnedAndAfter()));
        }
    }

    private static String under(String processors) throws Exception {
        final Process process = new ProcessBuilder(
                        "taskset",
                        "-c",
                        processors,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Pinned.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    @Test
    void aThreadIsPinnedToWhatTheProcessWasGivenAndIsFreeOfThatAfterwards() throws Exception {
        assumeTrue(Files.exists(STATUS), "only Linux tells what a thread may run on");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/taskset")), "taskset is not installed");
        final int count = Runtime.getRuntime().availableProcessors();
        assumeTrue(allowed().equals("0-" + (count - 1)) && count > 1, "this process may run on " + allowed());
        assertEquals("1 1 1 1 1 1 1", under("1")); // Not on processor 0, ever.
        assertEquals("0-1 0 0-1 1 0-1 0 0-1", under("0,1"));
    }

    @Test
    void theyAreCountedAmongThoseThatAreThere() {
        final BitSet processors = BitSet.valueOf(new long[] {0b1100, 1});
        assertEquals(2, Processor.nth(processors, 0));
        assertEquals(3, Processor.nth(processors, 1));
        assertEquals(64, Processor.nth(processors, 2));
        assertEquals(2, Processor.nth(processors, 3));
    }
}
