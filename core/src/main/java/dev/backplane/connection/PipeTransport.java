package dev.backplane.connection;

import dev.backplane.SharedChannel;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Messages through two channels in shared memory, in pieces:
///
/// ```
///    0                        8                                            8 + length
///   +------------------------+--- - - - - - - - - - - - - - - - - - - - ---+
///   | FIRST | left   i64     | bytes                                       |
///   +------------------------+--- - - - - - - - - - - - - - - - - - - - ---+
/// ```
///
/// `left` is how many bytes of the message there are from this piece on, FIRST the highest bit, set in its
/// first piece; so the rest of a message whose sender was killed is told from the next one.
final class PipeTransport implements Transport {
    /*
     * The channels' ends belong to threads, and are given back after each message, so that any thread may have the
     * next. Waits are cut into slices, between which the other end's processes are looked at.
     */
    static final int HEADER_BYTES = Long.BYTES;
    static final long FIRST = Long.MIN_VALUE;
    static final ValueLayout.OfLong HEADER = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final long SLICE_NANOS = 50_000_000;

    private final PipeEnd end;
    private final @Nullable PipeOwner owner;
    private final PipeArrival arrival = new PipeArrival();
    private final Limit sending = new Limit();
    private final Limit receiving = new Limit();
    private volatile boolean held;
    private boolean given;
    private volatile boolean closed;
    /// When the other end's processes were last looked at before a piece was sent; of the thread whose turn that is.
    private long lookedNanos = System.nanoTime() - SLICE_NANOS;

    /// @param owner null in a JVM that has got the end from another one
    PipeTransport(PipeEnd end, @Nullable PipeOwner owner) {
        this.end = end;
        this.owner = owner;
    }

    /// Makes the end this JVM's, if it is not yet.
    void take() {
        if (held) {
            return;
        }
        synchronized (this) {
            if (!held && !closed) {
                end.take();
                held = true;
            }
        }
    }

