package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.HEAD;
import static dev.backplane.shm.QueueLayout.HOLES;
import static dev.backplane.shm.QueueLayout.RETURNED;
import static dev.backplane.shm.QueueLayout.SHUT_DOWN;

import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The consumers' side of a queue's slots. The essay is in [QueueRing].
final class QueueTakes {
    private static final int STREAK = 8;
    private static final int FEW_LOOKS = 3;
    private static final int STREAM = 16;
    private static final int ELEMENTS_TO_WAIT_FOR = 64;
    private static final int LEAST_CAPACITY_TO_WAIT = 4 * ELEMENTS_TO_WAIT_FOR;
    private static final int LOOKS = 64;

    private final QueueShape shape;
    private final QueueSlots slots;
    private final Segment segment;
    private final MemorySegment memory;
    private final QueueWords words;
    private final int self;
    private final int phase;
    private final int capacity;
    private final QueueRepair repair;
    private final @Nullable QueueTally tally;

    /// After how many claims in a row every other one looks at a state further on: its line of cache, and that beside
    /// it, come over while elements are read, where claims would wait for them. Lines of longer slots come over one
    /// after the other anyway.
    private final int streakToLookAhead;

    /// How many claims of this process succeeded in a row, at most so many; a guess, which any thread may spoil, as the
    /// next three are.
    private int streak;

    /// How often nothing was found since the last claim.
    private int looksInVain;

    /// How many elements came in a row after a few looks each: as fast as one who waits for each can take them.
    private int stream;

    /// The position that was claimed last by one who had waited, past which head may not be advanced yet.
    private long behind = QueueRing.NOTHING;

    /// @param phase what claims say: READING or HANDLING
    QueueTakes(
            QueueShape shape,
            QueueSlots slots,
            QueueWords words,
            QueueRepair repair,
            @Nullable QueueTally tally,
            int phase) {
        this.shape = shape;
        this.slots = slots;
        this.segment = shape.region().segment();
        this.memory = shape.region().memory();
        this.words = words;
        this.self = segment.self();
        this.phase = phase;
        this.capacity = shape.capacity();
        this.repair = repair;
        this.tally = tally;
        this.streakToLookAhead = shape.stride() == QueueLayout.LEAST_STRIDE ? STREAK : Integer.MAX_VALUE;
    }

    /// Claims the next slot to take an element from.
    ///
    /// @return its position, or [QueueRing#NOTHING] if the queue is empty, [QueueRing#UNDER_WAY] if the
    ///     next element is just being put, [QueueRing#END] if the queue is empty and shut down
    long tryClaim() {
        // What comes out so nearly always is short, and for the compiler to make one piece with its caller: a consumer
        // that spins sees an element the sooner, the less it does each time that there is none. And as there is one so
        // seldom then, each call on that way stays a call: so there is only one.
        final long head = nextHead();
        final int mark = words.getIntAcquire(RETURNED.offset());
        final int index = shape.index(head);
        final long state = words.getLongAcquire(slots.slot(index));
        if (!QueueMark.isRaised(mark)) {
            if (state == QueueWord.full(head)) {
                return claimSeen(head, index, mark);
            }
            if (QueueWord.isOpen(state, head) && words.getIntAcquire(SHUT_DOWN.offset()) == 0) {
                if (looksInVain++ == 0) {
                    beginToWait(head, index);
                }
                return QueueRing.NOTHING;
            }
        }
        return tryClaim(false);
    }

    /// Head, advanced past the element that was claimed last. Not at once: an atomic instruction then would make the
    /// taker of that element wait for it.
    private long nextHead() {
        final long head = words.getLongAcquire(HEAD.offset());
        if (head != behind) {
            return head;
        }
        pass(head);
        return words.getLongAcquire(HEAD.offset());
    }

    /// Uses the time until the next element is there.
    private void beginToWait(long head, int index) {
        streak = 0;
        slots.fetch(words, slots.take(index), head);
        if (stream >= STREAM && capacity >= LEAST_CAPACITY_TO_WAIT) {
            letSeveralCome(head);
        }
    }

