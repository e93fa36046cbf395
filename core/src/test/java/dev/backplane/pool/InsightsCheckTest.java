package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.shm.SegmentDoctor;
import dev.backplane.store.Finding;
import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Each invariant of what a pool tells that is broken gives the finding that names it.
final class InsightsCheckTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static List<String> rules(Path path) throws Exception {
        return SegmentDoctor.look(path, new InsightsCheck()).stream()
                .map(Finding::rule)
                .toList();
    }

    private static void broken(Path path, MemorySegment memory, String rule, LongField field, long base, long value)
            throws Exception {
        final long before = field.get(memory, base);
        field.set(memory, base, value);
        assertTrue(rules(path).contains(rule), () -> rule + " with " + value);
        field.set(memory, base, before);
        assertEquals(List.of(), rules(path));
    }

    private static void broken(Path path, MemorySegment memory, String rule, IntField field, long base, int value)
            throws Exception {
        final int before = field.get(memory, base);
        field.set(memory, base, value);
        assertTrue(rules(path).contains(rule), () -> rule + " with " + value);
        field.set(memory, base, before);
        assertEquals(List.of(), rules(path));
    }

    @Test
    void whatIsBrokenIsNamed() throws Exception {
        final Path path = directory.resolve(PoolInsights.SEGMENT_LABEL);
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            final PoolInsights insights = PoolInsights.create(manager, 2);
            final MemorySegment memory = manager.byteArray(InsightsLayout.NAME, InsightsLayout.bytes(2))
                    .asWritableSegment();
            insights.place(1).starting(1);
            insights.place(1).started(4711);
            insights.place(1).holds(3);
            assertEquals(List.of(), rules(path));
            broken(path, memory, "version", InsightsLayout.VERSION, 0, 2);
            for (int places : new int[] {0, 1, 3, 251}) {
                broken(path, memory, "places", InsightsLayout.PLACES, 0, places);
            }
            broken(path, memory, "header at 8", InsightsLayout.POOL_PID, 0, 0);
            broken(path, memory, "header at 16", InsightsLayout.POOL_STARTED, 0, -1);
            broken(path, memory, "header at 24", InsightsLayout.DONE_BEFORE, 0, -1);
            broken(path, memory, "header at 32", InsightsLayout.FAILED_BEFORE, 0, -1);
            final long place = InsightsLayout.place(1);
            broken(path, memory, "place 1 state", InsightsLayout.STATE, place, 6);
            broken(path, memory, "place 1 state", InsightsLayout.STATE, place, -1);
            broken(path, memory, "place 1 at 0", InsightsLayout.NUMBER, place, -1);
            broken(path, memory, "place 1 at 4", InsightsLayout.HELD, place, -1);
            for (LongField field : List.of(
                    InsightsLayout.PID,
                    InsightsLayout.STARTED,
                    InsightsLayout.START_UP,
                    InsightsLayout.SINCE,
                    InsightsLayout.BUSY,
                    InsightsLayout.IDLE,
                    InsightsLayout.HEAP_USED,
                    InsightsLayout.HEAP_COMMITTED)) {
                broken(path, memory, "place 1 at " + field.offset(), field, place, -1);
            }
            broken(path, memory, "place 1 failed", InsightsLayout.FAILED, place, 1);
            for (long zero : new long[] {40, place + 32, place + 140, place + 200}) {
                memory.set(ValueLayout.JAVA_BYTE, zero + 1, (byte) 1);
                assertEquals(List.of("zeros at " + zero), rules(path));
                memory.set(ValueLayout.JAVA_BYTE, zero + 1, (byte) 0);
            }
            // A killed worker leaves it so.
            InsightsLayout.CHANGES.set(memory, place, 7);
            InsightsLayout.FAILED.set(memory, place, 1);
            assertEquals(List.of(), rules(path));
        }
    }

    @Test
    void anArrayOfThatNameElsewhereIsItsOwners() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            manager.byteArray(InsightsLayout.NAME, 100).set(0, (byte) 9);
            assertEquals(List.of(), rules(path));
        }
    }
}
