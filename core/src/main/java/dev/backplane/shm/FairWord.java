package dev.backplane.shm;

import dev.backplane.shm.Line.Waiter;
import dev.backplane.store.OwnedWord;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord.Outcome;
import dev.backplane.store.Segment;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;

/// An owned word that goes to who has waited longest, over all processes: first come, first served.
///
/// The idea is that of a ticket lock with hand-off (Mellor-Crummey and Scott, "Algorithms for Scalable
/// Synchronization on Shared-Memory Multiprocessors", 1991), with each process's tickets kept in that process
/// and only its lowest one shared: so any number of threads wait in order, and shared memory has one number for
/// each process.
final class FairWord implements OwnedWord {
    /*
     * While anybody waits, the word is never free: its owner gives it to the next, so no newcomer can come
     * between. Who waits has announced it (CONTENDED), which makes the owner's release leave the fast path.
     * What a kill leaves behind, step by step; 2 to 10, but for 8, are in the section:
     *
     *   acquire  1. CAS free -> me                    before: nothing; after: held by a dead owner, see below
     *            2. nextTicket + 1                    a ticket is missing, which nobody waits for
     *            3. CAS w -> w|CONTENDED              the owner's release finds nobody in line and frees the word
     *            4. owners[me], firstTickets[me]      the sweep takes it away; if the word was given to the dead one
     *                                                 before, the sweep passes it on
     *   release  5. CAS w -> w|OWNER_DIED             if that is to be said: the word is held by a dead owner
     *            6. granted = ticket                  the dead one holds it, but had done with it: the sweep chooses
     *                                                 anew, and says what the word says
     *            7. CAS w -> next owner|CONTENDED     given: that process finds out at the end of its slice
     *            8. gate[next] + 1, wake              done
     *   served   9. firstTickets[me] = my next        killed before: held by a dead owner; the sweep clears it too
     *   give up 10. firstTickets[me] = my next        the same
     *
     * A sweep of the dead does 5 to 8 if the dead one owns the word, passing it over, and then clears
     * firstTickets[dead]. It says OWNER_DIED, unless `granted` is the ticket of one who waits: then the dead one
     * was given the word and had not found out, or had begun to give it on, and the word says what is to be said.
     * The ticket of another one who is dead does not count: a sweep of that one may have been cut off when it had
     * freed the word, which others have acquired since. It may be cut off anywhere; the next does it again.
     *
     * A waiter has the word if it is its process's and `granted` is its ticket, which is given only once:
     * between 6 and 7 either is not so, unless the process that releases is that of the waiter, in which case
     * the word has arrived already.
     */
    private final Segment segment;
    private final MemorySegment memory;
    private final Section section;
    private final Line line;
    private final int self;

    FairWord(Region region) {
        this.segment = region.segment();
        this.memory = region.memory();
        this.self = segment.self();
        this.section = new Section(segment, memory, FairLockLayout.SECTION.offset(), () -> {});
        this.line = new Line(segment, memory, FairLockLayout.GATES.offset(), FairLockLayout.WORD.offset());
    }

    @Override
    public int word() {
        return FairLockLayout.WORD.getAcquire(memory, 0);
    }

    private boolean change(int seen, int next) {
        return FairLockLayout.WORD.compareAndSet(memory, 0, seen, next);
    }

    @Override
    public Outcome tryAcquire() {
        final int word = word();
        if (OwnerWord.ownerOf(word) != 0
                && OwnerWord.ownerOf(word) != self
                && !segment.participants().isAlive(word)) {
            segment.sweepDeadUnlessOthersDo();
        }
        section.enter();
        try {
            return takeIfFree();
        } finally {
            section.leave();
        }
    }

    /// @return [Outcome#TIMED_OUT] if it is owned
    private Outcome takeIfFree() {
        while (true) {
            final int word = word();
            if (OwnerWord.ownerOf(word) != 0) {
                return Outcome.TIMED_OUT;
            }
            if (change(word, self | word & OwnerWord.OWNER_DIED)) {
                return outcome(word);
            }
        }
    }

    private static Outcome outcome(int word) {
        return (word & OwnerWord.OWNER_DIED) != 0 ? Outcome.ABANDONED : Outcome.ACQUIRED;
    }

    @Override
    public Outcome acquire(Waiting waiting, long timeoutNanos, boolean interruptible) throws InterruptedException {
        if (timeoutNanos <= 0) {
            return tryAcquire();
        }
        final Waiter waiter;
        section.enter();
        try {
            final Outcome atOnce = takeOrAnnounce();
            if (atOnce != Outcome.TIMED_OUT) {
                return atOnce;
            }
            waiter = new Waiter(nextTicket());
            line.add(waiter);
            publishFirst();
        } finally {
            section.leave();
        }
        boolean waited = false;
        try {
            line.await(waiter, this::look, waiting, timeoutNanos, interruptible);
            waited = true;
        } finally {
            if (!waited && giveUp(waiter)) {
                releaseAgain();
            }
        }
        return giveUp(waiter) ? outcome(word()) : Outcome.TIMED_OUT;
    }

    private Outcome takeOrAnnounce() {
        while (true) {
            final Outcome taken = takeIfFree();
            final int word = word();
            if (taken != Outcome.TIMED_OUT
                    || OwnerWord.ownerOf(word) != 0 && change(word, word | OwnerWord.CONTENDED)) {
                return taken;
            }
        }
    }

    private long nextTicket() {
        final long ticket = FairLockLayout.NEXT_TICKET.get(memory, 0) + 1;
        FairLockLayout.NEXT_TICKET.setRelease(memory, 0, ticket);
        return ticket;
    }

