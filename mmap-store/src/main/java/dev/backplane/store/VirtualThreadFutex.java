package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/// Waiting for virtual threads, which park and let go of their carriers, while one platform thread of the JVM,
/// the looker, sleeps on all their words at once and unparks those whose word has changed.
///
/// How the looker sleeps is a [Sleeper]'s affair: by futex_waitv(2) where the kernel has it, else by looking
/// again and again. So a virtual thread's wake-up costs two switches of threads instead of one, and any number
/// of waits cost one platform thread.
final class VirtualThreadFutex {
    /*
     * Threads that wait for the same word to change from the same value are a watch, so what the looker does
     * depends on how many words are waited on, not on how many threads wait. A thread joins a watch, and then looks at
     * its word and at whether the watch is over before it parks; the looker ends a watch, and then unparks who is in
     * it: one of the two sees the other. A watch whose threads have all gone by themselves ends too.
     */

    /// What is watched: a word, by its address, and the value from which it is to change.
    private record Change(long address, int from) {}

    /// The threads that wait for one change.
    static final class Watch {
        /// Four bytes of a mapping, which this object keeps mapped.
        final MemorySegment word;
        /// The value that the threads saw.
        final int expected;

        private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        private volatile boolean over;

        private Watch(MemorySegment word, int expected) {
            this.word = word;
            this.expected = expected;
        }

        private boolean changed() {
            return WORD.getVolatile(word, 0) != expected;
        }
    }

    /// How the looker sleeps.
    interface Sleeper {
        /// The looker is going to look at all words: a [#kick] from now on ends the next sleep.
        void prepare();

        /// Sleeps until some word may have changed, or [#kick] was called since [#prepare].
        ///
        /// @param watches at least one
        void sleep(List<Watch> watches);

        /// Ends the sleep. Called by any thread.
        ///
        /// @param looker who sleeps
        void kick(Thread looker);
    }

    private static final IntField WORD = new IntField(0);

    private final Sleeper sleeper;
    private final Map<Change, Watch> watches = new ConcurrentHashMap<>();
    private final Thread looker;
    private boolean started;

    VirtualThreadFutex(Sleeper sleeper) {
        this.sleeper = sleeper;
        this.looker =
                Thread.ofPlatform().daemon().name("backplane-virtual-waits").unstarted(this::look);
    }

    /// As [Futex#await], for the current virtual thread.
    void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        final Change change = new Change(segment.address() + offset, expected);
        final boolean[] isNew = new boolean[1];
        final Watch watch = watches.computeIfAbsent(change, missing -> {
            isNew[0] = true;
            return new Watch(segment.asSlice(offset, Integer.BYTES), expected);
        });
        watch.threads.add(Thread.currentThread());
        if (isNew[0]) {
            startLooker();
            LockSupport.unpark(looker);
            sleeper.kick(looker);
        }
        if (!watch.over && !watch.changed()) {
            LockSupport.parkNanos(this, timeoutNanos); // Once: every return may be spurious.
        }
        if (!watch.over) {
            watch.threads.remove(Thread.currentThread());
        }
    }

    private synchronized void startLooker() {
        if (!started) {
            looker.start();
            started = true;
        }
    }

    private void look() {
        final List<Watch> current = new ArrayList<>();
        while (true) {
            sleeper.prepare();
            watches.forEach(this::endIfOver);
            current.clear();
            current.addAll(watches.values());
            if (current.isEmpty()) {
                LockSupport.park(this);
            } else {
                sleeper.sleep(current);
            }
        }
    }

    private void endIfOver(Change change, Watch watch) {
        if (watch.changed() || watch.threads.isEmpty()) {
            watches.remove(change);
            watch.over = true;
            // A thread that joins from now on does not park; one that joined before is here.
            watch.threads.forEach(LockSupport::unpark);
        }
    }
}
