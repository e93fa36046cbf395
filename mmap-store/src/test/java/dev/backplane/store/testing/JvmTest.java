package dev.backplane.store.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JvmTest {
    private static final Duration SOON = Duration.ofMillis(300);

    /// Says that it is ready, then answers each line until it is told to end.
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("ready " + String.join(",", arguments) + System.getProperty("test.word", ""));
            System.err.println("a remark");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("exit ")) {
                    System.exit(Integer.parseInt(line.substring(5)));
                }
                System.out.println("echo " + line);
            }
        }
    }

    /// Says nothing for as long as it is not told anything.
    static final class Silent {
        private Silent() {}

        public static void main(String[] arguments) throws IOException {
            System.exit(System.in.read());
        }
    }

    @Test
    void answersLineByLineAndGivesItsExitCode() {
        try (Jvm jvm = Jvm.builder().property("test.word", "!").fork(Echo.class, "a", "b")) {
            jvm.expect("ready a,b!");
            jvm.tell("one");
            assertEquals("echo one", jvm.expectStartsWith("echo "));
            jvm.tell("two");
            assertEquals("two", jvm.expectAfter("echo "));
            assertTrue(jvm.isAlive());
            jvm.tell("exit 7");
            assertEquals(7, jvm.waitForExit());
            assertTrue(jvm.transcript().contains("err: a remark"), jvm.transcript()::toString);
        }
    }

    @Test
    void wrongLineFailsWithTranscriptAndThreads() {
        try (Jvm jvm = Jvm.fork(Echo.class)) {
            Refusal.of(
                    AssertionError.class,
                    () -> jvm.expect("steady"),
                    "expected the line \"steady\", got \"ready \"",
                    "out: ready",
                    "\"main\"",
                    "Echo.main");
        }
    }

    @Test
    void missingLineFailsAfterTheDeadline() {
        try (Jvm jvm = Jvm.builder().deadline(SOON).fork(Silent.class)) {
            Refusal.of(AssertionError.class, () -> jvm.expect("x"), "waited PT0.3S for the line \"x\"", "alive");
        }
    }

    @Test
    void endOfOutputFailsEachExpectation() {
        try (Jvm jvm = Jvm.fork(Echo.class)) {
            jvm.expect("ready ");
            jvm.kill();
            for (int attempt = 0; attempt < 2; attempt++) {
                Refusal.of(AssertionError.class, () -> jvm.expect("x"), "end of its output", "ended with 137");
            }
        }
    }

    @Test
    void frozenJvmAnswersOnlyWhenResumed() {
        try (Jvm jvm = Jvm.builder().fork(Echo.class)) {
            jvm.expect("ready ");
            jvm.stop();
            Eventually.holds("the JVM is stopped", () -> state(jvm.pid()) == 'T');
            jvm.tell("wake");
            assertFalse(jvm.transcript().contains("out: echo wake"));
            jvm.resume();
            jvm.expect("echo wake");
            jvm.stop();
            jvm.kill();
            assertEquals(137, jvm.waitForExit());
        }
    }

    @Test
    void jvmThatStaysFailsTheWaitForItsEnd() {
        try (Jvm jvm = Jvm.builder().deadline(SOON).fork(Silent.class)) {
            Refusal.of(AssertionError.class, jvm::waitForExit, "did not end within");
            assertTrue(jvm.isAlive());
        }
    }

    @Test
    void closeLeavesNoProcess() {
        final long pid;
        try (Jvm jvm = Jvm.fork(Echo.class)) {
            pid = jvm.pid();
        }
        assertTrue(ProcessHandle.of(pid).isEmpty());
    }

    /// The state letter in /proc, or T where there is none: elsewhere the signal is taken at its word.
    private static char state(long pid) {
        final Path stat = Path.of("/proc/" + pid + "/stat");
        try {
            final String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'T';
        }
    }
}
