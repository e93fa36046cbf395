package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedByteArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The thread of a worker that waits for requests to stop: it hears them, and goes when the worker does.
final class StopRequestTest {
    private static final long TASK = 5;
    private static final long PAUSE_NANOS = 500_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void aWatchHearsARequestAndEndsWithItsWorker() throws IOException, InterruptedException {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults())) {
            final SharedByteArray array = manager.byteArray("stop", 1024);
            final WorkerMeter meter = new WorkerMeter(
                    manager.byteArray("insights", InsightsLayout.bytes(1)).asWritableSegment(), 0, System::nanoTime);
            final StopRequest worker = new StopRequest(array, 0);
            final RunningTask running = new RunningTask(Thread.currentThread());
            final Thread watch = Thread.ofPlatform().daemon().start(() -> {
                try {
                    worker.watch(running, meter);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            running.begin(TASK);
            new StopRequest(array, 0).ask(TASK);
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
            running.end();
            assertFalse(Thread.currentThread().isInterrupted());
            assertTrue(watch.isAlive());
            worker.end();
            assertTrue(watch.join(Duration.ofMinutes(1)), "it watches still");
        }
    }
}
