package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/// A 32-bit word in shared memory on which threads of several processes wait until its value pleases them.
///
/// The low 31 bits are the value, never negative; the highest says that somebody may be asleep on the word. A
/// change that may please somebody wakes all who are announced, each of which looks for itself.
///
/// **Memory consistency.** Actions before a change happen-before actions after a wait, or a read, that saw it.
///
/// **Cost.** A change is one compare-and-set, and a system call only if somebody is announced.
public final class WaitWord {
    /*
     * What a kill leaves behind, step by step:
     *
     *   change   1. CAS value -> next, announcement cleared     before: nothing; after: changed, and those asleep
     *            2. FUTEX_WAKE of all                           see it at the end of their slice, if 2 does not come
     *   wait     3. CAS w -> w|ANNOUNCED                        the bit stays: one wake too many, later
     *            4. FUTEX_WAIT                                  the same
     *
     * No wake-up is lost among the living: a waiter sleeps only on the exact word that it has looked at,
     * announcement included, and each change that wakes changes the word first. The Promela models of the objects
     * that wait so search for one: see shared.pml.
     */
    /// Where what is waited for is not owned by anybody.
    public static final long NO_OWNER = -1;

    private static final int ANNOUNCED = 1 << 31;
    private static final IntField WORD = new IntField(0);

    private final Segment segment;
    private final MemorySegment memory;
    private final long offset;
    private final long ownerOffset;
    /// Those who wait in turn queue up here, and the first of them sleeps on the word.
    private final Lock turnstile = new ReentrantLock(true);

    /// Binds the word at `offset` of `memory`.
    ///
    /// @param segment that the memory is of
    /// @param memory a mapped part of the segment
    /// @param offset of the word in `memory`, a multiple of 4
    public WaitWord(Segment segment, MemorySegment memory, long offset) {
        this(segment, memory, offset, NO_OWNER);
    }

    /// Binds the word at `offset` of `memory`, where threads wait for what somebody owns: a lock.
    ///
    /// @param segment that the memory is of
    /// @param memory a mapped part of the segment
    /// @param offset of the word in `memory`, a multiple of 4
    /// @param ownerOffset of the word that says who owns it, see [OwnerWord]; [#NO_OWNER] if it is no lock
    public WaitWord(Segment segment, MemorySegment memory, long offset, long ownerOffset) {
        this.segment = segment;
        this.memory = memory;
        this.offset = offset;
        this.ownerOffset = ownerOffset;
    }

    /// The value, read with acquire semantics.
    ///
    /// @return 0 or more
    public int value() {
        return WORD.getAcquire(memory, offset) & ~ANNOUNCED;
    }

    /// Changes the value, if it is still the one seen.
    ///
    /// @param seen what the change is based on
    /// @param next the new value, 0 or more
    /// @param wakes whether somebody may be waiting for the new value
    /// @return false if the value was another one
    public boolean change(int seen, int next, boolean wakes) {
        while (true) {
            final int word = WORD.getAcquire(memory, offset);
            if ((word & ~ANNOUNCED) != seen) {
                return false;
            }
            if (WORD.compareAndSet(memory, offset, word, wakes ? next : next | word & ANNOUNCED)) {
                if (wakes && word < 0) {
                    segment.futex().wake(memory, offset, Integer.MAX_VALUE);
                }
                return true;
            }
        }
    }

    /// Changes the value to the next one, whatever it is, and wakes all.
    public void increment() {
        int seen = value();
        while (!change(seen, seen + 1 & ~ANNOUNCED, true)) {
            seen = value();
        }
    }

    /// Whether somebody may be asleep on a word, read from the place of a [WaitWord].
    ///
    /// @param word as it stands in memory
    /// @return whether a change should wake
    public static boolean isAnnounced(int word) {
        return word < 0;
    }

    /// Says in the word that somebody is going to sleep on it. For words that are changed only when somebody is
    /// announced: look again at what they tell of after this, and before sleeping by [WaitLoop#slice].
    ///
    /// @return the whole word, on which to sleep
    public int announce() {
        while (true) {
            final int word = WORD.getAcquire(memory, offset);
            // Set even where it is set: the exchange also orders this thread's loads after it.
            if (WORD.compareAndSet(memory, offset, word, word | ANNOUNCED)) {
                return word | ANNOUNCED;
            }
        }
    }

    /// Waits until the value pleases.
    ///
    /// @param pleases tells of a value whether the wait is over
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit; not positive only looks
    /// @return false if the time was up first
    /// @throws InterruptedException if interrupted, within one slice
    /// @throws IllegalStateException if the segment is closed meanwhile
    public boolean await(IntPredicate pleases, Waiting waiting, long timeoutNanos) throws InterruptedException {
        if (pleases.test(value())) {
            return true;
        }
        return await(() -> pleases.test(value()), () -> {}, waiting, timeoutNanos, true);
    }

