package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads of this process in line for what other processes give to the process as a whole.
///
/// The first in line sleeps on the process's gate, a word that givers change; the others are parked, virtual or
/// not, and cost nothing. Whoever takes a waiter out of the line wakes the next first one.
final class Line {
    /// One thread in line.
    static final class Waiter {
        /// Where the waiter is in an order over all processes, if there is one.
        final long ticket;

        private final Thread thread = Thread.currentThread();
        private volatile boolean served;

        Waiter(long ticket) {
            this.ticket = ticket;
        }

        boolean isServed() {
            return served;
        }
    }

    private final Segment segment;
    private final MemorySegment memory;
    private final long gatesOffset;
    private final int self;
    private final WaitWord gate;

    /// Changed in the section of the object only, but for threads that leave a closed segment.
    private final Deque<Waiter> waiters = new ConcurrentLinkedDeque<>();

    /// @param gatesOffset of the gates, one for each slot
    /// @param ownerOffset of the word that says who owns what is waited for, [WaitWord#NO_OWNER] if nobody does
    Line(Segment segment, MemorySegment memory, long gatesOffset, long ownerOffset) {
        this.segment = segment;
        this.memory = memory;
        this.gatesOffset = gatesOffset;
        this.self = OwnerWord.slotOf(segment.self());
        this.gate = new WaitWord(segment, memory, gatesOffset + PerSlot.intAt(self), ownerOffset);
    }

    private WaitWord gateOf(int slot) {
        return new WaitWord(segment, memory, gatesOffset + PerSlot.intAt(slot));
    }

    /// Lets the first in line of a process look.
    void open(int slot) {
        (slot == self ? gate : gateOf(slot)).increment();
    }

    /// The first in line. Stays so within the section.
    @Nullable
    Waiter first() {
        return waiters.peek();
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    /// Takes one out of line, and wakes the first of the others. In the section.
    void remove(Waiter waiter) {
        waiters.remove(waiter);
        wakeFirst();
    }

    /// Takes the first out of line as one that has got what it waits for. In the section.
    void serve(Waiter first) {
        first.served = true;
        waiters.remove(first);
        LockSupport.unpark(first.thread);
        wakeFirst();
    }

    private void wakeFirst() {
        final Waiter first = waiters.peek();
        if (first != null && first.thread != Thread.currentThread()) {
            LockSupport.unpark(first.thread);
        }
    }

    /// Waits to be served.
    ///
    /// @param look serves whom it can; run by the first in line whenever the gate was opened, and after each
    ///     slice
    /// @return false if the time was up first; the waiter is in line still
    boolean await(Waiter waiter, Runnable look, Waiting waiting, long timeoutNanos, boolean interruptible)
            throws InterruptedException {
        final WaitLoop wait = gate.begin(waiting, timeoutNanos, interruptible);
        try {
            while (!waiter.served) {
                wait.takeInterrupt();
                if (!(waiters.peek() == waiter ? sleep(waiter, look, wait) : park(wait))) {
                    return waiter.served;
                }
            }
            return true;
        } finally {
            wait.end();
            if (segment.isClosed()) {
                remove(waiter);
            }
        }
    }

    /// One slice of the first in line; false when the time is up.
    private boolean sleep(Waiter waiter, Runnable look, WaitLoop wait) throws InterruptedException {
        final int seen = gate.value();
        look.run();
        if (waiter.served) {
            return true;
        }
        segment.sweepDeadIfFound();
        final boolean timeLeft = gate.slice(seen, wait);
        if (timeLeft && (gate.value() == seen || wait.isSliceOver())) {
            segment.sweepDeadInPassing(); // Perhaps who should have given is dead, or to whom it was given.
        }
        return timeLeft;
    }

    private boolean park(WaitLoop wait) {
        final long left = wait.remainingNanos();
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        }
        return left > 0;
    }
}
