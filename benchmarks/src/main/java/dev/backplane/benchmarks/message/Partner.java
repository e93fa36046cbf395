package dev.backplane.benchmarks.message;

import dev.backplane.SerializableRunnable;
import dev.backplane.process.JvmProcess;
import java.io.IOException;

/// Who has the other end: another JVM, or a thread of this one.
interface Partner extends AutoCloseable {
    /// Starts it.
    static Partner start(boolean inThisJvm, SerializableRunnable body) throws IOException {
        if (inThisJvm) {
            return Thread.ofPlatform().daemon().start(body)::join;
        }
        final JvmProcess other = JvmProcess.start(body);
        return new Partner() {
            @Override
            public void join() throws InterruptedException {
                other.join();
            }

            @Override
            public void close() {
                other.close();
            }
        };
    }

    /// Waits until it has done its part.
    void join() throws InterruptedException;

    /// Ends it if it has not.
    @Override
    default void close() {}
}