    /// Tries again whenever the value changes to something that wakes, and after each slice. Threads of this process
    /// that wait by the same object all do so at once.
    ///
    /// @param attempt what is tried; whether it succeeded, which ends the wait
    /// @param idle what is done after a slice in which nothing happened, and at least once in a slice's time
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    /// @return false if the time was up first; the last attempt is made after that
    /// @throws InterruptedException if interrupted, within one slice
    /// @throws IllegalStateException if the segment is closed meanwhile
    public boolean await(
            BooleanSupplier attempt, Runnable idle, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        final WaitLoop wait = begin(waiting, timeoutNanos, interruptible);
        try {
            return loop(attempt, idle, wait);
        } finally {
            wait.end();
        }
    }

    /// [#await(BooleanSupplier, Runnable, Waiting, long, boolean)] in turn: of the threads of this process that
    /// wait so by the same object, only the first to come tries, then the next. For attempts of which it does not
    /// matter who makes them: where one may succeed while those before it in turn cannot, it would wait for
    /// them.
    ///
    /// @param attempt what is tried; whether it succeeded, which ends the wait
    /// @param idle what is done after a slice in which nothing happened, and at least once in a slice's time
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    /// @return false if the time was up first; the last attempt is made after that
    /// @throws InterruptedException if interrupted, within one slice
    /// @throws IllegalStateException if the segment is closed meanwhile
    public boolean awaitInTurn(
            BooleanSupplier attempt, Runnable idle, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        final WaitLoop wait = begin(waiting, timeoutNanos, interruptible);
        try {
            if (!wait.enter(turnstile)) {
                return attempt.getAsBoolean();
            }
            try {
                return loop(attempt, idle, wait);
            } finally {
                wait.leave(turnstile);
            }
        } finally {
            wait.end();
        }
    }

    /// [#await(BooleanSupplier, Runnable, Waiting, long, boolean)] for a word that is changed only while
    /// [#isAnnounced]: what is waited for may come about without a change until the wait is announced, so the
    /// attempt is made once more after that.
    ///
    /// @param attempt what is tried; whether it succeeded, which ends the wait
    /// @param idle what is done after a slice in which nothing happened, and at least once in a slice's time
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [WaitLoop#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    /// @return false if the time was up first; the last attempt is made after that
    /// @throws InterruptedException if interrupted, within one slice
    /// @throws IllegalStateException if the segment is closed meanwhile
    public boolean awaitAnnounced(
            BooleanSupplier attempt, Runnable idle, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        final WaitLoop wait = begin(waiting, timeoutNanos, interruptible);
        try {
            while (true) {
                final int word = WORD.getAcquire(memory, offset);
                if (word >= 0 && !WORD.compareAndSet(memory, offset, word, word | ANNOUNCED)) {
                    continue;
                }
                if (attempt.getAsBoolean()) {
                    return true;
                }
                if (!wait.slice(word | ANNOUNCED)) {
                    return attempt.getAsBoolean();
                }
                if (WORD.getAcquire(memory, offset) == (word | ANNOUNCED) || wait.isSliceOver()) {
                    idle.run();
                }
            }
        } finally {
            wait.end();
        }
    }

    /// Whether somebody may be asleep on the word.
    ///
    /// @return true from an announcement to the next change that wakes
    public boolean isAnnounced() {
        return WORD.getAcquire(memory, offset) < 0;
    }

    private boolean loop(BooleanSupplier attempt, Runnable idle, WaitLoop wait) throws InterruptedException {
        while (true) {
            // Read before the attempt: a change after it changes the word, and no sleep follows.
            final int seen = value();
            if (attempt.getAsBoolean()) {
                return true;
            }
            if (!slice(seen, wait)) {
                return attempt.getAsBoolean();
            }
            if (value() == seen || wait.isSliceOver()) {
                idle.run();
            }
        }
    }

    /// Begins a wait of which the caller does each slice.
    ///
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait from now, [WaitLoop#FOREVER] for no limit
    /// @param interruptible whether an interrupt ends the wait
    /// @return what [#slice] takes; [WaitLoop#end] must follow
    public WaitLoop begin(Waiting waiting, long timeoutNanos, boolean interruptible) {
        final WaitLoop wait = new WaitLoop(segment, memory, offset, waiting, timeoutNanos, interruptible);
        if (ownerOffset == NO_OWNER) {
            wait.recordWait();
        } else {
            wait.recordContention(WORD.getAcquire(memory, ownerOffset));
        }
        return wait;
    }

    /// Waits while the value is the one seen, for one slice at most; may return for no reason.
    ///
    /// @param seen the value
    /// @param wait from [#begin]
    /// @return false when the time is up
    /// @throws InterruptedException if the wait is interruptible and the thread was interrupted
    /// @throws IllegalStateException if the segment is closed meanwhile
    public boolean slice(int seen, WaitLoop wait) throws InterruptedException {
        final int word = WORD.getAcquire(memory, offset);
        if ((word & ~ANNOUNCED) != seen || wait.spin(word)) {
            return true;
        }
        if (word >= 0 && !WORD.compareAndSet(memory, offset, word, word | ANNOUNCED)) {
            return true;
        }
        return wait.slice(word | ANNOUNCED);
    }
}
