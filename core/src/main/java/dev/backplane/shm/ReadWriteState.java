package dev.backplane.shm;

import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;

/// Who reads, who writes and who waits for it: what changes under the section of a read-write lock, step by
/// step.
///
/// The order is phase-fair, after Brandenburg and Anderson ("Spin-Based Reader-Writer Synchronization for
/// Multiprocessor Real-Time Systems", 2010): readers that come while a writer waits wait too, so that no writer
/// starves; and when a writer is done, the readers that wait then go before the next writer, so that no reader
/// does.
final class ReadWriteState {
    /*
     * The truth is `writer` and what stands in the slots; the sums follow. Every thread changes the fields of
     * its own slot only, but for who ends a write. What a kill leaves behind, step by step:
     *
     *   reader   1. readers[me] + 1, waitingReaders[me] - 1, passes[me] - 1, in any order, and back
     *   writer   2. writer = me, queuedWriters[me] - 1
     *                                          before, between and after: the slot is swept as a whole; a writer
     *                                          is found in `writer`, and the lock is abandoned
     *   end of   3. phase + 1
     *   a write  4. passes[s] = waitingReaders[s], for each s
     *            5. writer = 0                 before: the writer is dead, the lock abandoned, and the sweep does
     *                                          3 to 5 again; after: ended
     *            6. gates + 1, wake            not done: those who wait look at the end of their slice
     *
     * Killed anywhere in the section: who enters next does 3 and 4 once more, which gives passes to all readers
     * that wait at that moment, as a state that is always allowed; and adds up the sums anew.
     *
     * The Promela model readwrite.pml covers all this, with a kill after any of the steps.
     */

    /// One thread's wish to read or write, while it waits.
    static final class Request {
        private boolean waits;
        private long phase;
    }

    private final Segment segment;
    private final MemorySegment memory;
    private final int self;
    private final Section section;
    private final Gate readGate;
    private final Gate writeGate;

    ReadWriteState(Region region) {
        this.segment = region.segment();
        this.memory = region.memory();
        this.self = segment.self();
        this.section = new Section(segment, memory, ReadWriteLayout.SECTION.offset(), this::derive);
        final long owner = ReadWriteLayout.WRITER.offset();
        this.readGate = new Gate(segment, memory, ReadWriteLayout.READ_GATE.offset(), owner);
        this.writeGate = new Gate(segment, memory, ReadWriteLayout.WRITE_GATE.offset(), owner);
    }

    Gate readGate() {
        return readGate;
    }

    Gate writeGate() {
        return writeGate;
    }

    private void derive() {
        givePasses();
        ReadWriteLayout.READING.setRelease(memory, 0, sum(ReadWriteLayout.READERS));
        ReadWriteLayout.QUEUED.setRelease(memory, 0, sum(ReadWriteLayout.QUEUED_WRITERS));
        ReadWriteLayout.WAITING.setRelease(memory, 0, sum(ReadWriteLayout.WAITING_READERS));
    }

