package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// A mutual-exclusion lock in one 32-bit word, shared by processes, that outlives its owner's death.
///
/// **Ownership.** A participant of the segment, not a thread: whoever builds a lock for threads on it keeps the
/// owning thread and the hold count in its own heap. Not reentrant.
///
/// **Owner death.** The next one to acquire gets [Outcome#ABANDONED]: it owns the word, and what the word
/// guards may be half changed. It stays abandoned, whoever owns it, until an owner calls [#release];
/// [#releaseAbandoned] passes it on in that state.
///
/// **Memory consistency.** Actions before a release happen-before actions after the next acquire, in any
/// process.
///
/// **Cost.** Uncontended: one compare-and-set each way, no system call.
///
/// The algorithm is Ulrich Drepper's mutex ("Futexes Are Tricky", 2011), with the owner in place of "locked" as
/// in the kernel's robust futexes, and ownership taken over by whoever notices the death instead of by an
/// exit-time walk.
public final class RobustWord implements OwnedWord {
    /*
     * The word is described in OwnerWord. What a kill leaves behind, step by step:
     *
     *   acquire  1. CAS free -> me                   before: nothing; after: held by a dead owner, see below
     *            2. CAS w -> w|CONTENDED             the bit stays: one wake too many, later
     *            3. FUTEX_WAIT                       the bit stays; if the killed waiter had been chosen by a wake, the
     *                                                others look at the word at the end of their slice at the latest
     *            4. CAS free -> me|CONTENDED         as 1; the bit makes the release wake the next of us
     *   release  5. CAS me|flags -> 0                before: held by a dead owner; after: free
     *            6. FUTEX_WAKE                       not called: sleepers see the free word at the end of their slice
     *
     * A word held by a dead owner: any waiter finds out at the end of a slice (Participants.isAlive asks the
     * kernel) and does CAS dead -> me|CONTENDED|OWNER_DIED; one wins, the others see a live owner. A sweep of
     * the dead participant does CAS dead -> OWNER_DIED and wakes one. Either may come first; no CAS of the one
     * can succeed after the other. A slot gets a new generation only after its sweep, so no dead owner's bits
     * can be those of a live one.
     *
     * Release compares, where an unconditional exchange would do for correct callers: a thread that releases
     * after its own segment was closed must not free the lock under its next owner. For the same reason who
     * acquires slowly looks whether the segment was closed meanwhile, and gives the word back then.
     *
     * The Promela model lockword.pml covers all this, with a kill between any two steps.
     */

    /// How an attempt to acquire ended.
    public enum Outcome {
        /// The caller owns the word.
        ACQUIRED,
        /// The caller owns the word, and an earlier owner died while it held it.
        ABANDONED,
        /// The time was up.
        TIMED_OUT
    }

    static final VarHandle WORD = SegmentLayout.INT.varHandle().withInvokeExactBehavior();

    private final Segment segment;
    private final MemorySegment memory;
    private final long offset;
    private final int self;
    private final Lock turnstile = new ReentrantLock(true);

    /// Binds the word at `offset` of `memory`.
    ///
    /// @param segment whose participant acquires
    /// @param memory a mapped part of the segment
    /// @param offset of the word in `memory`, a multiple of 4
    public RobustWord(Segment segment, MemorySegment memory, long offset) {
        this.segment = segment;
        this.memory = memory;
        this.offset = offset;
        this.self = segment.self();
    }

    private static boolean compareAndSet(MemorySegment memory, long offset, int expected, int next) {
        StoreProbe.beforeStore();
        return WORD.compareAndSet(memory, offset, expected, next);
    }

    /// Acquires a free, consistent word without waiting: the whole fast path of a lock, for one who has at hand
    /// what it takes and counts loads.
    ///
    /// @param memory a mapped part of the segment
    /// @param offset of the word in it
    /// @param self the participant's owner bits
    /// @return whether the participant owns the word now
    public static boolean tryAcquireFree(MemorySegment memory, long offset, int self) {
        return compareAndSet(memory, offset, 0, self);
    }

    /// Releases a consistent word that nobody waits for: the other half of the fast path.
    ///
    /// @param memory a mapped part of the segment
    /// @param offset of the word in it
    /// @param self the participant's owner bits
    /// @return false if there is more to do, which [#release] does
    public static boolean tryReleaseQuietly(MemorySegment memory, long offset, int self) {
        return compareAndSet(memory, offset, self, 0);
    }

    /// Acquires a free, consistent word without waiting. The fast path: exactly one compare-and-set.
    ///
    /// @return whether the caller owns the word now
    public boolean tryAcquireFree() {
        return compareAndSet(memory, offset, 0, self);
    }

    @Override
    public Outcome tryAcquire() {
        while (true) {
            final int word = (int) WORD.getAcquire(memory, offset);
            if (OwnerWord.ownerOf(word) != 0) {
                return OwnerWord.ownerOf(word) != self && takeOver(word) ? Outcome.ABANDONED : Outcome.TIMED_OUT;
            }
            if (take(word, 0)) {
                return outcome(word);
            }
        }
    }

