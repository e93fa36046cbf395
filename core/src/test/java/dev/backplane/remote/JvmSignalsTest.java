package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.Manager;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What clients that are JVMs wait at, when their connections end meanwhile.
@NullUnmarked
@SuppressWarnings("LockNotBeforeTry") // It goes from hand to hand.
final class JvmSignalsTest {
    private static final long SECONDS = 60;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// A client's wait, in the thread that serves it, whose interrupt is the end of its connection.
    private record Served(Thread thread, FutureTask<@Nullable Object> call) {
        /// Returns when it waits, with the lock held.
        static Served at(SharedCondition condition, TestCaller caller) throws InterruptedException {
            final SharedLock lock = condition.lock();
            final CountDownLatch locked = new CountDownLatch(1);
            final FutureTask<@Nullable Object> call = new FutureTask<>(() -> {
                lock.lock();
                locked.countDown();
                try {
                    return caller.call(JvmSignals.condition(condition), "await", Caller.FOREVER);
                } finally {
                    if (lock.isHeldByCurrentThread()) {
                        lock.abandon(); // As when a client has ended that has it.
                    }
                }
            });
            final Thread thread = Thread.ofPlatform().daemon().start(call);
            locked.await();
            lock.lock();
            return new Served(thread, call);
        }

        Object get() throws Exception {
            return call.get(SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatEndsWhileItWaitsForItsLockLeavesThatAndItsSignal() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("shared"))) {
            final SharedLock lock = manager.lock("lock");
            final SharedCondition condition = manager.condition("condition", lock);
            final Served ends = Served.at(condition, new TestCaller());
            lock.unlock();
            final Served another = Served.at(condition, new TestCaller());
            condition.signal();
            ends.thread().interrupt();
            lock.unlock();
            final ExecutionException failure = assertThrows(ExecutionException.class, ends::get);
            assertEquals(InterruptedException.class, failure.getCause().getClass());
            assertEquals(true, another.get());
        }
    }
}
