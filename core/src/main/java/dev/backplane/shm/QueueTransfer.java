package dev.backplane.shm;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue.Filler;
import dev.backplane.SharedQueue.Handler;
import dev.backplane.codec.CodecException;
import dev.backplane.events.Flight;
import dev.backplane.events.FlightEvents;
import dev.backplane.events.RecordedWait;
import dev.backplane.store.Segment;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Moves elements into slots that were claimed to put, and out of slots that were claimed to take.
///
/// Nothing that can go wrong with an element leaves its claim behind: what cannot be put leaves a hole, what
/// nobody can read is gone, what its handler did not handle, or its taker cannot read, goes back.
final class QueueTransfer<E> {
    private final Segment segment;
    private final String description;
    private final MemorySegment memory;
    private final MemorySegment readOnly;
    private final QueueRing ring;
    private final QueuePuts puts;
    private final QueueTakes takes;
    private final QueueElements<E> elements;
    private final Waiting waiting;
    private final QueueGate notEmpty;
    private final QueueGate notFull;
    private final @Nullable QueueTally tally;

    QueueTransfer(QueueShape shape, QueueRing ring, QueueElements<E> elements, Waiting waiting) {
        this.segment = shape.region().segment();
        this.description = shape.region().toString();
        this.memory = shape.region().memory();
        this.readOnly = memory.asReadOnly();
        this.ring = ring;
        this.puts = ring.puts();
        this.takes = ring.takes();
        this.elements = elements;
        this.waiting = waiting;
        this.notEmpty = ring.notEmptyGate();
        this.notFull = ring.notFullGate();
        this.tally = ring.tally();
    }

    static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /// Claims an element to take; negative if the time was up, or the queue is at its end.
    long awaitFull(long nanos) throws InterruptedException {
        if (nanos <= 0) {
            return claimFullNow();
        }
        final long position = takes.tryClaim();
        return QueueRing.isAnswer(position) ? position : notEmpty.await(waiting, nanos);
    }

    /// Claims an element to take at once; negative if there is none.
    long claimFullNow() {
        return unlessClosed(ring.claimFullNow(takes));
    }

    /// Claims a place to put; negative if the time was up.
    ///
    /// @throws QueueShutDownException if the queue is shut down
    long awaitFree(long nanos) throws InterruptedException {
        if (nanos <= 0) {
            return claimFreeNow();
        }
        final long position = puts.tryClaim();
        return unlessShutDown(QueueRing.isAnswer(position) ? position : notFull.await(waiting, nanos));
    }

    /// Claims a place to put at once; negative if there is none.
    ///
    /// @throws QueueShutDownException if the queue is shut down
    long claimFreeNow() {
        final long position = ring.claimFreeNow();
        return position >= 0 ? position : refused(position);
    }

    private long refused(long answer) {
        unlessShutDown(unlessClosed(answer));
        final RecordedWait record = Flight.isRecording() ? FlightEvents.queueFull(ring.capacity()) : null;
        if (record != null) {
            record.end("refused", () -> segment.placeOf(memory, 0));
        }
        return answer;
    }

    /// A claim that succeeds has looked at this itself.
    private long unlessClosed(long position) {
        if (position < 0) {
            segment.ensureOpen();
        }
        return position;
    }

    private long unlessShutDown(long position) {
        if (position == QueueRing.END) {
            throw shutDown();
        }
        return position;
    }

    QueueShutDownException shutDown() {
        return new QueueShutDownException("queue " + description + " was shut down");
    }

    boolean offer(E element) {
        try {
            return put(element, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("an offer without a time-out was interrupted", e);
        }
    }

    boolean put(E element, long nanos) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        final @Nullable MemorySegment bytes = elements.areInPlace() ? null : elements.encode(element);
        if (bytes != null && !elements.fits(bytes.byteSize())) {
            return putFile(bytes, nanos);
        }
        final long position = awaitFree(nanos);
        if (position < 0) {
            return false;
        }
        boolean written = false;
        try {
            if (bytes == null) {
                elements.writeInPlace(ring.claimed(position), element);
            } else {
                elements.write(ring.claimed(position), bytes);
            }
            written = true;
        } finally {
            if (!written) {
                puts.abandon(position);
            }
        }
        puts.publishIfStillMine(position);
        return true;
    }

    private boolean putFile(MemorySegment bytes, long nanos) throws InterruptedException {
        segment.ensureOpen();
        if (ring.isShutDown()) {
            throw shutDown();
        }
        if (nanos <= 0 && QueueScan.room(ring, memory) == 0) {
            return false; // For nothing is no file written.
        }
        final long number = elements.writeFile(bytes);
        boolean named = false;
        try {
            final long position = awaitFree(nanos);
            if (position < 0) {
                return false;
            }
            try {
                elements.nameFile(ring.claimed(position), bytes.byteSize(), number);
                named = true;
            } finally {
                if (!named) {
                    puts.abandon(position);
                }
            }
            publishFile(position, number);
            return true;
        } finally {
            if (!named) {
                elements.discardFile(number);
            }
        }
    }

    private void publishFile(long position, long number) {
        try {
            puts.publishIfStillMine(position); // A disk may take longer than closing waits for.
        } catch (IllegalStateException e) {
            elements.discardFile(number);
            throw e;
        }
    }

    boolean publish(long length, Filler filler) {
        try {
            return publish(length, filler, 0);
        } catch (InterruptedException e) {
            throw new AssertionError("a publication without a time-out was interrupted", e);
        }
    }

