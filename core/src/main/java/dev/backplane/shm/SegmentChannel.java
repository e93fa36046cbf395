package dev.backplane.shm;

import dev.backplane.SharedChannel;
import dev.backplane.codec.Codec;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// [SharedChannel] over one of Agrona's ring buffers: what waits, and for what. The ends are [SoleSender] or
/// [ManySenders], and [ChannelReceiver].
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentChannel extends SegmentObject implements SharedChannel {
    /*
     * Waiting. A receiver that sleeps has announced it in the doorbell and then looked once more; a sender
     * that has sent looks at the announcement behind a fence. One of them sees the other, so no message waits
     * for a slice's end. The fence is saved while `bells` says that the receiver never sleeps.
     *
     * A sender that waits for room has announced itself in the word `room` and then tried once more; the
     * receiver looks at the announcement after each read, without a fence: it may miss one, but not at its
     * next read, nor at the look before it sleeps, which comes behind a volatile store. A receiver that
     * neither reads nor sleeps costs such a sender the rest of its slice.
     */
    private static final int BYTES_TYPE = 1;

    private final Segment segment;
    private final MemorySegment memory;
    private final Waiting waiting;
    private final ChannelState state;
    private final ChannelSenders senders;
    private final ChannelReceiver receiver;
    private final boolean sleeps;
    private final int maxMessageBytes;
    private final Arrival arrival = new Arrival();
    private final Runnable idle = this::idle;

    SegmentChannel(SegmentManager manager, Region region, ChannelState state) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
        this.waiting = manager.waiting();
        this.state = state;
        this.senders = state.senders();
        this.receiver = state.receiver();
        this.maxMessageBytes = state.ring().maxMsgLength();
        this.sleeps = waiting.spinNanos() != Long.MAX_VALUE;
    }

    @Override
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    public void send(MemorySegment source, long offset, int lengthBytes) throws InterruptedException {
        send(BYTES_TYPE, source, offset, lengthBytes, WaitLoop.FOREVER);
    }

    @Override
    public boolean send(MemorySegment source, long offset, int lengthBytes, long timeout, TimeUnit unit)
            throws InterruptedException {
        return send(BYTES_TYPE, source, offset, lengthBytes, nanos(timeout, unit));
    }

    @Override
    public boolean trySend(MemorySegment source, long offset, int lengthBytes) {
        return trySend(BYTES_TYPE, source, offset, lengthBytes);
    }

    static long nanos(long timeout, TimeUnit unit) {
        return Math.clamp(unit.toNanos(timeout), 0, WaitLoop.FOREVER - 1);
    }

    /// Sends a copy of some bytes as a message of a type.
    boolean send(int type, MemorySegment source, long offset, int lengthBytes, long timeoutNanos)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return trySend(type, source, offset, lengthBytes)
                || awaitRoom(() -> trySend(type, source, offset, lengthBytes), timeoutNanos);
    }

    private boolean trySend(int type, MemorySegment source, long offset, int lengthBytes) {
        ensureMaySend(lengthBytes);
        Objects.checkFromIndexSize(offset, lengthBytes, source.byteSize());
        if (!senders.trySend(type, source, offset, lengthBytes)) {
            return false;
        }
        state.wakeReceiver();
        return true;
    }

    /// Tries for room until there is some.
    boolean awaitRoom(BooleanSupplier attempt, long timeoutNanos) throws InterruptedException {
        final long start = System.nanoTime();
        if (Spin.until(attempt, waiting, timeoutNanos)) {
            return true;
        }
        final long left = timeoutNanos == WaitLoop.FOREVER
                ? WaitLoop.FOREVER
                : Math.max(0, timeoutNanos - (System.nanoTime() - start));
        return state.room().awaitAnnounced(attempt, segment::sweepDeadInPassing, waiting, left, true);
    }

    @Override
    public long tryClaim(int lengthBytes) {
        return tryClaim(BYTES_TYPE, lengthBytes);
    }

    /// Claims room for a message of a type.
    long tryClaim(int type, int lengthBytes) {
        ensureMaySend(lengthBytes);
        return senders.tryClaim(type, lengthBytes);
    }

    private void ensureMaySend(int lengthBytes) {
        segment.ensureOpen();
        if (state.isShutDown()) {
            throw new IllegalStateException("channel " + region() + " was shut down: nothing more can be sent");
        }
        if (lengthBytes < 0 || lengthBytes > maxMessageBytes) {
            throw new IllegalArgumentException("message of " + lengthBytes + " bytes for " + region()
                    + ", must be 0 to " + maxMessageBytes + ", an eighth of the capacity");
        }
    }

    @Override
    public void commit(long claim) {
        segment.ensureOpen();
        senders.commit(claim);
        state.wakeReceiver();
    }

    @Override
    public void abort(long claim) {
        segment.ensureOpen();
        senders.abort(claim);
        state.wakeReceiver();
    }

    @Override
    public long offsetOf(long claim) {
        return ChannelLayout.RING_OFFSET + (long) ChannelSenders.index(claim);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public int poll(Handler handler, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", must be at least 1");
        }
        segment.ensureOpen();
        return receiver.read(handler, most);
    }

    @Override
    public boolean receive(Handler handler) throws InterruptedException {
        return receive(handler, WaitLoop.FOREVER);
    }

    @Override
    public boolean receive(Handler handler, long timeout, TimeUnit unit) throws InterruptedException {
        return receive(handler, nanos(timeout, unit));
    }

    @Override
    public boolean peek(Handler handler, long timeout, TimeUnit unit) throws InterruptedException {
        return await(handler, true, nanos(timeout, unit));
    }

    /// Receives one message within a time; false too at the end.
    boolean receive(Handler handler, long timeoutNanos) throws InterruptedException {
        return await(handler, false, timeoutNanos);
    }

    private boolean await(Handler handler, boolean keeps, long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (next(handler, keeps)) {
            return true;
        }
        state.receiverMaySleep(sleeps);
        arrival.handler = handler;
        arrival.keeps = keeps;
        state.bell().await(arrival, idle, waiting, timeoutNanos);
        return arrival.received;
    }

    private boolean next(Handler handler, boolean keeps) {
        segment.ensureOpen();
        return (keeps ? receiver.look(handler) : receiver.read(handler, 1)) == 1;
    }

    /// A message, or the end. One is enough, since only one thread, the receiver, gets as far as to wait.
    private final class Arrival implements BooleanSupplier {
        private Handler handler = (bytes, offset, lengthBytes) -> {};
        private boolean keeps;
        private boolean received;

        @Override
        public boolean getAsBoolean() {
            // Asked first: what was sent before the end is there then.
            final boolean ended = state.isShutDown();
            final boolean over = ended && !senders.mayFinish();
            received = next(handler, keeps);
            return received || over || ended && state.ring().size() == 0;
        }
    }

    private void idle() {
        segment.sweepDeadInPassing();
        receiver.passTheDead();
    }

    /// The type of the message whose handler runs.
    int messageType() {
        return receiver.messageType();
    }

    @Override
    public void leave() {
        segment.ensureOpen();
        senders.leave();
        receiver.leave();
    }

    @Override
    public void shutdown() {
        segment.ensureOpen();
        state.shutDown();
    }

    @Override
    public boolean isShutDown() {
        segment.ensureOpen();
        return state.isShutDown();
    }

    @Override
    public boolean hasReceiver() {
        segment.ensureOpen();
        return receiver.isHeld();
    }

    @Override
    public boolean hasSender() {
        segment.ensureOpen();
        segment.sweepDeadInPassing();
        return senders.isHeld();
    }

    @Override
    public int usedBytes() {
        segment.ensureOpen();
        return state.ring().size();
    }

    @Override
    public <E> Values<E> values(Codec<E> codec) {
        return new ChannelValues<>(this, codec);
    }

    @Override
    public String toString() {
        return super.toString() + ", " + state.ring().size() + " of "
                + state.ring().capacity() + " bytes used" + (state.isShutDown() ? ", shut down" : "");
    }
}
