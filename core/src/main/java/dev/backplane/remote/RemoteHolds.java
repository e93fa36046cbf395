package dev.backplane.remote;

import dev.backplane.ConnectionLostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How often each thread of this client holds a lock, and through which connection: the server sees each
/// thread once.
final class RemoteHolds {
    private final RemoteTarget target;
    private final Map<Thread, Hold> byThread = new ConcurrentHashMap<>();

    /// One thread's.
    private static final class Hold {
        private final RemoteLink link;
        private int count = 1;

        Hold(RemoteLink link) {
            this.link = link;
        }
    }

    RemoteHolds(RemoteTarget target) {
        this.target = target;
    }

    private @Nullable Hold mine() {
        final Hold hold = byThread.get(Thread.currentThread());
        return hold == null || !hold.link.isOpen() ? null : hold;
    }

    int count() {
        final Hold hold = mine();
        return hold == null ? 0 : hold.count;
    }

    /// Whether the thread holds it already, and then once more.
    boolean reenter() {
        final Hold hold = mine();
        if (hold == null) {
            return false;
        }
        hold.count = Math.addExact(hold.count, 1);
        return true;
    }

    /// The server has said that the calling thread has it.
    void acquired() {
        byThread.keySet().removeIf(thread -> !thread.isAlive());
        final RemoteLink link = target.links().current();
        link.setOwning();
        byThread.put(Thread.currentThread(), new Hold(link));
    }

    /// Gives up one hold.
    ///
    /// @return whether it was the last
    boolean release() {
        final Hold hold = ensure();
        if (--hold.count > 0) {
            return false;
        }
        byThread.remove(Thread.currentThread());
        return true;
    }

    /// Gives up all holds.
    void releaseAll() {
        ensure();
        byThread.remove(Thread.currentThread());
    }

    private Hold ensure() {
        final Hold hold = byThread.get(Thread.currentThread());
        if (hold == null) {
            throw new IllegalMonitorStateException(Thread.currentThread() + " does not hold " + target);
        }
        if (!hold.link.isOpen()) {
            byThread.remove(Thread.currentThread());
            throw new ConnectionLostException(
                    target + " was held through a connection that has ended: others may have had it since", null);
        }
        return hold;
    }

    /// Refuses a thread that does not hold it.
    void require() {
        ensure();
    }
}
