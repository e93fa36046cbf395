package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// What a test does on another thread, and may fail at.
@FunctionalInterface
interface Action {
    void run() throws Exception;

    /// Why a task has failed, which it must have.
    static Throwable failure(Future<?> task) {
        return Objects.requireNonNull(
                assertThrows(ExecutionException.class, task::get).getCause());
    }

    /// A task that does it.
    static FutureTask<Boolean> task(Action action) {
        return new FutureTask<>(() -> {
            action.run();
            return true;
        });
    }
}
