package dev.backplane.shm;

import dev.backplane.shm.Line.Waiter;
import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;

/// Who waits for a condition, and whose signals are whose: what changes under its section, step by step.
///
/// Signals are given to processes, and within a process to its threads in the order in which they began to
/// wait. So the shared state has two counts for each process, whatever the number of its threads.
final class ConditionQueue {
    /*
     * The truth is `waiters` and `signals`; `pending` follows. A signal given to a process stays in its count
     * until a thread of it has the condition's lock again. What a kill leaves behind, step by step:
     *
     *   enlist   1. waiters[me] + 1     before: nothing; after: the sweep takes it away
     *            2. pending + 1         }
     *   signal   3. signals[s] + 1      before: not signalled, as by a signaller that dies before; after:
     *                                   signalled, though 5 is not done: the waiters of s look at the end of
     *                                   their slice
     *            4. pending - 1         }
     *            5. gate[s] + 1, wake
     *   use up   6. signals[me] - 1,    before: the sweep passes the signal on; between, and after: its user has
     *               waiters[me] - 1     the lock, and dies with it, as if it had returned
     *   cancel   7. waiters[me] - 1,    as 1, 2
     *               pending - 1
     *   sweep    8. signals[s] + n for another s, signals[dead] - n, for each n signals of the dead, 1
     *               unless there are very many: a kill between gives n signals too many, which are
     *               spurious wake-ups, instead of n too few; those that nobody else waits for go in one
     *               store, signals[dead] = 0
     *            9. waiters[dead] = 0
     *
     *   }: `pending` is derived anew by who enters the section next, see Section. Read without the section, by
     *   a signaller that holds the lock, it may be too high, which costs a look, but not too low for the
     *   living.
     *
     * The Promela model condition.pml covers 1 to 9 with a crash at any of them.
     */

    private final MemorySegment memory;
    private final Section section;
    private final Line line;
    private final int self;

    /// Signals of this process that were handed to a thread and are not used up; used in the section only.
    private int handed;

    ConditionQueue(Region region) {
        final Segment segment = region.segment();
        this.memory = region.memory();
        this.self = OwnerWord.slotOf(segment.self());
        this.section = new Section(segment, memory, ConditionLayout.SECTION.offset(), this::derive);
        this.line = new Line(segment, memory, ConditionLayout.GATES.offset(), WaitWord.NO_OWNER);
    }

