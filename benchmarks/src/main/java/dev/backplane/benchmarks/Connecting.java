package dev.backplane.benchmarks;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;

/// Connects to a JVM that has just been started, as soon as it listens.
///
/// @param <C> the connection
@FunctionalInterface
interface Connecting<C> {
    /// How often it is tried, 10 ms apart.
    int MOST_TRIES = 1_000;

    /// One attempt.
    C connect() throws IOException, InterruptedException;

    /// Tries until somebody listens there.
    static <C> C whenListening(Connecting<C> attempt) throws IOException, InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                return attempt.connect();
            } catch (ConnectException | NoSuchFileException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }
}
