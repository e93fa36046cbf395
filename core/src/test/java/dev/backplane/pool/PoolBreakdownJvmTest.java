package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.events.RecordedPool;
import dev.backplane.store.testing.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Pools that cannot go on, for want of memory perhaps: nobody waits for ever.
@NullUnmarked // A task that cannot be given to a worker is one without elements.
final class PoolBreakdownJvmTest {
    private static final long SECONDS = 60;
    private static final byte[] ELEMENTS = {1};

    /// A job for which there is no memory when somebody looks at it for the first time.
    private static final class TooLarge extends Job {
        private final CompletableFuture<RuntimeException> failure = new CompletableFuture<>();
        private boolean fits;

        TooLarge(boolean fits) {
            super(1, new byte[0]);
            this.fits = fits;
        }

        List<Task> tasks(byte[] elements) {
            return List.of(new Task(this, 1, 0, 0, 1, elements));
        }

        RuntimeException failure() throws Exception {
            return failure.get(SECONDS, TimeUnit.SECONDS);
        }

        @Override
        boolean isOver() {
            if (!fits) {
                fits = true;
                throw new OutOfMemoryError("too large");
            }
            return failure.isDone();
        }

        @Override
        void done(Task task, List<@Nullable Object> results, int worker, long pid) {
            throw new AssertionError("it cannot be done");
        }

        @Override
        void failed(Task task, RuntimeException reason) {
            fail(reason);
        }

        @Override
        void fail(RuntimeException reason) {
            failure.complete(reason);
        }
    }

    private static int sleepForEver() throws InterruptedException {
        Thread.sleep(Duration.ofDays(1));
        return 0;
    }

    private static void breakDown(TooLarge job, byte[] elements, Class<? extends Throwable> reason) throws Exception {
        final ProcessPool pool = ProcessPool.of(2);
        final CompletableFuture<Integer> other = pool.applyAsync(PoolBreakdownJvmTest::sleepForEver);
        pool.loop().admit(job, job.tasks(elements));
        Refusal.of(ExecutionException.class, () -> other.get(SECONDS, TimeUnit.SECONDS), reason.getName());
        assertEquals(IllegalStateException.class, job.failure().getClass());
        assertThrows(IllegalStateException.class, () -> pool.apply(() -> 1));
        Refusal.of(IllegalStateException.class, pool::close, "did not end as it should");
    }

    @Test
    void aJobForWhichThereIsNoRoomFailsWithAllOthers() throws Exception {
        breakDown(new TooLarge(false), ELEMENTS, OutOfMemoryError.class);
    }

    @Test
    void aTaskThatCannotBeGivenToAWorkerFailsWithAllOthers() throws Exception {
        breakDown(new TooLarge(true), null, NullPointerException.class);
    }

    @Test
    void aTaskThatCannotBePutBackFailsItsJob() throws Exception {
        final RuntimeException withoutMemory = new IllegalStateException("none left");
        final TaskQueue queue = new TaskQueue(new RecordedPool("none"), withoutMemory);
        final TooLarge job = new TooLarge(false);
        assertThrows(
                OutOfMemoryError.class, () -> queue.addFirst(job.tasks(ELEMENTS).getFirst()));
        assertSame(withoutMemory, job.failure());
    }
}
