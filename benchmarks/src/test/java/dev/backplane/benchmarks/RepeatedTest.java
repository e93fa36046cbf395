package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RepeatedTest {
    private static final double MUCH_TIME = 1e6;

    @Test
    void theyTakeTurns() throws Exception {
        final List<String> turns = new ArrayList<>();
        new Repeated(2, 2, MUCH_TIME)
                .one("ours", () -> {
                    turns.add("ours");
                    return 1;
                })
                .one("theirs", () -> {
                    turns.add("theirs");
                    return 1;
                })
                .run();
        assertEquals(List.of("ours", "theirs", "ours", "theirs"), turns);
    }

    @Test
    void figuresThatAgreeEndTheRounds() throws Exception {
        final Repeated repeated = new Repeated(2, 9, MUCH_TIME)
                .one("a", () -> 5)
                .one("b", () -> 7)
                .run();
        assertEquals(3, repeated.of("a").rounds()); // Two could agree by chance.
        assertEquals(7, repeated.of("b").value());
        assertEquals(0, repeated.of("b").spread());
    }

    @Test
    void figuresThatDifferGoOnUntilThereAreEnough() throws Exception {
        final Iterator<Double> wide = Stream.of(1.0, 9.0, 5.0, 2.0, 8.0).iterator();
        final Repeated repeated = new Repeated(2, 5, MUCH_TIME)
                .one("steady", () -> 3)
                .one("wide", wide::next)
                .run();
        assertEquals(5, repeated.of("wide").rounds());
        assertEquals(5, repeated.of("wide").value());
        assertEquals(5, repeated.of("steady").rounds());
    }

    @Test
    void withoutTimeThereAreTheFewestRounds() throws Exception {
        final Iterator<Double> wide = Stream.iterate(1.0, x -> 2 * x).iterator();
        assertEquals(
                2, new Repeated(2, 100, 0).one("a", wide::next).run().of("a").rounds());
    }

    @Test
    void whatIsAbsentIsAskedOnceAndKeepsNobodyElseFromItsRounds() throws Exception {
        final List<String> asked = new ArrayList<>();
        final Repeated repeated = new Repeated(3, 3, MUCH_TIME)
                .all("rival", () -> {
                    asked.add("rival");
                    throw AbsentException.failed("Segmentation fault", "");
                })
                .all("ours", () -> Map.of("p50", 1.0, "p99", 2.0))
                .run();
        assertEquals(List.of("rival"), asked);
        assertEquals("failed: Segmentation fault", repeated.of("rival").absence());
        assertEquals("failed: Segmentation fault", repeated.of("rival", "p50").absence());
        assertEquals(3, repeated.of("ours", "p99").rounds());
    }

    @Test
    void oursThatFailsIsNoRow() {
        final Repeated repeated = new Repeated(3, 3, MUCH_TIME).one("ours", () -> {
            throw new IllegalStateException("broken");
        });
        assertThrows(IllegalStateException.class, repeated::run);
        assertThrows(IllegalArgumentException.class, () -> repeated.of("ours"));
    }

    /// Each time takes as long as all before it together: it gets no quicker.
    @Test
    void warmingUpEndsWhenItGetsNoQuicker() throws Exception {
        final List<Long> begins = new ArrayList<>();
        Repeated.warmUp(false, () -> {
            final long now = System.nanoTime();
            begins.add(now);
            while (System.nanoTime() - now < now - begins.getFirst() + 1_000_000) {
                Thread.onSpinWait();
            }
        });
        assertEquals(4, begins.size());
    }
}