    /// Tells the others the lowest ticket of this process. In the section.
    private void publishFirst() {
        final int slot = OwnerWord.slotOf(self);
        final Waiter first = line.first();
        final long ticket = first == null ? 0 : first.ticket;
        if (FairLockLayout.FIRST_TICKETS.get(memory, PerSlot.longAt(slot)) != ticket) {
            FairLockLayout.OWNERS.setRelease(memory, PerSlot.intAt(slot), self);
            FairLockLayout.FIRST_TICKETS.setRelease(memory, PerSlot.longAt(slot), ticket);
        }
    }

    /// Serves the first in line if the word was given to it.
    private void look() {
        section.enter();
        try {
            serve();
        } finally {
            section.leave();
        }
    }

    private void serve() {
        final Waiter first = line.first();
        if (first != null
                && OwnerWord.ownerOf(word()) == self
                && FairLockLayout.GRANTED.get(memory, 0) == first.ticket) {
            line.serve(first);
            publishFirst();
        }
    }

    /// Ends a wait: takes the waiter out of line unless it has got the word.
    ///
    /// @return whether it has
    private boolean giveUp(Waiter waiter) {
        if (waiter.isServed()) {
            return true;
        }
        section.enter();
        try {
            serve();
            if (!waiter.isServed()) {
                line.remove(waiter);
                publishFirst();
            }
            return waiter.isServed();
        } finally {
            section.leave();
        }
    }

    /// Gives on, as it came, a word that came with an interrupt.
    private void releaseAgain() {
        release(word() & OwnerWord.OWNER_DIED);
    }

    @Override
    public void release() {
        if (!change(self, 0)) {
            release(0);
        }
    }

    @Override
    public void releaseAbandoned() {
        release(OwnerWord.OWNER_DIED);
    }

    @Override
    public void giveBack(Outcome outcome) {
        // Nothing: a word is acquired while the segment is open or given in a section, and closing comes after either.
        // It gives on what this participant owns and takes it out of line, so nothing can be given to it later.
    }

    private void release(int died) {
        final int word = word();
        if (OwnerWord.ownerOf(word) != self) {
            throw new IllegalMonitorStateException("this participant, " + OwnerWord.describe(self)
                    + ", releases a word that it does not own: " + OwnerWord.describe(word) + " in "
                    + segment.path());
        }
        final int next;
        section.enter();
        try {
            next = handOn(died, -1);
        } finally {
            section.leave();
        }
        open(next);
    }

    /// Gives the word to the next in line, or nobody. In the section, where the owner is this process or dead.
    ///
    /// @param died whether to say that an owner died
    /// @param excluded a slot that does not get it, or -1
    /// @return the slot that got it, or -1
    private int handOn(int died, int excluded) {
        final int next = nextSlot(excluded);
        int owner = died;
        if (next >= 0) {
            if (died != 0) {
                change(word -> word | died);
            }
            FairLockLayout.GRANTED.setRelease(
                    memory, 0, FairLockLayout.FIRST_TICKETS.get(memory, PerSlot.longAt(next)));
            owner |= FairLockLayout.OWNERS.get(memory, PerSlot.intAt(next)) | OwnerWord.CONTENDED;
        }
        final int given = owner;
        change(_ -> given);
        return next;
    }

    private void change(IntUnaryOperator next) {
        int word = word();
        while (!change(word, next.applyAsInt(word))) {
            word = word();
        }
    }

    /// The slot with the lowest ticket, or -1.
    private int nextSlot(int excluded) {
        int next = -1;
        long lowest = Long.MAX_VALUE;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final long ticket = FairLockLayout.FIRST_TICKETS.get(memory, PerSlot.longAt(slot));
            if (slot != excluded && ticket != 0 && ticket < lowest) {
                lowest = ticket;
                next = slot;
            }
        }
        return next;
    }

    private void open(int slot) {
        if (slot >= 0) {
            line.open(slot);
        }
    }

    /// Whose waiter was given the word and has not found out, or is just being given it.
    ///
    /// @return a slot, or -1
    static int grantedSlot(MemorySegment memory) {
        final long granted = FairLockLayout.GRANTED.get(memory, 0);
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            if (granted != 0 && FairLockLayout.FIRST_TICKETS.get(memory, PerSlot.longAt(slot)) == granted) {
                return slot;
            }
        }
        return -1;
    }

    /// Whether a dead owner has died with the word: not before it found out that it was given it, nor when it had begun
    /// to give it on.
    private boolean isAccepted(int deadOwner) {
        final int slot = grantedSlot(memory);
        return slot < 0
                || slot != OwnerWord.slotOf(deadOwner)
                        && !segment.participants().isAlive(FairLockLayout.OWNERS.get(memory, PerSlot.intAt(slot)));
    }

    /// Takes a dead participant out of line, and gives its word to the next. Idempotent.
    void giveBackOf(int deadOwner) {
        final int slot = OwnerWord.slotOf(deadOwner);
        final int next;
        section.enterToGiveBackOf(deadOwner);
        try {
            final int word = word();
            if (OwnerWord.ownerOf(word) == deadOwner) {
                final boolean accepted = isAccepted(deadOwner);
                next = handOn(accepted ? OwnerWord.OWNER_DIED : word & OwnerWord.OWNER_DIED, slot);
                if (accepted) {
                    segment.recordDeath(deadOwner, memory, FairLockLayout.WORD.offset());
                }
            } else {
                next = -1;
            }
            FairLockLayout.FIRST_TICKETS.setRelease(memory, PerSlot.longAt(slot), 0);
        } finally {
            section.leave();
        }
        open(next);
    }

    /// How many processes wait: a snapshot for inspection.
    static int waitingProcesses(MemorySegment memory) {
        int waiting = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            if (FairLockLayout.FIRST_TICKETS.get(memory, PerSlot.longAt(slot)) != 0) {
                waiting++;
            }
        }
        return waiting;
    }
}
