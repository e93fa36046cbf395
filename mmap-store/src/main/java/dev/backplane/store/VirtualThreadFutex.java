package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/// Waiting for virtual threads, which park and let go of their carriers, while one platform thread of the JVM,
/// the looker, sleeps on all their words at once and unparks whose word has changed.
///
/// How the looker sleeps is a [Sleeper]'s affair: by futex_waitv(2) where the kernel has it, else by looking
/// again and again. So a virtual thread's wake-up costs two switches of threads instead of one, and any number
/// of waits cost one platform thread.
final class VirtualThreadFutex {
    /// One wait of one virtual thread.
    static final class Waiter {
        /// Four bytes of a mapping, which this object keeps mapped.
        final MemorySegment word;
        /// The value that the thread saw.
        final int expected;

        private final Thread thread = Thread.currentThread();
        private volatile boolean over;

        Waiter(MemorySegment word, int expected) {
            this.word = word;
            this.expected = expected;
        }

        private boolean changed() {
            return WORD.getVolatile(word, 0) != expected;
        }

        /// Unparks the thread if its word has changed; whether the looker is done with it.
        private boolean settle() {
            if (over) {
                return true;
            }
            final boolean changed = changed();
            if (changed) {
                LockSupport.unpark(thread);
            }
            return changed;
        }
    }

    /// How the looker sleeps.
    interface Sleeper {
        /// The looker is going to look at all words: a [#kick] from now on ends the next sleep.
        void prepare();

        /// Sleeps until some waiter's word may have changed, or [#kick] was called since [#prepare].
        ///
        /// @param waiters at least one
        void sleep(List<Waiter> waiters);

        /// Ends the sleep. Called by any thread.
        ///
        /// @param looker who sleeps
        void kick(Thread looker);
    }

    private static final IntField WORD = new IntField(0);

    private final Sleeper sleeper;
    private final Queue<Waiter> arrived = new ConcurrentLinkedQueue<>();
    private final Thread looker;
    private boolean started;

    VirtualThreadFutex(Sleeper sleeper) {
        this.sleeper = sleeper;
        this.looker =
                Thread.ofPlatform().daemon().name("backplane-virtual-waits").unstarted(this::look);
    }

    /// As [Futex#await], for the current virtual thread.
    void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        final Waiter waiter = new Waiter(segment.asSlice(offset, Integer.BYTES), expected);
        arrived.add(waiter);
        startLooker();
        LockSupport.unpark(looker);
        sleeper.kick(looker);
        if (!waiter.changed()) {
            LockSupport.parkNanos(this, timeoutNanos); // Once: every return may be spurious.
        }
        waiter.over = true;
    }

    private synchronized void startLooker() {
        if (!started) {
            looker.start();
            started = true;
        }
    }

    private void look() {
        final List<Waiter> waiters = new ArrayList<>();
        while (true) {
            sleeper.prepare();
            for (Waiter waiter = arrived.poll(); waiter != null; waiter = arrived.poll()) {
                waiters.add(waiter);
            }
            waiters.removeIf(Waiter::settle);
            if (waiters.isEmpty()) {
                LockSupport.park(this);
            } else {
                sleeper.sleep(waiters);
            }
        }
    }
}
