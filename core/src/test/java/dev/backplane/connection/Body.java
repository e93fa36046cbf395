package dev.backplane.connection;

import dev.backplane.SerializableRunnable;
import dev.backplane.process.JvmProcess;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.CountDownLatch;

/// What a child JVM does, and may fail at.
@FunctionalInterface
interface Body extends Serializable {
    void run() throws Exception;

    /// Stays until it is killed.
    static void stay() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /// A child that does it.
    static JvmProcess start(Body body) throws IOException {
        final SerializableRunnable runnable = () -> {
            try {
                body.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
        return JvmProcess.start(runnable);
    }
}
