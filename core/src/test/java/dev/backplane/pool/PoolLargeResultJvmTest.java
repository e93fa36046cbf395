package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.backplane.store.testing.Jvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A result of 512 MiB, which needs more memory than the JVM of the tests has.
final class PoolLargeResultJvmTest {
    private static final int BYTES = 512 << 20;
    private static final int PAGE = 4096;

    /// Asks for the result.
    public static final class Asker {
        private Asker() {}

        /// Prints how many pages of the result are what they should be.
        ///
        /// @param arguments none
        public static void main(String[] arguments) throws IOException, InterruptedException {
            try (ProcessPool pool =
                    ProcessPool.builder().workers(1).heap(2L << 30).start()) {
                final byte[] result = pool.apply(PoolLargeResultJvmTest::pages);
                int right = 0;
                for (int at = 0; at < result.length; at += PAGE) {
                    right += result[at] == (byte) (at / PAGE % 251) ? 1 : 0;
                }
                System.out.println(result.length + " bytes, " + right + " pages, then " + pool.apply(() -> 1));
            }
        }
    }

    private static byte[] pages() {
        final byte[] bytes = new byte[BYTES];
        for (int at = 0; at < bytes.length; at += PAGE) {
            bytes[at] = (byte) (at / PAGE % 251);
        }
        return bytes;
    }

    @Test
    void aResultOfHalfAGigabytePasses() {
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        assumeTrue(system.getTotalMemorySize() > 12L * BYTES, "two JVMs of 2 GiB each need memory");
        try (Jvm asker = Jvm.fork(List.of("-Xmx2g", "-XX:+UseSerialGC"), Asker.class)) {
            asker.expect("536870912 bytes, 131072 pages, then 1");
            assertEquals(0, asker.waitForExit());
        }
    }
}
