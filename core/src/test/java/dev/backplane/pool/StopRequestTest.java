package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedByteArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The thread of a worker that waits for requests to stop: it hears them, and goes when the worker does.
final class StopRequestTest {
    private static final long TASK = 5;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void aTaskBeginsUninterruptedUnlessItIsToStop() {
        final RunningTask running = new RunningTask(Thread.currentThread());
        Thread.currentThread().interrupt(); // By what another task has left.
        running.begin(TASK);
        assertFalse(Thread.currentThread().isInterrupted());
        running.end();
        running.stop(TASK + 1);
        running.begin(TASK + 1);
        assertTrue(Thread.currentThread().isInterrupted());
        running.end();
    }

    @Test
    void aWatchHearsARequestAndEndsWithItsWorker() throws IOException, InterruptedException {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedByteArray array = manager.byteArray("stop", 1024);
            final WorkerMeter meter = new WorkerMeter(
                    manager.byteArray("insights", InsightsLayout.bytes(1)).asWritableSegment(), 0, System::nanoTime);
            final StopRequest worker = new StopRequest(array, 0);
            final RunningTask running = new RunningTask(Thread.currentThread());
            final Thread watch = Thread.ofPlatform().daemon().start(() -> {
                Thread.currentThread().interrupt(); // As a task does that interrupts all threads.
                worker.watch(running, meter);
            });
            running.begin(TASK);
            new StopRequest(array, 0).ask(TASK);
            final Thread self = Thread.currentThread();
            Eventually.holds("the request is heard", self::isInterrupted);
            running.end();
            assertFalse(Thread.currentThread().isInterrupted());
            assertTrue(watch.isAlive());
            worker.end();
            assertTrue(watch.join(Duration.ofMinutes(1)), "it watches still");
        }
    }
}