    private int sum(IntField field) {
        int sum = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            sum += field.get(memory, PerSlot.intAt(slot));
        }
        return sum;
    }

    private void givePasses() {
        ReadWriteLayout.PHASE.setRelease(memory, 0, ReadWriteLayout.PHASE.get(memory, 0) + 1);
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final long at = PerSlot.intAt(slot);
            final int waiting = ReadWriteLayout.WAITING_READERS.get(memory, at);
            if (ReadWriteLayout.PASSES.get(memory, at) != waiting) {
                ReadWriteLayout.PASSES.setRelease(memory, at, waiting);
            }
        }
        ReadWriteLayout.PASSING.setRelease(memory, 0, sum(ReadWriteLayout.PASSES));
    }

    private int get(IntField field) {
        return field.get(memory, 0);
    }

    /// Adds to this process's own field, and to the sum of it over all.
    private void add(IntField field, IntField sum, int delta) {
        final long at = PerSlot.intAt(OwnerWord.slotOf(self));
        field.setRelease(memory, at, field.get(memory, at) + delta);
        sum.setRelease(memory, 0, sum.get(memory, 0) + delta);
    }

    private boolean isWritten() {
        return OwnerWord.ownerOf(get(ReadWriteLayout.WRITER)) != 0;
    }

    private boolean isAbandoned() {
        return (get(ReadWriteLayout.WRITER) & OwnerWord.OWNER_DIED) != 0;
    }

    /// How an attempt ended.
    enum Attempt {
        /// The caller has what it wanted.
        DONE,
        /// Others are in the way.
        REFUSED,
        /// A writer died; nothing was acquired.
        ABANDONED
    }

    /// Tries to read without waiting, even where a writer waits.
    Attempt tryRead() {
        section.enter();
        try {
            if (isWritten()) {
                return Attempt.REFUSED;
            }
            if (isAbandoned()) {
                return Attempt.ABANDONED;
            }
            add(ReadWriteLayout.READERS, ReadWriteLayout.READING, 1);
            return Attempt.DONE;
        } finally {
            section.leave();
        }
    }

    /// Tries to read in turn; if it is not the turn, the request waits from then on.
    Attempt read(Request request) {
        section.enter();
        try {
            final boolean hasPass = request.waits && request.phase < ReadWriteLayout.PHASE.get(memory, 0);
            if (isWritten() || get(ReadWriteLayout.QUEUED) > 0 && !hasPass) {
                if (!request.waits) {
                    request.waits = true;
                    request.phase = ReadWriteLayout.PHASE.get(memory, 0);
                    add(ReadWriteLayout.WAITING_READERS, ReadWriteLayout.WAITING, 1);
                }
                return Attempt.REFUSED;
            }
            if (isAbandoned()) {
                return Attempt.ABANDONED;
            }
            add(ReadWriteLayout.READERS, ReadWriteLayout.READING, 1);
            stopWaitingToRead(request);
            return Attempt.DONE;
        } finally {
            section.leave();
        }
    }

    private void stopWaitingToRead(Request request) {
        if (request.waits) {
            request.waits = false;
            add(ReadWriteLayout.WAITING_READERS, ReadWriteLayout.WAITING, -1);
            if (request.phase < ReadWriteLayout.PHASE.get(memory, 0)) {
                add(ReadWriteLayout.PASSES, ReadWriteLayout.PASSING, -1);
            }
        }
    }

    /// Takes back a request to read.
    void withdrawRead(Request request) {
        if (!request.waits) {
            return;
        }
        section.enter();
        try {
            stopWaitingToRead(request);
        } finally {
            section.leave();
        }
        writeGate.open(); // A writer may have waited for this one to pass.
    }

    /// Reads, for the thread that writes.
    void readWhileWriting() {
        section.enter();
        try {
            add(ReadWriteLayout.READERS, ReadWriteLayout.READING, 1);
        } finally {
            section.leave();
        }
    }

    void endRead() {
        final boolean last;
        section.enter();
        try {
            add(ReadWriteLayout.READERS, ReadWriteLayout.READING, -1);
            last = get(ReadWriteLayout.READING) == 0 && get(ReadWriteLayout.QUEUED) > 0;
        } finally {
            section.leave();
        }
        if (last) {
            writeGate.open();
        }
    }

    /// Tries to write without waiting, even where readers wait whose turn it is.
    Attempt tryWrite() {
        section.enter();
        try {
            return isWritten() || get(ReadWriteLayout.READING) > 0 ? Attempt.REFUSED : takeWrite();
        } finally {
            section.leave();
        }
    }

    /// Tries to write in turn; if it is not the turn, the request waits from then on. ABANDONED acquires too.
    Attempt write(Request request) {
        section.enter();
        try {
            if (isWritten() || get(ReadWriteLayout.READING) > 0 || get(ReadWriteLayout.PASSING) > 0) {
                if (!request.waits) {
                    request.waits = true;
                    add(ReadWriteLayout.QUEUED_WRITERS, ReadWriteLayout.QUEUED, 1);
                }
                return Attempt.REFUSED;
            }
            final Attempt taken = takeWrite();
            stopWaitingToWrite(request);
            return taken;
        } finally {
            section.leave();
        }
    }

    private Attempt takeWrite() {
        final int died = get(ReadWriteLayout.WRITER) & OwnerWord.OWNER_DIED;
        ReadWriteLayout.WRITER.setRelease(memory, 0, self | died);
        return died != 0 ? Attempt.ABANDONED : Attempt.DONE;
    }

    private void stopWaitingToWrite(Request request) {
        if (request.waits) {
            request.waits = false;
            add(ReadWriteLayout.QUEUED_WRITERS, ReadWriteLayout.QUEUED, -1);
        }
    }

    /// Takes back a request to write.
    void withdrawWrite(Request request) {
        if (!request.waits) {
            return;
        }
        section.enter();
        try {
            stopWaitingToWrite(request);
        } finally {
            section.leave();
        }
        readGate.open(); // Readers may have waited for this one.
    }

    /// Ends this participant's write.
    ///
    /// @param abandoned whether to leave it as a dead writer left it
    void endWrite(boolean abandoned) {
        final boolean readersWait;
        final boolean writersWait;
        section.enter();
        try {
            end(abandoned);
            readersWait = get(ReadWriteLayout.WAITING) > 0;
            writersWait = get(ReadWriteLayout.QUEUED) > 0;
        } finally {
            section.leave();
        }
        if (readersWait) {
            readGate.open();
        }
        if (writersWait) {
            writeGate.open();
        }
    }

    private void end(boolean abandoned) {
        if (get(ReadWriteLayout.WAITING) > 0) {
            givePasses();
        }
        ReadWriteLayout.WRITER.setRelease(memory, 0, abandoned ? OwnerWord.OWNER_DIED : 0);
    }

    /// The writer's word: see [OwnerWord].
    int writer() {
        section.enter();
        try {
            return get(ReadWriteLayout.WRITER);
        } finally {
            section.leave();
        }
    }

    /// How many threads of all processes read.
    int reading() {
        section.enter();
        try {
            return get(ReadWriteLayout.READING);
        } finally {
            section.leave();
        }
    }

    /// Takes a dead participant's reads, requests and write away. Idempotent.
    void giveBackOf(int deadOwner) {
        final long at = PerSlot.intAt(OwnerWord.slotOf(deadOwner));
        section.enterToGiveBackOf(deadOwner);
        try {
            ReadWriteLayout.READERS.setRelease(memory, at, 0);
            ReadWriteLayout.QUEUED_WRITERS.setRelease(memory, at, 0);
            ReadWriteLayout.WAITING_READERS.setRelease(memory, at, 0);
            derive();
            if (OwnerWord.ownerOf(get(ReadWriteLayout.WRITER)) == deadOwner) {
                end(true);
                segment.recordDeath(deadOwner, memory, ReadWriteLayout.WRITER.offset());
            }
        } finally {
            section.leave();
        }
        readGate.open();
        writeGate.open();
    }
}
