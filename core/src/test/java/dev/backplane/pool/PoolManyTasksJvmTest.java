package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Iterator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Ten million elements, which exist a few chunks at a time.
final class PoolManyTasksJvmTest {
    private static final int ELEMENTS = 10_000_000;
    private static final int CHUNK = 10_000;

    @Test
    void tenMillionElementsComeBackInTheirOrder() throws Exception {
        try (ProcessPool pool = ProcessPool.of(2)) {
            final Iterable<Integer> source = () -> IntStream.range(0, ELEMENTS).iterator();
            final Iterator<Integer> results =
                    pool.imap(source, x -> x + 1, CHUNK).iterator();
            for (int i = 1; i <= ELEMENTS; i++) {
                assertEquals(i, (int) results.next());
            }
            assertFalse(results.hasNext());
        }
    }
}
