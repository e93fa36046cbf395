package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.SegmentFormatException;
import dev.backplane.store.testing.LayoutText;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a worker and its pool write about it, by a clock that stands still until it is moved.
final class WorkerInsightsTest {
    private static final int PLACE = 1;

    private final MemorySegment memory = Arena.ofAuto().allocate(InsightsLayout.bytes(2), Long.BYTES);
    private long now = -7;
    private final WorkerInsights insights = new WorkerInsights(memory, PLACE, () -> now);

    private WorkerStatus status() {
        return insights.status().orElseThrow();
    }

    private void wait(Duration time) {
        now += time.toNanos();
    }

    private WorkerMeter started(int number) {
        insights.starting(number);
        insights.started(4711);
        wait(Duration.ofMillis(300));
        final WorkerMeter meter = new WorkerMeter(memory, PLACE, () -> now);
        meter.ready();
        insights.ready();
        return meter;
    }

    /// The times that are over, without the current one, which is the host's clock's.
    private long over(boolean busy) {
        return (busy ? InsightsLayout.BUSY : InsightsLayout.IDLE).get(memory, InsightsLayout.place(PLACE));
    }

    @Test
    void layoutsAreAsRecorded() throws IOException {
        final String found =
                LayoutText.of("HEADER", InsightsLayout.HEADER) + LayoutText.of("WORKER", InsightsLayout.WORKER);
        try (var golden = Objects.requireNonNull(getClass().getResourceAsStream("layouts.txt"))) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), found);
        }
    }

    @Test
    void aPlaceThatNobodyHasHadHasNoWorker() {
        assertEquals(Optional.empty(), insights.status());
        started(1);
        assertEquals(Optional.empty(), new WorkerInsights(memory, 0, () -> now).status());
    }

    @Test
    void aWorkerGoesThroughItsStates() {
        final Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
        insights.starting(3);
        assertEquals(WorkerState.STARTING, status().state());
        assertEquals(0, status().pid());
        assertFalse(status().ready());
        final WorkerMeter meter = started(3);
        assertEquals(WorkerState.IDLE, status().state());
        assertEquals(3, status().number());
        assertEquals(4711, status().pid());
        assertEquals(Duration.ofMillis(300), status().startUp());
        assertFalse(status().started().isBefore(before));
        meter.busy();
        assertEquals(WorkerState.BUSY, status().state());
        assertTrue(status().ready());
        assertFalse(status().since().isBefore(before));
        meter.finished(false);
        meter.stopping();
        assertEquals(WorkerState.STOPPING, status().state());
        insights.ended();
        assertEquals(WorkerState.ENDED, status().state());
        assertFalse(status().ready());
        assertEquals(1, status().tasksDone());
    }

    @Test
    void tasksAndTimesAddUp() {
        final WorkerMeter meter = started(1);
        insights.holds(2);
        wait(Duration.ofMillis(40));
        meter.busy();
        wait(Duration.ofMillis(7));
        meter.finished(false);
        wait(Duration.ofMillis(2));
        meter.busy();
        wait(Duration.ofMillis(11));
        meter.finished(true);
        assertEquals(Duration.ofMillis(18), status().busy());
        assertEquals(Duration.ofMillis(42).toNanos(), over(false));
        assertEquals(Duration.ofMillis(18).toNanos(), over(true));
        assertTrue(status().idle().compareTo(Duration.ofMillis(42)) >= 0);
        assertEquals(2, status().tasksDone());
        assertEquals(1, status().tasksFailed());
        assertEquals(2, status().tasksHeld());
    }

    @Test
    void whoMeasuresIsWokenUpAfterALongIdleTimeOnly() {
        final WorkerMeter meter = started(1);
        final Duration most = Duration.ofNanos(WorkerMeter.LONG_IDLE_NANOS - 1);
        wait(most);
        assertFalse(meter.busy());
        wait(Duration.ofHours(1));
        meter.finished(false);
        wait(most);
        assertFalse(meter.busy());
        meter.finished(false);
        wait(most.plusNanos(1));
        assertTrue(meter.busy());
    }

    @Test
    void theHeapIsMeasuredWhileThereIsWorkAndNotOtherwise() {
        final WorkerMeter meter = started(1);
        meter.measure();
        assertTrue(status().heapUsedBytes() > 0);
        assertTrue(status().heapCommittedBytes() >= status().heapUsedBytes());
        final long base = InsightsLayout.place(PLACE);
        InsightsLayout.HEAP_USED.setRelease(memory, base, -1);
        meter.measure();
        assertEquals(-1, status().heapUsedBytes());
        meter.busy();
        meter.measure();
        InsightsLayout.HEAP_USED.setRelease(memory, base, -1);
        meter.measure();
        assertNotEquals(-1, status().heapUsedBytes());
        meter.finished(false);
        InsightsLayout.HEAP_USED.setRelease(memory, base, -1);
        meter.measure();
        assertNotEquals(-1, status().heapUsedBytes());
    }

    @Test
    void aWorkerKilledInAChangeCanBeReadAndItsReplacementBeginsAnew() {
        final WorkerMeter meter = started(1);
        meter.busy();
        meter.finished(true);
        final long base = InsightsLayout.place(PLACE);
        WorkerInsights.beginChange(memory, base);
        InsightsLayout.DONE.set(memory, base, 2); // As far as it came.
        assertEquals(2, status().tasksDone());
        assertEquals(1, status().tasksFailed());
        insights.ended();
        assertEquals(WorkerState.ENDED, status().state());
        assertEquals(0, InsightsLayout.CHANGES.get(memory, base) % 2);
        insights.starting(2);
        final WorkerStatus next = status();
        assertEquals(2, next.number());
        assertEquals(0, next.pid());
        assertEquals(WorkerState.STARTING, next.state());
        assertEquals(0, next.tasksDone() + next.tasksFailed() + next.tasksHeld() + next.heapUsedBytes());
        assertEquals(Duration.ZERO, next.busy().plus(next.idle()).plus(next.startUp()));
        assertEquals(2, InsightsLayout.DONE_BEFORE.get(memory, 0));
        assertEquals(1, InsightsLayout.FAILED_BEFORE.get(memory, 0));
    }

    @Test
    void statesThatAreNoneAreRefused() {
        started(5);
        InsightsLayout.STATE.set(memory, InsightsLayout.place(PLACE), 77);
        final SegmentFormatException refused = assertThrows(SegmentFormatException.class, insights::status);
        assertTrue(String.valueOf(refused.getMessage()).contains("worker 5 in state 77"), refused.toString());
    }
}
