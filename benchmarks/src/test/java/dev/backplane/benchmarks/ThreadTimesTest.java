package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ThreadTimesTest {
    private static final Duration WORK = Duration.ofMillis(20);

    @Test
    void whatAThreadRanIsCounted() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/schedstat")), "a Linux that counts");
        final long self = ProcessHandle.current().pid();
        final ThreadTimes before = ThreadTimes.of(self);
        final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
        final long start = clocks.getCurrentThreadCpuTime();
        while (clocks.getCurrentThreadCpuTime() - start < WORK.toNanos()) {
            Thread.onSpinWait();
        }
        final Duration ran = ThreadTimes.of(self).since(before);
        // The kernel adds up at its ticks: of what runs at the moment, the last one may be missing.
        assertTrue(ran.compareTo(WORK.dividedBy(2)) >= 0, () -> "ran for " + ran);
    }

    @Test
    void aProcessThatIsNotThereIsRefused() {
        assertThrows(AbsentException.class, () -> ThreadTimes.of(Integer.MAX_VALUE));
    }
}
