package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.cli.torture.TortureOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `torture`: a short run of everything, and wrong usage.
final class TortureCommandJvmTest {
    private static final Pattern KILLS = Pattern.compile("(?m)^([\\d,]+) kills:");

    private static long number(Pattern pattern, String text) {
        final Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), () -> pattern + " in: " + text);
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }

    @Test
    void killsChangeNothingForTheOthers() throws Exception {
        final Program run = Program.run("torture", "--seconds", "10", "--seed", "2718", "--workers", "4");
        assertEquals(0, run.exitCode(), () -> run.out() + run.err());
        assertEquals("", run.err(), "silent where there is no terminal");
        assertTrue(run.out().startsWith("seed 2718, "), run.out());
        assertTrue(run.out().endsWith("\nno violations\n"), run.out());
        assertTrue(number(KILLS, run.out()) > 0, run.out());
        for (String name : TortureOptions.names()) {
            final long operations = number(Pattern.compile("(?m)^" + name + " +([\\d,]+)"), run.out());
            assertTrue(operations > 0, () -> name + " was never used: " + run.out());
        }
    }

    @Test
    void aRunEndsWithItsKills() throws Exception {
        final Program run =
                Program.run("torture", "--kills", "1", "--only", "lock,atomic", "--seconds", "100", "--workers", "2");
        assertEquals(0, run.exitCode(), () -> run.out() + run.err());
        assertTrue(number(KILLS, run.out()) >= 1, run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.startsWith("semaphore")), run.out());
    }

    @Test
    void wrongUsageIsRefusedWithWhatIsRight() throws Exception {
        final Program unknown = Program.run("torture", "--only", "lock,mutex");
        assertEquals(2, unknown.exitCode());
        assertEquals("", unknown.out());
        assertTrue(unknown.err().contains("--only mutex: there are lock, fair-lock, rwlock, semaphore"), unknown.err());
        for (String[] wrong :
                new String[][] {{"--seconds", "0"}, {"--kills", "0"}, {"--workers", "1"}, {"--seed", "x"}}) {
            final Program run = Program.run("torture", wrong[0], wrong[1]);
            assertEquals(2, run.exitCode(), run.err());
            assertTrue(run.err().contains(wrong[0]), run.err());
        }
    }
}