    /// Gives the producers of a stream that has been caught up with a microsecond or three to put several elements.
    /// Looks meanwhile at the last of them only: who looks for each as it is put takes the line of cache away
    /// from its producer each time, and both go at the pace of that.
    private void letSeveralCome(long head) {
        final long last = QueueWord.plus(head, ELEMENTS_TO_WAIT_FOR, capacity);
        final long slot = slots.slot(QueueWord.index(last));
        for (int look = 0; look < LOOKS && QueueWord.isOpen(words.getLongAcquire(slot), last); look++) {
            Thread.onSpinWait();
        }
    }

    /// Claims the element that was seen at head after a mark was read, or another one if that cannot be.
    private long claimSeen(long head, int index, int mark) {
        return isStill(mark) && claim(index, head) ? claimed(head) : tryClaim(false);
    }

    /// Whether nobody has given anything back since a mark was read. If so, what was seen at head in between is the
    /// oldest.
    private boolean isStill(int mark) {
        return words.getIntAcquire(RETURNED.offset()) == mark;
    }

    private long claimed(long head) {
        final long next = QueueWord.next(head, capacity);
        if (looksInVain == 0) {
            words.compareAndSetLong(HEAD.offset(), head, next);
        } else {
            behind = head;
        }
        stream = looksInVain <= FEW_LOOKS ? stream + 1 : 0;
        looksInVain = 0;
        if (streak < streakToLookAhead) {
            streak++;
        } else if ((head & 1) == 0) {
            final long further = QueueWord.next(next, capacity);
            streak = words.getLongAcquire(slots.slot(shape.index(further))) == QueueWord.full(further) ? streak : 0;
        }
        return ownedWhileOpen(head);
    }

    /// [#tryClaim] for one who is about to sleep. To him an element is under way also if its slot is only
    /// claimed, and it is not in the queue yet: to see that takes a line of cache away from its producer.
    long tryClaimClosely() {
        return tryClaim(true);
    }

    private long tryClaim(boolean closely) {
        while (true) {
            final long head = words.getLongAcquire(HEAD.offset());
            final int mark = words.getIntAcquire(RETURNED.offset());
            if (QueueMark.isRaised(mark)) {
                final long returned = tryClaimReturned();
                if (returned >= 0) {
                    return returned;
                }
                continue; // None was there, or somebody was quicker: the mark is another one now.
            }
            final int index = shape.index(head);
            // Pairs with the release in QueuePuts.publish(): all bytes are there.
            final long state = words.getLongAcquire(slots.slot(index));
            if (!isStill(mark)) {
                continue; // One was given back, perhaps before this one was put.
            }
            if (!QueueWord.isDecided(state, head)) {
                streak = 0;
                return QueueWord.isOpen(state, head) ? nothingAt(head, index, closely) : QueueRing.UNDER_WAY;
            }
            if (state == QueueWord.full(head)
                    && words.getLongAcquire(slots.take(index)) == QueueWord.free(head)
                    && claim(index, head)) {
                return claimed(head);
            }
            pass(head);
        }
    }

    /// Why there is nothing at head.
    private long nothingAt(long head, int index, boolean closely) {
        final boolean shutDown = words.getIntAcquire(SHUT_DOWN.offset()) != 0;
        if (!shutDown && !closely) {
            return QueueRing.NOTHING;
        }
        // Who claims the slot after this sees that the queue is shut down, or that somebody waits.
        final long put = words.getLongVolatile(slots.put(index));
        if (QueueWord.lapsAhead(put, head) >= 0 && put != QueueWord.free(head)) {
            return QueueRing.UNDER_WAY;
        }
        return shutDown ? QueueRing.END : QueueRing.NOTHING;
    }

