package dev.backplane.connection;

import java.util.concurrent.FutureTask;

/// What a test does on another thread, and may fail at.
@FunctionalInterface
interface Action {
    void run() throws Exception;

    /// A task that does it.
    static FutureTask<Boolean> task(Action action) {
        return new FutureTask<>(() -> {
            action.run();
            return true;
        });
    }
}
