package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/// Who arrived at a barrier, and how its generations ended: what changes under its section, step by step.
final class BarrierState {
    /*
     * A generation is current, then over; it is broken if it stands among the broken ones, and has tripped if
     * it is over and does not. Arrivals are tagged with their generation, so the step to the next one clears
     * them all. Every field is truth, and each store by itself makes one step:
     *
     *   arrive   1. arrivals[me] = (generation, n + 1)  before: not arrived; after: arrived, and the sweep
     *                                                   of the dead one breaks the generation
     *   trip     2. generation + 1                      before: the dead one had arrived, as 1; after: tripped
     *            3. gate + 1, wake                      not done: waiters look at the end of their slice
     *   break    4. broken[oldest] = generation         before: whoever else has a reason breaks it;
     *                                                   after: broken
     *   reset    5. 4, if anybody waits                 after, before 6: broken
     *            6. generation + 1
     *   sweep    7. 4, if the dead one ever arrived
     *            8. arrivals[dead] = 0                  before: the next sweep does both; after: done
     *
     * The action runs outside the section, by the last to arrive, in the generation that is still current:
     * if it dies, it is one that arrived.
     */

    /// How a generation stands.
    enum Outcome {
        /// Not all have arrived, or the action runs.
        CURRENT,
        /// All arrived, and the action was run.
        TRIPPED,
        /// It will never trip.
        BROKEN
    }

    private final MemorySegment memory;
    private final Segment segment;
    private final int parties;
    private final Section section;
    private final Gate gate;

    BarrierState(Region region) {
        this.segment = region.segment();
        this.memory = region.memory();
        this.parties = (int) region.param1();
        if (parties < 1 || parties > BarrierLayout.MOST_PARTIES) {
            throw new SegmentException(
                    "barrier " + region + " claims " + region.param1() + " parties: the segment is damaged");
        }
        this.section = new Section(segment, memory, BarrierLayout.SECTION.offset(), () -> {});
        this.gate = new Gate(segment, memory, BarrierLayout.GATE.offset());
    }

    static void initialise(MemorySegment memory) {
        BarrierLayout.GENERATION.setRelease(memory, 0, 1);
    }

    Gate gate() {
        return gate;
    }

    int parties() {
        return parties;
    }

    /// The current generation.
    long generation() {
        return BarrierLayout.GENERATION.getAcquire(memory, 0);
    }

    /// How a generation stands now. Reads without the section: a generation that ends broken is entered among
    /// the broken ones before the next one begins.
    Outcome outcome(long generation) {
        final boolean over = generation() != generation;
        for (int i = 0; i < BarrierLayout.BROKEN_COUNT; i++) {
            if (BarrierLayout.BROKEN.getAcquire(memory, BarrierLayout.brokenAt(i)) == generation) {
                return Outcome.BROKEN;
            }
        }
        return over ? Outcome.TRIPPED : Outcome.CURRENT;
    }

    /// How many have arrived in the current generation, whether it is broken or not: exact in the section, a
    /// snapshot outside.
    static int arrived(MemorySegment memory) {
        final long generation = BarrierLayout.GENERATION.getAcquire(memory, 0);
        int sum = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            sum += BarrierLayout.threads(BarrierLayout.ARRIVALS.get(memory, PerSlot.longAt(slot)), generation);
        }
        return sum;
    }

    /// Arrives in the current generation.
    ///
    /// @param arrival gets the generation and the index: how many are still to come
    /// @return false if all have arrived and the action runs
    boolean arrive(Arrival arrival) {
        final long at = PerSlot.longAt(OwnerWord.slotOf(segment.self()));
        section.enter();
        try {
            final long generation = generation();
            arrival.generation = generation;
            if (outcome(generation) == Outcome.BROKEN) {
                arrival.index = -1;
                return true;
            }
            final int before = arrived(memory);
            if (before >= parties) {
                return false;
            }
            final int own = BarrierLayout.threads(BarrierLayout.ARRIVALS.get(memory, at), generation);
            BarrierLayout.ARRIVALS.setRelease(memory, at, BarrierLayout.arrival(generation, own + 1));
            arrival.index = parties - 1 - before;
            return true;
        } finally {
            section.leave();
        }
    }

    /// One thread's arrival.
    static final class Arrival {
        private long generation;
        private int index;

        long generation() {
            return generation;
        }

        /// How many were still to come, or -1 if the generation was broken.
        int index() {
            return index;
        }
    }

    /// Ends a generation in which all have arrived, unless it was broken meanwhile.
    void trip(long generation) {
        section.enter();
        try {
            if (outcome(generation) == Outcome.CURRENT) {
                BarrierLayout.GENERATION.setRelease(memory, 0, generation + 1);
            }
        } finally {
            section.leave();
        }
        gate.open();
    }

    /// Breaks a generation if it is current, as its runner may whose action failed.
    void breakIt(long generation) {
        breaks(() -> generation, true);
    }

    /// Breaks the generation that is current, whichever that is.
    void breakCurrent() {
        breaks(this::generation, true);
    }

    /// Breaks a generation if it is current and somebody has not arrived yet.
    ///
    /// @return whether it did
    boolean breakIfNotFull(long generation) {
        return breaks(() -> generation, false);
    }

    /// Breaks the generation that is current, whichever that is, if somebody has not arrived yet.
    void breakCurrentIfNotFull() {
        breaks(this::generation, false);
    }

    /// @param which generation, asked in the section
    /// @param evenIfFull whether also one in which all have arrived
    private boolean breaks(LongSupplier which, boolean evenIfFull) {
        section.enter();
        try {
            final long generation = which.getAsLong();
            if (outcome(generation) != Outcome.CURRENT || !evenIfFull && arrived(memory) >= parties) {
                return false;
            }
            recordBroken(generation);
        } finally {
            section.leave();
        }
        gate.open();
        return true;
    }

    /// In the section.
    private void recordBroken(long generation) {
        int oldest = 0;
        for (int i = 1; i < BarrierLayout.BROKEN_COUNT; i++) {
            if (broken(i) < broken(oldest)) {
                oldest = i;
            }
        }
        BarrierLayout.BROKEN.setRelease(memory, BarrierLayout.brokenAt(oldest), generation);
    }

    private long broken(int index) {
        return BarrierLayout.BROKEN.get(memory, BarrierLayout.brokenAt(index));
    }

    /// Breaks the current generation for those who wait, and begins another.
    void reset() {
        section.enter();
        try {
            final long generation = generation();
            if (arrived(memory) > 0 && outcome(generation) == Outcome.CURRENT) {
                recordBroken(generation);
            }
            BarrierLayout.GENERATION.setRelease(memory, 0, generation + 1);
        } finally {
            section.leave();
        }
        gate.open();
    }

    /// Takes a participant out that died or left: breaks the current generation if it has arrived in it, and if
    /// it died, also if it ever arrived, for it will not again. Idempotent.
    void giveBackOf(int owner) {
        final long at = PerSlot.longAt(OwnerWord.slotOf(owner));
        section.enterToGiveBackOf(owner);
        try {
            final long generation = generation();
            final long arrival = BarrierLayout.ARRIVALS.get(memory, at);
            final boolean died = !section.isLeaving(owner);
            if ((BarrierLayout.threads(arrival, generation) > 0 || died && arrival != 0)
                    && outcome(generation) == Outcome.CURRENT) {
                recordBroken(generation);
            }
            BarrierLayout.ARRIVALS.setRelease(memory, at, 0);
        } finally {
            section.leave();
        }
        gate.open();
    }
}
