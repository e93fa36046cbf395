package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pickle.PythonException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client without a connection, and a thread of its own for each call that waits.
final class TestCaller extends Caller {
    private static final long SECONDS = 60;

    private final CountDownLatch waits = new CountDownLatch(1);

    @Override
    void watch() {
        waits.countDown();
    }

    /// A call that waits in a thread of its own.
    ///
    /// @param thread to be interrupted, as when a connection ends
    /// @param result of the call
    record Waiting(Thread thread, FutureTask<@Nullable Object> result) {
        @Nullable
        Object get() throws Exception {
            return result.get(SECONDS, TimeUnit.SECONDS);
        }

        /// What the call threw.
        Throwable thrown() throws Exception {
            try {
                throw new AssertionError("it returned " + get());
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        }
    }

    @Nullable
    Object call(Referent referent, String method, @Nullable Object... args) throws InterruptedException {
        return referent.call(method, Arrays.asList(args), Map.of(), this);
    }

    @Nullable
    Object call(Referent referent, String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs)
            throws InterruptedException {
        return referent.call(method, args, kwargs, this);
    }

    /// Calls in a thread of its own, and returns when that has waited so long that its connection is watched.
    Waiting waiting(Referent referent, String method, @Nullable Object... args) throws InterruptedException {
        final FutureTask<@Nullable Object> task = new FutureTask<>(() -> call(referent, method, args));
        final Thread thread = Thread.ofVirtual().start(task);
        assertTrue(waits.await(SECONDS, TimeUnit.SECONDS), "the call does not wait");
        return new Waiting(thread, task);
    }

    /// The exception that Python would get.
    PythonException refused(Referent referent, String method, @Nullable Object... args) throws InterruptedException {
        final Object result;
        try {
            result = call(referent, method, args);
        } catch (PythonException e) {
            return e;
        }
        throw new AssertionError(method + " returned " + result);
    }
}
