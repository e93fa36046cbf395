package dev.backplane.shm;

import static dev.backplane.shm.QueueLayout.CLAIM;
import static dev.backplane.shm.QueueLayout.STATE;

import java.lang.foreign.MemorySegment;

/// Where in a queue's bytes the words of each slot are, and what they say together.
final class QueueSlots {
    private static final int MANY_LOOKS = 1000;
    private static final int WORDS_A_LINE = 64 / Long.BYTES;

    private final MemorySegment memory;
    private final int capacity;
    private final int stride;
    private final long puts;
    private final long takes;

    QueueSlots(MemorySegment memory, int capacity, int stride) {
        this.memory = memory;
        this.capacity = capacity;
        this.stride = stride;
        this.puts = QueueLayout.puts(capacity, stride);
        this.takes = QueueLayout.takes(capacity, stride);
    }

    static QueueSlots of(QueueShape shape) {
        return new QueueSlots(shape.region().memory(), shape.capacity(), shape.stride());
    }

    /// Where a slot is, and in it the state.
    long slot(int index) {
        return QueueLayout.slot(index, stride);
    }

    /// Where the word is by which producers claim a slot.
    long put(int index) {
        return puts + (long) index * Long.BYTES;
    }

    /// Where the word is by which consumers claim a slot.
    long take(int index) {
        return takes + (long) index * Long.BYTES;
    }

    /// Whether a position is in one of the slots.
    boolean has(long position) {
        final int index = QueueWord.index(position);
        return index >= 0 && index < capacity;
    }

    /// The position after one.
    long next(long position) {
        return QueueWord.next(position, capacity);
    }

    /// Advances head or tail past a position if it stands there.
    void advance(QueueWords words, long hint, long position) {
        if (words.getLongAcquire(hint) == position) {
            words.compareAndSetLong(hint, position, QueueWord.next(position, capacity));
        }
    }

    /// Fetches a line of put or take words of which the first is a position's and unclaimed, to be claimed soon: by
    /// writing the word as it is. A line that the other side has looked at, or that the caches have dropped, would
    /// otherwise be fetched by the claim, and an element would wait for it.
    void fetch(QueueWords words, long word, long position) {
        if ((QueueWord.index(position) & WORDS_A_LINE - 1) == 0) {
            words.compareAndSetLong(word, QueueWord.free(position), QueueWord.free(position));
        }
    }

    /// What a slot's words say together, as one word: how it stood at some instant of the call.
    long state(int index) {
        long take = CLAIM.getAcquire(memory, take(index));
        for (int look = 0; look < MANY_LOOKS; look++) { // No live queue changes at each; a damaged one never agrees.
            if (QueueWord.phase(take) != QueueWord.FREE) {
                return take;
            }
            final long position = QueueWord.position(take, index);
            final long state = STATE.getAcquire(memory, slot(index));
            if (state == QueueWord.full(position)) {
                return state;
            }
            final long put = CLAIM.getAcquire(memory, put(index));
            final boolean isHole = QueueWord.lapsAhead(state, position) > 0;
            if (!isHole && QueueWord.lapsAhead(put, position) <= 0) {
                return put == QueueWord.writing(position, QueueWord.claimant(put)) ? put : take;
            }
            final long again = CLAIM.getAcquire(memory, take(index));
            if (isHole && again == take) {
                return QueueWord.freeAfter(position); // Whoever makes the hole is not done, or dead.
            }
            take = again;
        }
        return take;
    }
}
