package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the listeners of maps of all kinds are told.
@NullUnmarked // JUnit fills the pool.
final class PoolListenerJvmTest {
    private static final int ELEMENTS = 7;
    private static final int CHUNK = 3;

    private static ProcessPool pool;

    @BeforeAll
    static void start() throws IOException {
        pool = ProcessPool.of(2);
    }

    @AfterAll
    static void end() {
        pool.close();
    }

    /// Remembers what it was told.
    private static final class Told implements Consumer<TaskDone> {
        final ConcurrentLinkedQueue<TaskDone> tasks = new ConcurrentLinkedQueue<>();

        @Override
        public void accept(TaskDone task) {
            tasks.add(task);
        }

        /// Each element once, in tasks of the size that was asked for, by a worker.
        void check(int total) {
            final Set<String> ranges =
                    tasks.stream().map(task -> task.from() + "-" + task.to()).collect(Collectors.toSet());
            assertEquals(Set.of("0-3", "3-6", "6-7"), ranges, tasks::toString);
            assertEquals(3, tasks.size(), tasks::toString);
            assertTrue(
                    tasks.stream().allMatch(task -> task.elements() == total && task.pid() > 0 && task.worker() > 0),
                    tasks::toString);
            tasks.clear();
        }
    }

    private static List<Integer> ofEach(int step) {
        return IntStream.range(0, ELEMENTS).mapToObj(x -> x * step).toList();
    }

    private static List<Integer> numbers() {
        return ofEach(1);
    }

    @Test
    void functionsOfSeveralArgumentsTellOfEachTask() throws Exception {
        final Told told = new Told();
        final List<Object[]> arrays =
                numbers().stream().map(x -> new Object[] {x, x}).toList();
        assertEquals(ofEach(2), pool.starmap(arrays, each -> (int) each[0] + (int) each[1], CHUNK, told));
        told.check(ELEMENTS);
        assertEquals(
                ofEach(1),
                pool.starmapAsync(arrays, each -> (int) each[1], CHUNK, told).get());
        told.check(ELEMENTS);
        final List<Arguments.Two<Integer, Integer>> two =
                numbers().stream().map(x -> Arguments.of(x, x)).toList();
        assertEquals(ofEach(2), pool.starmap(two, (a, b) -> a + b, CHUNK, told));
        told.check(ELEMENTS);
        assertEquals(
                ofEach(2), pool.starmapAsync(two, (a, b) -> a + b, CHUNK, told).get());
        told.check(ELEMENTS);
        final List<Arguments.Three<Integer, Integer, Integer>> three =
                numbers().stream().map(x -> Arguments.of(x, x, x)).toList();
        assertEquals(ofEach(3), pool.starmap(three, (a, b, c) -> a + b + c, CHUNK, told));
        told.check(ELEMENTS);
        assertEquals(
                ofEach(3),
                pool.starmapAsync(three, (a, b, c) -> a + b + c, CHUNK, told).get());
        told.check(ELEMENTS);
    }

    @Test
    void functionsOfManyArgumentsTellOfEachTask() throws Exception {
        final Told told = new Told();
        final List<Arguments.Four<Integer, Integer, Integer, Integer>> four =
                numbers().stream().map(x -> Arguments.of(x, x, x, x)).toList();
        assertEquals(ofEach(4), pool.starmap(four, (a, b, c, d) -> a + b + c + d, CHUNK, told));
        told.check(ELEMENTS);
        assertEquals(
                ofEach(4),
                pool.starmapAsync(four, (a, b, c, d) -> a + b + c + d, CHUNK, told)
                        .get());
        told.check(ELEMENTS);
        final List<Arguments.Five<Integer, Integer, Integer, Integer, Integer>> five =
                numbers().stream().map(x -> Arguments.of(x, x, x, x, x)).toList();
        assertEquals(ofEach(5), pool.starmap(five, (a, b, c, d, e) -> a + b + c + d + e, CHUNK, told));
        told.check(ELEMENTS);
        assertEquals(
                ofEach(5),
                pool.starmapAsync(five, (a, b, c, d, e) -> a + b + c + d + e, CHUNK, told)
                        .get());
        told.check(ELEMENTS);
        Refusal.of(
                IllegalArgumentException.class,
                () -> pool.starmap(five, (a, b, c, d, e) -> a, 0, told),
                "chunkSize is 0");
    }

    @Test
    void aStreamTellsOfEachTaskBeforeItsResultsAndNotHowMuchThereIs() {
        final Told told = new Told();
        final List<Integer> results = new ArrayList<>();
        pool.imap(numbers(), x -> x + 1, CHUNK, told)
                .peek(x -> assertTrue(told.tasks.size() * CHUNK >= x, told.tasks::toString))
                .forEach(results::add);
        assertEquals(IntStream.rangeClosed(1, ELEMENTS).boxed().toList(), results);
        told.check(TaskDone.UNKNOWN);
        assertEquals(
                Set.copyOf(numbers()),
                pool.imapUnordered(numbers(), x -> x, CHUNK, told).collect(Collectors.toSet()));
        told.check(TaskDone.UNKNOWN);
        final List<Progress> progress = new ArrayList<>();
        try (ProgressMeter meter = ProgressMeter.to(progress::add)) {
            assertEquals(ELEMENTS, pool.imap(numbers(), x -> x, CHUNK, meter).count());
        }
        assertEquals(ELEMENTS, progress.getLast().done());
        assertFalse(progress.getLast().total().isPresent());
    }

    @Test
    void aListenerOfAStreamThatThrowsFailsItsTaskAlone() {
        final var results = pool.imap(numbers(), x -> x, CHUNK, task -> {
                    if (task.from() == CHUNK) {
                        throw new IllegalStateException("told too much");
                    }
                })
                .iterator();
        for (int i = 0; i < CHUNK; i++) {
            assertEquals(i, results.next());
        }
        assertEquals(
                "told too much",
                Objects.requireNonNull(assertThrows(IllegalStateException.class, results::next))
                        .getMessage());
        assertEquals(2 * CHUNK, results.next());
    }

    /// Cannot be described.
    private static final class Mute extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("OverrideThrowableToString") // It is here for that.
        public String toString() {
            throw new IllegalStateException("nothing to say");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void aListenerThatThrowsWhatItShouldNotFailsItsCallAlone() throws Exception {
        for (Throwable thrown : List.of(new Mute(), new IOException("undeclared"))) {
            assertSame(
                    thrown,
                    assertThrows(
                                    IllegalStateException.class,
                                    () -> pool.map(
                                            numbers(),
                                            x -> x,
                                            CHUNK,
                                            _ -> PoolListenerJvmTest.<RuntimeException>sneak(thrown)))
                            .getCause());
        }
        assertEquals(1, pool.apply(() -> 1));
    }
}