    private void ensureTaken() throws ClosedChannelException {
        take();
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /// Whether this JVM has nothing more to do with the end.
    synchronized boolean isDone() {
        return closed || given && !held;
    }

    /// The segment is closed, or will be: nothing more can be done with this end here.
    void retire() {
        closed = true;
    }

    boolean isOnItsWay() {
        return end.isOnItsWay();
    }

    @Override
    public void send(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException {
        ensureTaken();
        final SharedChannel out = end.out();
        final int most = out.maxMessageBytes() - HEADER_BYTES;
        long sent = 0;
        boolean done = false;
        try {
            do {
                final int length = (int) Math.min(lengthBytes - sent, most);
                final long header = lengthBytes - sent | (sent == 0 ? FIRST : 0);
                sendPiece(out, header, source, offset + sent, length);
                sent += length;
            } while (sent < lengthBytes);
            done = true;
        } catch (IllegalStateException e) {
            throw translated(e, out);
        } finally {
            leave(out);
            if (!done && sent > 0) {
                close();
            }
        }
    }

    private void sendPiece(SharedChannel out, long header, MemorySegment source, long offset, int length)
            throws IOException, InterruptedException {
        ensureOther(out);
        final long claim = out.tryClaim(HEADER_BYTES + length);
        if (claim != SharedChannel.NO_ROOM) {
            boolean written = false;
            try {
                final MemorySegment memory = out.memory();
                final long at = out.offsetOf(claim);
                memory.set(HEADER, at, header);
                MemorySegment.copy(source, offset, memory, at + HEADER_BYTES, length);
                written = true;
            } finally {
                if (!written) {
                    out.abort(claim);
                }
            }
            out.commit(claim);
            return;
        }
        // There is time for a copy.
        final MemorySegment piece = MemorySegment.ofArray(new byte[HEADER_BYTES + length]);
        piece.set(HEADER, 0, header);
        MemorySegment.copy(source, offset, piece, HEADER_BYTES, length);
        long left = sending.leftNanos();
        while (!out.send(piece, 0, HEADER_BYTES + length, Math.min(SLICE_NANOS, left), TimeUnit.NANOSECONDS)) {
            ensureOther(out);
            left = sending.leftNanos();
            if (left == 0) {
                throw sending.isUp(peer());
            }
        }
    }

    /// Refuses to send to an end that was closed, or, seen once in a slice, whose processes have all ended.
    private void ensureOther(SharedChannel out) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        boolean over = out.isShutDown();
        final long now = System.nanoTime();
        if (!over && now - lookedNanos >= SLICE_NANOS) {
            over = end.otherIsGone();
            lookedNanos = over ? lookedNanos : now;
        }
        if (over) {
            throw otherIsGone();
        }
    }

    @Override
    public boolean receive(Sink sink) throws IOException, InterruptedException {
        ensureTaken();
        final SharedChannel in = end.in();
        boolean done = false;
        try {
            arrival.begin(sink);
            arrival.check(end);
            while (!arrival.isComplete()) {
                if (!next(in, receiving.leftNanos())) {
                    if (receiving.leftNanos() == 0 && !isOver(in)) {
                        throw receiving.isUp(peer());
                    }
                    done = !arrival.hasBegun();
                    if (done) {
                        return false;
                    }
                    throw new ProtocolException("the other end of the " + end
                            + " was closed, or its process ended, in the midst of a message");
                }
                arrival.check(end);
            }
            done = true;
            return true;
        } catch (InterruptedException e) {
            done = !arrival.hasBegun();
            throw e;
        } catch (IllegalStateException e) {
            done = !arrival.hasBegun();
            throw translated(e, in);
        } finally {
            arrival.end();
            leave(in);
            if (!done) {
                close();
            }
        }
    }

    /// Receives a piece.
    ///
    /// @return false at the end, or if the time was up
    private boolean next(SharedChannel in, long timeoutNanos) throws IOException, InterruptedException {
        final boolean forever = timeoutNanos == Long.MAX_VALUE;
        final long start = forever ? 0 : System.nanoTime(); // The clock takes as long as much else here.
        long left = timeoutNanos;
        while (true) {
            if (in.receive(arrival, Math.min(left, SLICE_NANOS), TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (closed) {
                throw new ClosedChannelException();
            }
            if (isOver(in)) {
                return in.poll(arrival, 1) == 1; // It may have been sent just before.
            }
            left = forever ? timeoutNanos : timeoutNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
        }
    }

    private boolean isOver(SharedChannel in) {
        return in.isShutDown() || end.otherIsGone();
    }

    @Override
    public Limit sending() {
        return sending;
    }

    @Override
    public Limit receiving() {
        return receiving;
    }

    @Override
    public boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        ensureTaken();
        final SharedChannel in = end.in();
        try {
            return arrival.isAhead() || next(in, Math.max(0, timeoutNanos)) || isOver(in);
        } catch (IllegalStateException e) {
            throw translated(e, in);
        } finally {
            leave(in);
        }
    }

    /// What is to be thrown for what a channel throws when it was shut down, or its segment closed, while it
    /// was used.
    private IOException translated(IllegalStateException e, SharedChannel channel) {
        if (closed) {
            return new ClosedChannelException();
        }
        if (channel.isShutDown()) {
            return otherIsGone();
        }
        throw e;
    }

    private IOException otherIsGone() {
        return new IOException("nothing more can be sent over the " + end
                + ": the other one is closed, its process has ended, or shutdownOutput was called");
    }

    private void leave(SharedChannel channel) {
        try {
            channel.leave();
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        ensureTaken();
        end.out().shutdown();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public String peer() {
        return "the other end of the " + end;
    }

    @Override
    public Object serialForm() throws ObjectStreamException {
        synchronized (this) {
            if (closed) {
                throw new NotSerializableException("the " + end + " is closed");
            }
            given = true;
            end.sent();
            return end;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            end.giveUp(held);
        }
        if (owner != null) {
            owner.closed();
        }
    }
}
