package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.backplane.LockOptions;
import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Locks that nobody else wants make no system call: counted by strace(1), where it is installed and allowed.
final class LockSystemCallsJvmTest {
    private static final int ROUNDS = 10_000;
    private static final String BEGIN = "/backplane-begin";
    private static final String END = "/backplane-end";

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Locks and unlocks between two calls that are easy to find.
    public static final class Locker {
        private Locker() {}

        /// Runs.
        ///
        /// @param arguments the segment, and whether the lock is fair
        public static void main(String[] arguments) throws IOException {
            final LockOptions options = LockOptions.defaults();
            final SharedLock lock = Manager.open(Path.of(arguments[0]))
                    .lock("lock", Boolean.parseBoolean(arguments[1]) ? options.asFair() : options);
            lockOften(lock, 100);
            final Path begin = Path.of(BEGIN);
            final Path end = Path.of(END);
            Files.exists(end);
            Files.exists(begin);
            lockOften(lock, ROUNDS);
            Files.exists(end);
        }

        private static void lockOften(SharedLock lock, int times) {
            for (int i = 0; i < times; i++) {
                lock.lock();
                try {
                    lock.holdCount();
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lockAndUnlockStayInTheProcess(boolean fair) throws Exception {
        final Path trace = directory.resolve("trace");
        assumeTrue(trace(trace, "true").waitFor() == 0, "strace is not there, or not allowed");
        final Process traced = trace(
                trace,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint", // No compiler, whose doings stop the thread.
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Locker.class.getName(),
                directory.resolve("segment").toString(),
                Boolean.toString(fair));
        assertTrue(traced.waitFor(2, TimeUnit.MINUTES), "it ends");
        assertEquals(0, traced.exitValue());
        assertCalls(Files.readAllLines(trace));
    }

    private static Process trace(Path trace, String... command) throws IOException {
        final var strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", trace.toString()));
        strace.addAll(List.of(command));
        try {
            return new ProcessBuilder(strace)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException _) {
            return new ProcessBuilder("false").start();
        }
    }

    private static void assertCalls(List<String> lines) {
        final String begin = lines.stream()
                .filter(line -> line.contains(BEGIN))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no marker among " + lines.size() + " calls"));
        final Predicate<String> sameThread = line -> line.startsWith(begin.substring(0, begin.indexOf(' ') + 1));
        final List<String> calls = lines.stream()
                .skip(lines.indexOf(begin) + 1L)
                .filter(sameThread)
                .takeWhile(line -> !line.contains(END))
                .toList();
        // A safepoint or two may come between; one call for each round would be thousands.
        assertTrue(calls.size() < ROUNDS / 100, () -> calls.size() + " calls, such as " + calls.getFirst());
    }
}
