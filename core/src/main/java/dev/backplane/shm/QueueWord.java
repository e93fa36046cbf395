package dev.backplane.shm;

/// Positions in a queue, and the words that say how a slot stands, all of 64 bits.
///
/// ```
///   position   63  62                        32 31                          0
///             +---+----------------------------+-----------------------------+
///             | 0 | lap                        | index of the slot           |
///             +---+----------------------------+-----------------------------+
///   a word     63                        33 32       30 29                  0
///             +----------------------------+-----------+---------------------+
///             | lap                        | phase     | claimant            |
///             +----------------------------+-----------+---------------------+
/// ```
///
/// A position counts laps and the slots of a lap apart, so that a queue may have any capacity and none divides.
/// Laps are modulo 2³¹: what a thread has read of a queue and compares is wrong if it stood still meanwhile for
/// just that many laps, as with any counter that wraps around. The claimant is a
/// participant, as in [dev.backplane.store.OwnerWord], where the phase has one.
///
/// | phase    | claimant     | stands in | meaning of the slot as a whole                                 |
/// |----------|--------------|-----------|----------------------------------------------------------------|
/// | FREE 0   | 0            | each      | the element of this lap was not put yet; those before are gone |
/// | WRITING 1 | its producer | put      | it is being put                                                |
/// | WRITING 1 | 0            | state    | the same, and it is in the queue: others were put after it     |
/// | FULL 2   | 0            | state     | it can be taken                                                |
/// | READING 3 | its consumer | take     | it is being taken                                              |
/// | HANDLING 4 | its consumer | take    | a handler reads it in place                                    |
///
/// Each slot has three words: *put*, which producers claim, *state*, which says whether the element of its lap
/// is there, and *take*, which consumers claim. [QueueSlots#state(int)] is what the three say together.
final class QueueWord {
    static final int FREE = 0;
    static final int WRITING = 1;
    static final int FULL = 2;
    static final int READING = 3;
    static final int HANDLING = 4;

    private static final int LAP_SHIFT = 33;
    private static final int PHASE_SHIFT = 30;
    private static final int PHASE_MASK = 7;
    private static final int OWNER_MASK = (1 << PHASE_SHIFT) - 1;
    private static final long LAP_MASK = Integer.MAX_VALUE;

    private QueueWord() {}

    /// The slot of a position.
    static int index(long position) {
        return (int) position;
    }

    /// The lap of a position.
    static long lap(long position) {
        return position >>> 32;
    }

    /// The position after one.
    static long next(long position, int capacity) {
        return index(position) + 1 < capacity ? position + 1 : (lap(position) + 1 & LAP_MASK) << 32;
    }

    /// The position so many after one, at most a lap.
    static long plus(long position, int positions, int capacity) {
        final long index = (long) index(position) + positions;
        return index < capacity ? position + positions : (lap(position) + 1 & LAP_MASK) << 32 | index - capacity;
    }

    /// The position in the slot `index` of which a state tells.
    static long position(long state, int index) {
        return state >>> LAP_SHIFT << 32 | index;
    }

    /// The element of the position was not put yet.
    static long free(long position) {
        return lap(position) << LAP_SHIFT;
    }

    /// The element of the position is gone.
    static long freeAfter(long position) {
        return (lap(position) + 1) << LAP_SHIFT;
    }

    /// The element of the position can be taken.
    static long full(long position) {
        return free(position) | (long) FULL << PHASE_SHIFT;
    }

    /// The element of the position is being put, and others have been put after it.
    static long passed(long position) {
        return writing(position, 0);
    }

    /// Whether a state says that the element of the position is there, or was, or never will be.
    static boolean isDecided(long state, long position) {
        return state == full(position) || lapsAhead(state, position) > 0;
    }

    /// Whether a state says nothing of the element of the position.
    static boolean isOpen(long state, long position) {
        return !isDecided(state, position) && state != passed(position);
    }

    /// The element of the position is being put.
    static long writing(long position, int claimant) {
        return free(position) | (long) WRITING << PHASE_SHIFT | claimant;
    }

    /// The element of the position is being taken.
    static long reading(long position, int claimant) {
        return taking(position, READING, claimant);
    }

    /// A handler reads the element of the position.
    static long handling(long position, int claimant) {
        return taking(position, HANDLING, claimant);
    }

    /// One of the two.
    static long taking(long position, int phase, int claimant) {
        return free(position) | (long) phase << PHASE_SHIFT | claimant;
    }

    /// The phase of a state.
    static int phase(long state) {
        return (int) (state >>> PHASE_SHIFT) & PHASE_MASK;
    }

    /// The claimant of a state, 0 where there is none.
    static int claimant(long state) {
        return (int) state & OWNER_MASK;
    }

    /// By how many laps a slot is ahead of a position in it.
    static int lapsAhead(long state, long position) {
        final int ahead = (int) (state >>> LAP_SHIFT) - (int) lap(position);
        return ahead << 1 >> 1; // Modulo 2³¹, with its sign.
    }

    /// Whether one position is after another one, by a lap at most.
    static boolean isSoonAfter(long position, long other) {
        final long ahead = position - other & Long.MAX_VALUE; // As laps are, modulo 2³¹ of them.
        return ahead > 0 && ahead <= 1L << 32;
    }

    /// How many positions `to` is after `from`.
    static long distance(long from, long to, int capacity) {
        final int laps = (int) lap(to) - (int) lap(from);
        return (long) (laps << 1 >> 1) * capacity + index(to) - index(from);
    }
}
