package dev.backplane.remote;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// What a remote manager leaves behind: its connections, which are looked after as long as it is in use, and
/// the objects that it has on the server. Refers to nothing that would keep the manager in use.
final class RemoteSession implements Runnable {
    private static final long TICK_SECONDS = 1;

    private final RemoteServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean leaving = new AtomicBoolean();
    private volatile boolean awaited;

    RemoteSession(RemoteServer server) {
        this.server = server;
        final WeakReference<RemoteServer> looked = new WeakReference<>(server);
        final CountDownLatch end = closed;
        Thread.ofVirtual().name("backplane-links").start(() -> tick(looked, end));
    }

    private static void tick(WeakReference<RemoteServer> looked, CountDownLatch end) {
        try {
            while (!end.await(TICK_SECONDS, TimeUnit.SECONDS)) {
                final RemoteServer server = looked.get();
                if (server == null) {
                    return;
                }
                server.tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody interrupts this thread; if one does, it ends.
        }
    }

    RemoteServer server() {
        return server;
    }

    /// Says that who leaves waits until that is done.
    void awaitLeaving() {
        awaited = true;
    }

    /// Leaves. A manager that nobody closed is left by another thread: the one that finds it does the same for those
    /// of other servers, and must not wait for this one.
    @Override
    public void run() {
        if (!leaving.getAndSet(true)) {
            closed.countDown();
            if (awaited) {
                server.close();
            } else {
                Thread.ofVirtual().name("backplane-leave").start(server::close);
            }
        }
    }
}
