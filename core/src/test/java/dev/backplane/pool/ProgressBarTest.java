package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a bar writes, byte for byte, by a clock that stands still until it is moved.
final class ProgressBarTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long now;

    private TerminalLine line(int columns) {
        return new TerminalLine(new PrintStream(bytes, false, StandardCharsets.UTF_8), columns, () -> now);
    }

    private ProgressBar bar(int columns) {
        return new ProgressBar("resize", line(columns), () -> now);
    }

    private String written() {
        final String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private void wait(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aBarFillsTheLineAndEndsIt() {
        try (ProgressBar bar = bar(80)) {
            wait(Duration.ofSeconds(2));
            bar.accept(new TaskDone(0, 900, 2000, 1, 1));
            final String first = written();
            assertEquals(
                    "\rresize  45 % [==============>                  ] 900 of 2,000, 450/s, 0:03 left\033[K", first);
            assertEquals(79, first.length() - "\r\033[K".length());
            wait(Duration.ofSeconds(60));
            bar.accept(new TaskDone(900, 2000, 2000, 1, 1));
            assertEquals(
                    "\rresize 100 % [=====================================] 2,000 of 2,000, 18/s, 1:02\033[K",
                    written());
        }
        assertEquals("\n", written());
    }

    @Test
    void aNarrowTerminalGetsNoBarAndNeverMoreThanItsWidth() {
        try (ProgressBar bar = bar(50)) {
            wait(Duration.ofSeconds(10));
            bar.accept(new TaskDone(0, 2, 2000, 1, 1));
            assertEquals("\rresize   0 % 2 of 2,000, 12.0/min, 2:46:30 left\033[K", written());
        }
        assertEquals("\n", written());
        try (ProgressBar bar = bar(20)) {
            bar.accept(new TaskDone(0, 2, 2000, 1, 1));
            assertEquals("\rresize   0 % 2 of 2\033[K", written());
        }
    }

    @Test
    void withoutATotalThereAreCountsAndTheTimeThatWent() {
        try (ProgressBar bar = bar(80).amounts(amount -> amount + " B")) {
            wait(Duration.ofSeconds(4));
            bar.add(30);
            assertEquals("\rresize 30 B, 8 B/s, 0:04\033[K", written());
        }
    }

    @Test
    void aFailedCallEndsItsLineWhereItGot() {
        try (ProgressBar bar = bar(80)) {
            wait(Duration.ofSeconds(1));
            bar.total(4).add(1);
            bar.add(1);
            written();
        }
        assertEquals(
                "\rresize  50 % [===================>                   ] 2 of 4, 2.0/s, 0:01 left\033[K\n", written());
    }

    @Test
    void inAPipeTheBarIsSilentAndLinesArePlain() {
        try (ProgressBar bar = bar(0)) {
            bar.accept(new TaskDone(0, 1, 2, 1, 1));
            bar.println("a worker died");
        }
        assertEquals("a worker died\n", written());
    }

    @Test
    void linesArePrintedAboveTheBar() {
        try (ProgressBar bar = bar(30)) {
            wait(Duration.ofSeconds(1));
            bar.add(1);
            written();
            bar.println("a worker died");
            assertEquals("\ra worker died\033[K\nresize 1, 1.0/s, 0:01", written());
        }
    }

    @Test
    void aLineIsRewrittenTenTimesASecondAndTakenAway() {
        try (TerminalLine line = line(20)) {
            line.showSometimes(() -> "first");
            line.showSometimes(() -> "too soon");
            wait(Duration.ofMillis(100));
            line.showSometimes(() -> "second");
            assertEquals("\rfirst\033[K\rsecond\033[K", written());
        }
        assertEquals("\r\033[K", written());
    }
}
