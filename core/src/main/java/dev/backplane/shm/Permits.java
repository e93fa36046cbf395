package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;

/// The permits of a semaphore and whose they are: what changes under its section, step by step.
final class Permits {
    /*
     * The truth is `total` and `held`; `available` follows from them. Each operation changes the truth by
     * single stores, each of which leaves it true, and `available` after them. What a kill leaves behind, step
     * by step:
     *
     *   acquire  1. held[me] += n            before: nothing; after: acquired, and the sweep gives it back
     *            2. available -= n           }
     *   release  1. held[…] -= n             before: nothing; after: released. Several slots, or then the
     *   total, only
     *            2. total += n               where another process's permits are released: a kill between them leaves
     *                                        fewer than n released
     *            3. available += n           }
     *            4. gate + 1, wake           not done: waiters look for themselves at the end of their slice
     *   sweep    1. held[dead] = 0           before: the next sweep does it; after: given back
     *            2. available += n           }
     *
     *   }: `available` is derived anew by who enters the section next, see Section.
     *
     * The Promela model semaphore.pml covers all this, with a kill after any of the steps.
     */
    private final Segment segment;
    private final MemorySegment memory;
    private final Section section;
    private final Gate gate;

    Permits(Region region) {
        this.segment = region.segment();
        this.memory = region.memory();
        this.section = new Section(segment, memory, SemaphoreLayout.SECTION.offset(), this::derive);
        this.gate = new Gate(segment, memory, SemaphoreLayout.GATE.offset());
    }

    /// Writes the bytes of a new semaphore.
    static void initialise(MemorySegment memory, int permits) {
        SemaphoreLayout.TOTAL.setRelease(memory, 0, permits);
        SemaphoreLayout.AVAILABLE.setRelease(memory, 0, permits);
    }

    Gate gate() {
        return gate;
    }

    private void derive() {
        SemaphoreLayout.AVAILABLE.setRelease(memory, 0, SemaphoreLayout.TOTAL.get(memory, 0) - heldByAll());
    }

    private int heldByAll() {
        int sum = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            sum += held(slot);
        }
        return sum;
    }

    private int held(int slot) {
        return SemaphoreLayout.HELD.get(memory, PerSlot.intAt(slot));
    }

    private void setHeld(int slot, int permits) {
        SemaphoreLayout.HELD.setRelease(memory, PerSlot.intAt(slot), permits);
    }

    private int available() {
        return SemaphoreLayout.AVAILABLE.get(memory, 0);
    }

    private int ownSlot() {
        return OwnerWord.slotOf(segment.self());
    }

    /// Takes permits if there are enough.
    boolean take(int permits) {
        section.enter();
        try {
            if (available() < permits) {
                return false;
            }
            takeAvailable(permits);
            return true;
        } finally {
            section.leave();
        }
    }

    /// Takes all that there are.
    int takeAll() {
        section.enter();
        try {
            final int permits = available();
            takeAvailable(permits);
            return permits;
        } finally {
            section.leave();
        }
    }

    private void takeAvailable(int permits) {
        setHeld(ownSlot(), held(ownSlot()) + permits);
        SemaphoreLayout.AVAILABLE.setRelease(memory, 0, available() - permits);
    }

    /// Gives permits back, this participant's first.
    ///
    /// @throws IllegalStateException if that is refused; nothing is given back then
    void giveBack(int permits, boolean bounded, boolean anyProcess, String name) {
        section.enter();
        try {
            final int own = held(ownSlot());
            if (permits > own && !anyProcess) {
                throw new IllegalStateException("released " + permits + " permits of " + name
                        + ", but this process holds " + own + ": only their holder may release them");
            }
            final int total = SemaphoreLayout.TOTAL.get(memory, 0);
            final int others = total - available() - own;
            final long added = Math.max(0, (long) permits - own - others);
            if (added > 0 && bounded) {
                throw new IllegalStateException("released " + permits + " permits of " + name + ", but only "
                        + (own + others) + " are held: its bound is " + total);
            }
            if (total + added > Integer.MAX_VALUE) {
                throw new IllegalStateException(
                        "released " + permits + " permits of " + name + ", which has " + total + ": too many");
            }
            takeFromHolders(permits);
            SemaphoreLayout.TOTAL.setRelease(memory, 0, (int) (total + added));
            SemaphoreLayout.AVAILABLE.setRelease(memory, 0, available() + permits);
        } finally {
            section.leave();
        }
        gate.open();
    }

    private void takeFromHolders(int permits) {
        int left = takeFrom(ownSlot(), permits);
        for (int slot = 0; left > 0 && slot < PerSlot.COUNT; slot++) {
            left = takeFrom(slot, left);
        }
    }

    private int takeFrom(int slot, int permits) {
        final int taken = Math.min(held(slot), permits);
        if (taken > 0) {
            setHeld(slot, held(slot) - taken);
        }
        return permits - taken;
    }

    /// Gives back all that a dead participant held. Idempotent.
    void giveBackOf(int deadOwner) {
        final int slot = OwnerWord.slotOf(deadOwner);
        section.enterToGiveBackOf(deadOwner);
        try {
            final int permits = held(slot);
            setHeld(slot, 0);
            SemaphoreLayout.AVAILABLE.setRelease(memory, 0, available() + permits);
        } finally {
            section.leave();
        }
        gate.open();
    }

    /// What can be taken now.
    int look() {
        section.enter();
        try {
            return available();
        } finally {
            section.leave();
        }
    }

    /// What this participant holds now.
    int own() {
        section.enter();
        try {
            return held(ownSlot());
        } finally {
            section.leave();
        }
    }
}
