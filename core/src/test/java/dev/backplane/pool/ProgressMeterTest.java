package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Counts, rates and the time remaining, by a clock that stands still until it is moved.
final class ProgressMeterTest {
    private final List<Progress> told = new ArrayList<>();
    private long now = -5_000_000_000L;
    private final ProgressMeter meter = new ProgressMeter(told::add, () -> now);

    private void wait(Duration time) {
        now += time.toNanos();
    }

    private Progress last() {
        return told.getLast();
    }

    private static TaskDone task(int from, int to, int elements) {
        return new TaskDone(from, to, elements, 1, 1);
    }

    @Test
    void aMapTellsItsTotalAndTheTimeRemainingFollowsFromTheRate() {
        wait(Duration.ofSeconds(2));
        meter.accept(task(4, 10, 24));
        assertEquals(
                new Progress(6, OptionalLong.of(24), Duration.ofSeconds(2), 3.0, Optional.of(Duration.ofSeconds(6))),
                last());
        assertFalse(last().isComplete());
        wait(Duration.ofSeconds(4));
        meter.accept(task(10, 24, 24));
        meter.accept(task(0, 4, 24));
        assertEquals(
                new Progress(24, OptionalLong.of(24), Duration.ofSeconds(6), 4.0, Optional.of(Duration.ZERO)), last());
        assertTrue(last().isComplete());
    }

    @Test
    void theRateForgetsASlowBeginning() {
        meter.total(1000);
        wait(Duration.ofSeconds(100));
        meter.add(10);
        assertEquals(0.1, last().perSecond());
        for (int second = 1; second <= 9; second++) {
            wait(Duration.ofSeconds(1));
            meter.add(20);
        }
        assertEquals(190 / 109.0, last().perSecond());
        wait(Duration.ofSeconds(1));
        meter.add(20);
        assertEquals(20.0, last().perSecond());
        assertEquals(Optional.of(Duration.ofMillis(39_500)), last().remaining());
    }

    @Test
    void aRateIsCountedOverTheWholeOfALongPause() {
        meter.add(5);
        wait(Duration.ofSeconds(50));
        meter.add(5);
        assertEquals(0.2, last().perSecond());
    }

    @Test
    void listenersAreToldTenTimesASecondAndOfTheFirstAndTheLast() {
        meter.total(1000);
        for (int i = 0; i < 1000; i++) {
            meter.add(1);
            wait(Duration.ofMillis(1));
        }
        assertEquals(
                IntStream.concat(IntStream.range(0, 10).map(i -> 100 * i + 1), IntStream.of(1000))
                        .mapToObj(Long::valueOf)
                        .toList(),
                told.stream().map(Progress::done).toList());
        meter.close();
        assertEquals(11, told.size());
    }

    @Test
    void closingTellsOfWhatWasLeftUntold() {
        meter.close();
        assertEquals(new Progress(0, OptionalLong.empty(), Duration.ZERO, 0, Optional.empty()), last());
        meter.add(1);
        assertEquals(1, told.size());
        meter.close();
        assertEquals(1, last().done());
    }

    @Test
    void aStreamHasNoTimeRemainingUnlessItsTotalIsGiven() {
        wait(Duration.ofSeconds(1));
        assertEquals(3, Stream.of("a", "b", "c").peek(meter::count).toList().size());
        meter.close();
        assertEquals(new Progress(3, OptionalLong.empty(), Duration.ofSeconds(1), 3, Optional.empty()), last());
        meter.total(9).add(0);
        wait(Duration.ofSeconds(1));
        meter.add(1);
        assertEquals(Optional.of(Duration.ofMillis(2_500)), last().remaining());
    }

    @Test
    void nothingDoneIsNoRateAndNoTimeRemaining() {
        meter.total(7).add(0);
        assertEquals(new Progress(0, OptionalLong.of(7), Duration.ZERO, 0, Optional.empty()), last());
        assertThrows(IllegalArgumentException.class, () -> meter.add(-1));
        assertThrows(IllegalArgumentException.class, () -> meter.total(-1));
    }
}