    /// Advances head past an element that is gone, or claimed by somebody.
    void pass(long head) {
        final int index = shape.index(head);
        slots.advance(words, HEAD.offset(), head);
        if (words.getLongVolatile(slots.slot(index)) == QueueWord.full(head)
                && words.getLongVolatile(slots.take(index)) == QueueWord.free(head)) {
            QueueMark.raise(memory, RETURNED); // Given back in between: nobody would look for it behind head.
        }
    }

    /// Advances head past all that is gone, or claimed by somebody.
    void passGone() {
        for (int i = 0; i < capacity; i++) {
            final long head = words.getLongAcquire(HEAD.offset());
            if (!isGone(slots.state(shape.index(head)), head)) {
                return;
            }
            pass(head);
        }
    }

    /// Whether a slot's words say together that the element of the position was taken, or never will be there, or that
    /// somebody has claimed it.
    static boolean isGone(long state, long position) {
        final int ahead = QueueWord.lapsAhead(state, position);
        return ahead > 0 || ahead == 0 && QueueWord.phase(state) >= QueueWord.READING;
    }

    /// Claims an element that is there, wherever it is: by the compare-and-set at which a take linearizes.
    private boolean claim(int index, long position) {
        if (tally != null) {
            tally.taken();
        }
        final boolean claimed = words.compareAndSetLong(
                slots.take(index), QueueWord.free(position), QueueWord.taking(position, phase, self));
        if (!claimed && tally != null) {
            tally.done();
        }
        return claimed;
    }

    private long ownedWhileOpen(long position) {
        if (segment.isClosed()) {
            repair.giveBack(position);
            segment.ensureOpen();
        }
        return position;
    }

    /// Claims the oldest element that stands before head, if there is one; or else the one at head, if it is there:
    /// one who found it claimed, before it was given back, may be about to advance head past it.
    private long tryClaimReturned() {
        final int seen = QueueMark.seen(memory, RETURNED);
        final long head = words.getLongAcquire(HEAD.offset());
        final QueueReturned returned = new QueueReturned(shape, slots, head);
        for (long position = returned.next(); position != QueueRing.NOTHING; position = returned.next()) {
            if (claim(QueueWord.index(position), position)) {
                return ownedWhileOpen(position);
            }
        }
        final int next = shape.index(head);
        final boolean isClaimed = slots.state(next) == QueueWord.full(head) && claim(next, head);
        QueueMark.lower(memory, RETURNED, seen); // Also after that claim: each take looks at all slots until then.
        return isClaimed ? claimed(head) : QueueRing.NOTHING;
    }

    /// Claims an element that is not the next, if it is still there, to remove it. Its place stays until head
    /// passes it.
    boolean claimToRemove(long position) {
        final int index = shape.index(position);
        final boolean claimed = slots.state(index) == QueueWord.full(position) && claim(index, position);
        if (claimed) {
            QueueMark.raise(memory, HOLES); // Not before: who counts elements in turn would lower it again.
            ownedWhileOpen(position);
        }
        return claimed;
    }

    /// Lets others know that this participant's handler has the element that it claimed.
    void handling(long position) {
        words.setLongRelease(slots.take(QueueWord.index(position)), QueueWord.handling(position, self));
    }

    /// Frees a slot from which this participant took an element.
    void free(long position) {
        // Pairs with the acquire in QueuePuts.lookForRoom().
        words.setLongRelease(slots.take(QueueWord.index(position)), QueueWord.freeAfter(position));
        repair.wakeProducers();
    }

    /// [#free] after code of the user's ran: the attachment may have been closed and its claim undone.
    void freeIfStillMine(long position) {
        if (!segment.isClosed()) {
            free(position);
        } else if (frees(position, QueueWord.handling(position, self))
                || frees(position, QueueWord.reading(position, self))) {
            repair.wakeProducers();
        } else {
            segment.ensureOpen();
        }
    }

    private boolean frees(long position, long claim) {
        return words.compareAndSetLong(slots.take(QueueWord.index(position)), claim, QueueWord.freeAfter(position));
    }

    /// Undoes a claim of this participant.
    void giveBack(long position) {
        repair.giveBack(position);
    }
}