    /// How many threads wait, signalled or not: a snapshot for inspection.
    static int waiters(MemorySegment memory) {
        int sum = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            sum += ConditionLayout.WAITERS.get(memory, PerSlot.intAt(slot));
        }
        return sum;
    }

    private void derive() {
        int pending = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            pending += unsignalled(slot);
        }
        ConditionLayout.PENDING.setRelease(memory, 0, pending);
    }

    private int unsignalled(int slot) {
        return get(ConditionLayout.WAITERS, slot) - get(ConditionLayout.SIGNALS, slot);
    }

    private int get(IntField field, int slot) {
        return field.get(memory, PerSlot.intAt(slot));
    }

    private void add(IntField field, int slot, int delta) {
        field.setRelease(memory, PerSlot.intAt(slot), get(field, slot) + delta);
    }

    private void addPending(int delta) {
        ConditionLayout.PENDING.setRelease(memory, 0, ConditionLayout.PENDING.get(memory, 0) + delta);
    }

    /// Gets in line. The caller holds the condition's lock.
    Waiter enlist() {
        final Waiter waiter = new Waiter(0);
        section.enter();
        try {
            add(ConditionLayout.WAITERS, self, 1);
            addPending(1);
            line.add(waiter);
        } finally {
            section.leave();
        }
        return waiter;
    }

    /// Waits for a signal. The caller does not hold the lock.
    ///
    /// @return false if the time was up first
    boolean await(Waiter waiter, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        return line.await(waiter, this::look, waiting, timeoutNanos, interruptible);
    }

    private void look() {
        section.enter();
        try {
            hand();
        } finally {
            section.leave();
        }
    }

    /// Hands this process's signals to the first in line. In the section.
    private void hand() {
        while (handed < get(ConditionLayout.SIGNALS, self)) {
            final Waiter first = line.first();
            if (first == null) {
                return;
            }
            line.serve(first);
            handed++;
        }
    }

    /// Gets out of line, if no signal was handed to the waiter before.
    ///
    /// @return whether one was
    boolean leaveLine(Waiter waiter) {
        if (waiter.isServed()) {
            return true;
        }
        boolean left = false;
        try {
            section.enter();
            try {
                hand();
                if (!waiter.isServed()) {
                    line.remove(waiter);
                    add(ConditionLayout.WAITERS, self, -1);
                    addPending(-1);
                }
                left = true;
                return waiter.isServed();
            } finally {
                section.leave();
            }
        } finally {
            if (!left) { // Closed, for one: those behind it must not wait for the first in line to look.
                line.remove(waiter);
            }
        }
    }

    /// Ends the wait of one to whom a signal was handed, and who has the lock again.
    void useUp() {
        section.enter();
        try {
            add(ConditionLayout.SIGNALS, self, -1);
            add(ConditionLayout.WAITERS, self, -1);
            handed--;
        } finally {
            section.leave();
        }
    }

    /// Signals the next waiter, if there is one. The caller holds the lock.
    void signal() {
        if (ConditionLayout.PENDING.getAcquire(memory, 0) == 0) {
            return;
        }
        final int slot;
        section.enter();
        try {
            slot = nextBut(-1);
            if (slot >= 0) {
                give(slot, 1);
            }
        } finally {
            section.leave();
        }
        if (slot >= 0) {
            line.open(slot);
        }
    }

    /// Signals all who wait. The caller holds the lock.
    void signalAll() {
        if (ConditionLayout.PENDING.getAcquire(memory, 0) == 0) {
            return;
        }
        final boolean[] signalled = new boolean[PerSlot.COUNT];
        section.enter();
        try {
            for (int slot = 0; slot < PerSlot.COUNT; slot++) {
                final int more = unsignalled(slot);
                if (more > 0) {
                    add(ConditionLayout.SIGNALS, slot, more);
                    addPending(-more);
                    signalled[slot] = true;
                }
            }
        } finally {
            section.leave();
        }
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            if (signalled[slot]) {
                line.open(slot);
            }
        }
    }

    /// The next process in turn that has a waiter for a signal, but not `excluded`. In the section.
    ///
    /// @return its slot, or -1 if there is none
    private int nextBut(int excluded) {
        final int cursor = ConditionLayout.CURSOR.get(memory, 0);
        for (int step = 1; step <= PerSlot.COUNT; step++) {
            final int slot = cursor + step & PerSlot.COUNT - 1;
            if (slot != excluded && unsignalled(slot) > 0) {
                return slot;
            }
        }
        return -1;
    }

    /// Gives signals to a process that has as many waiters for them. In the section.
    private void give(int slot, int signals) {
        add(ConditionLayout.SIGNALS, slot, signals);
        addPending(-signals);
        ConditionLayout.CURSOR.setRelease(memory, 0, slot);
    }

    /// Takes a dead participant's waiters out, and passes its signals on. Idempotent.
    void giveBackOf(int deadOwner) {
        final int dead = OwnerWord.slotOf(deadOwner);
        section.enterToGiveBackOf(deadOwner);
        try {
            passSignalsOn(dead);
            ConditionLayout.SIGNALS.setRelease(memory, PerSlot.intAt(dead), 0);
            ConditionLayout.WAITERS.setRelease(memory, PerSlot.intAt(dead), 0);
            derive();
        } finally {
            section.leave();
        }
    }

    /// In the section. Ends soon whatever the counts say: damaged ones may be far too high.
    private void passSignalsOn(int dead) {
        int left = Math.min(get(ConditionLayout.SIGNALS, dead), get(ConditionLayout.WAITERS, dead));
        while (left > 0) {
            final int slot = nextBut(dead);
            if (slot < 0) {
                return;
            }
            // One to each in turn, unless there are very many.
            final int given = Math.min(Math.max(1, left / PerSlot.COUNT), unsignalled(slot));
            give(slot, given);
            add(ConditionLayout.SIGNALS, dead, -given);
            left -= given;
            line.open(slot);
        }
    }
}
