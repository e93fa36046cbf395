package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLongArray;
import dev.backplane.events.RecordedPool;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which of the tasks that wait goes to which place.
final class AffinityJvmTest {
    private static final int WORKERS = 3;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static MapJob<Object> job(int tasks) {
        final MapJob<Object> job = new MapJob<>(1, new byte[0], tasks, results -> results, done -> {});
        for (int i = 0; i < tasks; i++) {
            job.add(i, i, i + 1, new byte[0]);
        }
        return job;
    }

    private static TaskQueue queue(List<Job.Task> tasks) {
        final TaskQueue queue = new TaskQueue(new RecordedPool("none"), new IllegalStateException());
        queue.addAll(tasks.getFirst().job, tasks);
        return queue;
    }

    private static int take(TaskQueue pending, int place) {
        return Objects.requireNonNull(pending.poll(place, WORKERS)).index;
    }

    @Test
    void aPlaceGetsTheFirstTaskThatPrefersItOrTheFirstOfAll() {
        final TaskQueue pending = queue(job(5).tasks);
        assertEquals(2, take(pending, 2));
        assertEquals(0, take(pending, 2));
        assertEquals(1, take(pending, 1));
        assertEquals(3, take(pending, 0));
        assertEquals(4, take(pending, 0));
    }

    @Test
    void aTaskIsOvertakenByThoseAroundItOnly() {
        final TaskQueue pending = queue(job(100).tasks);
        assertEquals(1, take(pending, 1));
        assertEquals(4, take(pending, 1));
        assertEquals(7, take(pending, 1)); // Six are looked at: 0, 2, 3, 5, 6 and this.
        assertEquals(0, take(pending, 1));
    }

    @Test
    void aCallOfOneTaskAndOneThatHasLostItsWorkerGoToAnyPlace() {
        final List<Job.Task> tasks = job(4).tasks;
        final TaskQueue pending = queue(tasks);
        pending.addFirst(job(1).tasks.getFirst());
        assertEquals(0, take(pending, 2));
        final Job.Task lost = tasks.getFirst();
        lost.deathsBegun++;
        assertEquals(lost.index, take(pending, 1));
        assertEquals(1, take(pending, 1));
    }

    private static List<Long> pidsOfSlices(ProcessPool pool, SharedLongArray array) throws InterruptedException {
        return pool.mapSlices(array, 2, slice -> ProcessHandle.current().pid());
    }

    /// Waits until the pool knows that both workers are ready: each gets a slice then.
    private static void awaitBoth(ProcessPool pool, SharedLongArray array) {
        Eventually.holds("both workers get slices", () -> {
            try {
                return Set.copyOf(pidsOfSlices(pool, array)).size() == 2;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aSliceGoesToTheWorkerThatHadItBeforeThoughAnotherWasReplaced() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                ProcessPool pool = ProcessPool.of(2)) {
            final SharedLongArray array = manager.longArray("array", 100);
            awaitBoth(pool, array);
            final List<Long> before = pidsOfSlices(pool, array);
            assertEquals(2, Set.copyOf(before).size());
            assertTrue(ProcessHandle.of(before.getFirst()).orElseThrow().destroyForcibly());
            Eventually.holds(
                    "the killed worker is noticed",
                    () -> pool.workers().stream().noneMatch(worker -> worker.pid() == before.getFirst()));
            awaitBoth(pool, array);
            final List<Long> after = pidsOfSlices(pool, array);
            assertEquals(before.getLast(), after.getLast());
            assertNotEquals(before.getLast(), after.getFirst());
            assertEquals(after, pidsOfSlices(pool, array));
        }
    }
}