    boolean publish(long length, Filler filler, long nanos) throws InterruptedException {
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("length is " + length + ", must be 0 to " + Integer.MAX_VALUE);
        }
        if (!elements.fits(length)) {
            final MemorySegment bytes = MemorySegment.ofArray(new byte[(int) length]);
            filler.fill(bytes, 0, length);
            return putFile(bytes, nanos);
        }
        final long position = awaitFree(nanos);
        if (position < 0) {
            return false;
        }
        final long slot = ring.claimed(position);
        boolean written = false;
        try {
            elements.setLength(slot, (int) length); // Not after the user's code, when the slot may be another's.
            filler.fill(memory, QueueLayout.payload(slot), length);
            written = true;
        } finally {
            if (!written) {
                puts.abandon(position);
            }
        }
        puts.publishIfStillMine(position);
        return true;
    }

    boolean putBits(long bits, long nanos) throws InterruptedException {
        final long position = awaitFree(nanos);
        if (position < 0) {
            return false;
        }
        final long slot = ring.claimed(position);
        QueueLayout.BITS.set(memory, slot, bits);
        elements.setLength(slot, Long.BYTES);
        puts.publish(position);
        return true;
    }

    long takeBits(long position) {
        final long bits = QueueLayout.BITS.get(memory, ring.claimed(position));
        takes.free(position);
        return bits;
    }

    /// Reads the element of a claimed slot and frees it.
    E take(long position) {
        final long slot = ring.claimed(position);
        final E element = read(position, slot);
        free(position, slot);
        return element;
    }

    /// Reads the element of a claimed slot and frees it, or gives it back if its codec cannot read it or a check
    /// throws.
    E take(long position, Consumer<? super E> check) {
        final long slot = ring.claimed(position);
        final E element;
        try {
            element = elements.read(slot);
        } catch (CodecException e) {
            takes.giveBack(position); // Who has its classes can read it.
            throw new CodecException(
                    "the next element of queue " + description + " stays where it is, since it cannot be read: "
                            + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            dropIfLost(position, e);
            throw e;
        } catch (Error e) {
            takes.giveBack(position);
            throw e;
        }
        final boolean inFile = elements.isInFile(slot);
        final int writer = inFile ? elements.writer(slot) : 0;
        final long number = inFile ? elements.fileNumber(slot) : 0;
        takes.handling(position);
        boolean accepted = false;
        try {
            check.accept(element);
            accepted = true;
        } finally {
            if (!accepted) {
                takes.giveBack(position);
            }
        }
        takes.freeIfStillMine(position);
        if (inFile) {
            elements.deleteFile(writer, number);
        }
        return element;
    }

    private E read(long position, long slot) {
        try {
            return elements.read(slot);
        } catch (Error e) {
            takes.giveBack(position); // Not for lack of memory here is an element lost.
            throw e;
        } catch (RuntimeException e) {
            dropIfLost(position, e);
            throw e;
        }
    }

    private void free(long position, long slot) {
        if (!elements.isInFile(slot)) {
            takes.freeIfStillMine(position);
            return;
        }
        final int writer = elements.writer(slot);
        final long number = elements.fileNumber(slot);
        takes.freeIfStillMine(position);
        elements.deleteFile(writer, number); // After the slot is free: a kill in between leaves a file, not a gap.
    }

    /// Frees a claimed slot whose element nobody gets.
    void drop(long position) {
        free(position, ring.claimed(position));
        done();
    }

    /// Drops an element that nobody can read; gives one back that others can.
    private void dropIfLost(long position, RuntimeException thrown) {
        if (elements.isLost(thrown)) {
            drop(position);
        } else {
            takes.giveBack(position);
        }
    }

    private void done() {
        if (tally != null) {
            tally.done();
        }
    }

    /// Hands elements to a handler until there is none, or there were so many.
    int drain(Handler handler, int most) {
        for (int count = 0; count < most; count++) {
            final long position = unlessClosed(ring.claimFullNow(ring.handlings()));
            if (position < 0) {
                return count;
            }
            handle(position, handler);
        }
        return Math.max(0, most);
    }

    /// Waits for an element and hands it to a handler.
    boolean receive(Handler handler, long nanos) throws InterruptedException {
        final long position = awaitFull(nanos);
        if (position < 0) {
            return false;
        }
        takes.handling(position);
        handle(position, handler);
        return true;
    }

    /// Hands the element of a slot that was claimed for that to a handler, then frees it, or gives it back if the
    /// handler throws.
    private void handle(long position, Handler handler) {
        final long slot = ring.claimed(position);
        final int length;
        try {
            length = elements.length(slot);
        } catch (RuntimeException e) {
            drop(position);
            throw e;
        }
        if (length == QueueLayout.IN_FILE) {
            handleFile(position, slot, handler);
            return;
        }
        run(position, handler, readOnly, QueueLayout.payload(slot), length);
        takes.freeIfStillMine(position);
        done();
    }

    private void handleFile(long position, long slot, Handler handler) {
        final MemorySegment bytes;
        try {
            bytes = elements.bytes(slot);
        } catch (Error e) {
            takes.giveBack(position);
            throw e;
        } catch (RuntimeException e) {
            dropIfLost(position, e);
            throw e;
        }
        final int writer = elements.writer(slot);
        final long number = elements.fileNumber(slot);
        run(position, handler, bytes.asReadOnly(), 0, bytes.byteSize());
        takes.freeIfStillMine(position);
        done();
        elements.deleteFile(writer, number);
    }

    private void run(long position, Handler handler, MemorySegment bytes, long offset, long length) {
        boolean handled = false;
        try {
            handler.handle(bytes, offset, length);
            handled = true;
        } finally {
            if (!handled) {
                takes.giveBack(position);
            }
        }
    }
}
