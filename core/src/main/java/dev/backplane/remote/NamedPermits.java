package dev.backplane.remote;

import dev.backplane.SharedSemaphore;

/// The permits of a named semaphore that clients have, and what is left of them when one is gone.
///
/// For the segment they are all this process's, and anybody may release them: another client, a thread of this
/// JVM, another process. A client's release is on its own account first, and then on that of who has had his for
/// longest. Of what others release no account is told; then the accounts have more than this process holds, and
/// who ends first has that much less to give back. So no permit is given back twice.
///
/// Thread-safe.
///
/// @param semaphore the semaphore
/// @param held whose they are; the monitor of all this
record NamedPermits(SharedSemaphore semaphore, CallerAccounts held) {
    static NamedPermits of(SharedSemaphore semaphore, NamedAccounts accounts) {
        return new NamedPermits(semaphore, accounts.of(semaphore));
    }

    /// How many a client has.
    long of(Object client) {
        synchronized (held) {
            return held.of(client);
        }
    }

    /// A client acquires some if there are enough: nobody settles in between.
    boolean tryAcquire(Object client, int permits) {
        synchronized (held) {
            final boolean done = semaphore.tryAcquire(permits);
            if (done) {
                held.acquired(client, permits);
            }
            return done;
        }
    }

    /// A client has acquired some by waiting for them, before this was called.
    void acquired(Object client, int permits) {
        synchronized (held) {
            held.acquired(client, permits);
        }
    }

    /// A client releases some.
    ///
    /// @throws IllegalStateException if the semaphore refuses it
    void release(Object client, int permits) {
        synchronized (held) {
            semaphore.release(permits);
            held.released(client, permits);
        }
    }

    /// Gives back what a client has that is gone.
    void settle(Object client) {
        synchronized (held) {
            final long has = held.forget(client);
            final long left = Math.max(0, semaphore.heldPermits() - held.total());
            if (Math.min(has, left) > 0) {
                semaphore.release((int) Math.min(has, left));
            }
        }
    }
}