    @Override
    public Outcome acquire(Waiting waiting, long timeoutNanos, boolean interruptible) throws InterruptedException {
        final int first = (int) WORD.getAcquire(memory, offset);
        if (OwnerWord.ownerOf(first) == 0 && take(first, 0)) {
            return outcome(first); // Most often: without the clock, which costs more than this.
        }
        final WaitLoop wait = new WaitLoop(segment, memory, offset, waiting, timeoutNanos, interruptible);
        wait.recordContention(first);
        try {
            while (true) {
                final int word = (int) WORD.getAcquire(memory, offset);
                if (OwnerWord.ownerOf(word) == 0) {
                    if (take(word, 0)) {
                        return outcome(word);
                    }
                } else if (!wait.spin(word)) {
                    return sleepUntilAcquired(wait);
                }
            }
        } finally {
            wait.end();
        }
    }

    /// One thread of this object at a time sleeps on the word; the others queue up for that.
    private Outcome sleepUntilAcquired(WaitLoop wait) throws InterruptedException {
        if (!wait.enter(turnstile)) {
            return tryAcquire();
        }
        try {
            return sleepInTurn(wait);
        } finally {
            wait.leave(turnstile);
        }
    }

    private Outcome sleepInTurn(WaitLoop wait) throws InterruptedException {
        while (true) {
            final int word = (int) WORD.getAcquire(memory, offset);
            if (OwnerWord.ownerOf(word) == 0) {
                // Others may sleep on, so the word stays announced: whoever comes from sleep cannot know.
                if (take(word, OwnerWord.CONTENDED)) {
                    return outcome(word);
                }
                continue;
            }
            if (!announce(word)) {
                continue;
            }
            final int announced = word | OwnerWord.CONTENDED;
            if (!wait.slice(announced)) {
                return tryAcquire();
            }
            if ((int) WORD.getAcquire(memory, offset) == announced && takeOver(announced)) {
                return Outcome.ABANDONED;
            }
            wait.spin(announced);
        }
    }

    /// Says in the word that somebody is going to sleep on it.
    boolean announce(int word) {
        return (word & OwnerWord.CONTENDED) != 0 || compareAndSet(memory, offset, word, word | OwnerWord.CONTENDED);
    }

    /// Takes a word that nobody owns.
    boolean take(int word, int extraFlags) {
        return compareAndSet(memory, offset, word, self | word & OwnerWord.OWNER_DIED | extraFlags);
    }

    /// Takes the word from an owner if that owner is dead.
    boolean takeOver(int word) {
        if (segment.participants().isAlive(word)
                || !compareAndSet(memory, offset, word, self | OwnerWord.CONTENDED | OwnerWord.OWNER_DIED)) {
            return false;
        }
        segment.recordDeath(word, memory, offset);
        return true;
    }

    @Override
    public void release() {
        if (!compareAndSet(memory, offset, self, 0)) {
            releaseSlowly(0);
        }
    }

    @Override
    public void releaseAbandoned() {
        releaseSlowly(OwnerWord.OWNER_DIED);
    }

    private void releaseSlowly(int next) {
        if (!free(self, next)) {
            throw new IllegalMonitorStateException("this participant, " + OwnerWord.describe(self)
                    + ", releases a word that it does not own: " + OwnerWord.describe(word()) + " in "
                    + segment.path());
        }
    }

    @Override
    public void giveBack(Outcome outcome) {
        free(self, outcome == Outcome.ABANDONED ? OwnerWord.OWNER_DIED : 0);
    }

    /// Frees the word if `deadOwner` owns it: the part of a sweep that concerns this word. Idempotent.
    ///
    /// @param deadOwner the owner bits of a dead participant
    /// @return whether the dead one owned it
    public boolean abandon(int deadOwner) {
        final boolean owned = free(deadOwner, OwnerWord.OWNER_DIED);
        if (owned) {
            segment.recordDeath(deadOwner, memory, offset);
        }
        return owned;
    }

    /// Takes the word from `owner`, if it is that one's, and wakes one waiter if any was announced.
    private boolean free(int owner, int next) {
        while (true) {
            final int word = (int) WORD.getAcquire(memory, offset);
            if (OwnerWord.ownerOf(word) != owner) {
                return false;
            }
            if (compareAndSet(memory, offset, word, next)) {
                if ((word & OwnerWord.CONTENDED) != 0) {
                    segment.futex().wake(memory, offset, 1);
                }
                return true;
            }
        }
    }

    /// Whether this participant owns the word at this moment.
    ///
    /// @return true if it does
    public boolean isMine() {
        return OwnerWord.ownerOf((int) WORD.getAcquire(memory, offset)) == self;
    }

    @Override
    public int word() {
        return (int) WORD.getAcquire(memory, offset);
    }

    private static Outcome outcome(int word) {
        return (word & OwnerWord.OWNER_DIED) != 0 ? Outcome.ABANDONED : Outcome.ACQUIRED;
    }
}
