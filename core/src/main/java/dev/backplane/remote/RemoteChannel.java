package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.ConnectionLostException;
import dev.backplane.SharedChannel;
import dev.backplane.codec.Codec;
import dev.backplane.pickle.PythonTuple;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A channel on a server, see [JvmChannel]. The connection of a thread has the thread's ends.
///
/// A handler gets a copy of its message, at a multiple of 8. A claim has room in the channel, and is written in
/// memory of this process, as large as the channel's, at the same offset; [#commit] sends it.
final class RemoteChannel implements SharedChannel, RemoteObject {
    private static final int LONGEST_PART = 8;

    private final RemoteTarget target;
    private final boolean manySenders;
    private final int maxMessageBytes;
    private final Map<Long, Claim> claims = new ConcurrentHashMap<>();
    private @Nullable MemorySegment memory;
    /// Who is in a handler: there is one receiver only.
    private volatile @Nullable Thread handling;

    /// Where a message is written.
    private record Claim(long offset, int lengthBytes) {}

    /// @param target the server's object
    /// @param options of the channel
    RemoteChannel(RemoteTarget target, ChannelOptions options) {
        this.target = target;
        this.manySenders = options.manySenders();
        this.maxMessageBytes = options.capacityBytes() / LONGEST_PART;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /// The channel, for a call by which the thread may get an end: its connection stays its own from then on.
    RemoteTarget asEnd() {
        target.links().current().setOwning();
        return target;
    }

    /// The same for sending, where one of many senders gets none.
    RemoteTarget asSender() {
        return manySenders ? target : asEnd();
    }

    void ensureFits(int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > maxMessageBytes) {
            throw new IllegalArgumentException("message of " + lengthBytes + " bytes for " + target + ", must be 0 to "
                    + maxMessageBytes + ", an eighth of the capacity");
        }
    }

    private byte[] copied(MemorySegment source, long offset, int lengthBytes) {
        ensureFits(lengthBytes);
        return source.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private boolean send(byte[] message, long timeoutNanos) throws InterruptedException {
        return RemoteWait.interruptibly(
                        timeoutNanos, nanos -> RemoteWait.ifTrue(asSender().call(nanos, "send", message, nanos)))
                != null;
    }

    @Override
    public void send(MemorySegment source, long offset, int lengthBytes) throws InterruptedException {
        send(copied(source, offset, lengthBytes), Caller.FOREVER);
    }

    @Override
    public boolean send(MemorySegment source, long offset, int lengthBytes, long timeout, TimeUnit unit)
            throws InterruptedException {
        return send(copied(source, offset, lengthBytes), unit.toNanos(timeout));
    }

    @Override
    public boolean trySend(MemorySegment source, long offset, int lengthBytes) {
        return asSender().test("send", copied(source, offset, lengthBytes), 0L);
    }

    @Override
    public long tryClaim(int lengthBytes) {
        ensureFits(lengthBytes);
        final Object made = asEnd().call("claim", lengthBytes);
        if (made == null) {
            return NO_ROOM;
        }
        if (made instanceof PythonTuple parts && parts.size() == 2) {
            final long claim = target.longOf(parts.get(0), "claim");
            claims.put(claim, new Claim(target.longOf(parts.get(1), "claim"), lengthBytes));
            return claim;
        }
        throw target.unexpected(made, "claim");
    }

    private Claim claim(long claim) {
        final Claim open = claims.get(claim);
        if (open == null) {
            throw new IllegalStateException(target + " has no open claim " + claim);
        }
        return open;
    }

    @Override
    public void commit(long claim) {
        final Claim open = claim(claim);
        final byte[] message =
                memory().asSlice(open.offset(), open.lengthBytes()).toArray(ValueLayout.JAVA_BYTE);
        claims.remove(claim);
        target.call("commit", claim, message);
    }

    @Override
    public void abort(long claim) {
        claim(claim);
        claims.remove(claim);
        target.call("abort", claim);
    }

    @Override
    public long offsetOf(long claim) {
        return claim(claim).offset();
    }

    /// Memory of this process for what is claimed; made by the first call.
    @Override
    public synchronized MemorySegment memory() {
        MemorySegment made = memory;
        if (made == null) {
            made = aligned(target.number("memoryBytes"));
            memory = made;
        }
        return made;
    }

    /// Memory whose multiples of 8 are addresses for any type.
    private static MemorySegment aligned(long lengthBytes) {
        final long longs = (lengthBytes + Long.BYTES - 1) / Long.BYTES;
        return MemorySegment.ofArray(new long[Math.toIntExact(longs)]).asSlice(0, lengthBytes);
    }

    private void ensureOutsideHandlers() {
        if (Thread.currentThread().equals(handling)) {
            throw new IllegalStateException(
                    "a handler of " + target + " receives from the channel that it is called by");
        }
    }

    private void handle(Handler handler, byte[] message) {
        final MemorySegment copy = aligned(message.length);
        MemorySegment.copy(message, 0, copy, ValueLayout.JAVA_BYTE, 0, message.length);
        handling = Thread.currentThread();
        try {
            handler.onMessage(copy, 0, message.length);
        } finally {
            handling = null;
        }
    }

    /// Tells the server that what it has shown is received.
    void acknowledge() {
        if (!target.test("received")) {
            throw lost();
        }
    }

    private ConnectionLostException lost() {
        return new ConnectionLostException(
                "a message of " + target + " came through a connection that has ended: it will come again", null);
    }

    @Override
    public int poll(Handler handler, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", must be at least 1");
        }
        ensureOutsideHandlers();
        int received = 0;
        Object next = asEnd().call("next", false, 0L);
        while (next instanceof byte[] message) {
            boolean more = false;
            try {
                handle(handler, message);
                received++;
                more = received < most;
            } finally {
                if (!more) {
                    acknowledge();
                }
            }
            next = more ? target.call("next", true, 0L) : null;
        }
        if (Boolean.TRUE.equals(next)) {
            throw lost();
        }
        return received;
    }

    /// Waits for what the server shows next: a message, or false at the end.
    private @Nullable Object await(long timeoutNanos) throws InterruptedException {
        ensureOutsideHandlers();
        return RemoteWait.interruptibly(timeoutNanos, nanos -> asEnd().call(nanos, "next", false, nanos));
    }

    @Override
    public boolean receive(Handler handler) throws InterruptedException {
        return receive(handler, Caller.FOREVER, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean receive(Handler handler, long timeout, TimeUnit unit) throws InterruptedException {
        if (!(await(unit.toNanos(timeout)) instanceof byte[] message)) {
            return false;
        }
        try {
            handle(handler, message);
        } finally {
            acknowledge();
        }
        return true;
    }

    @Override
    public boolean peek(Handler handler, long timeout, TimeUnit unit) throws InterruptedException {
        if (!(await(unit.toNanos(timeout)) instanceof byte[] message)) {
            return false;
        }
        handle(handler, message);
        return true;
    }

    @Override
    public void leave() {
        target.call("leave");
    }

    @Override
    public void shutdown() {
        target.call("shutdown");
    }

    @Override
    public boolean isShutDown() {
        return target.test("isShutDown");
    }

    @Override
    public boolean hasReceiver() {
        return target.test("hasReceiver");
    }

    @Override
    public boolean hasSender() {
        return target.test("hasSender");
    }

    @Override
    public int usedBytes() {
        return (int) target.number("usedBytes");
    }

    @Override
    public <E> Values<E> values(Codec<E> codec) {
        return new OfValues<>(this, RemoteElements.of(codec, false));
    }

    @Override
    public String toString() {
        return "channel " + target;
    }

    /// The channel as one of values.
    ///
    /// @param channel the channel
    /// @param elements converts values
    private record OfValues<E>(RemoteChannel channel, RemoteElements<E> elements) implements Values<E> {
        @Override
        public void send(E value) throws InterruptedException {
            send(value, Caller.FOREVER, TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean send(E value, long timeout, TimeUnit unit) throws InterruptedException {
            final byte[] bytes = elements.encode(value);
            channel.ensureFits(bytes.length);
            final Codec<E> codec = elements.codec();
            return RemoteWait.interruptibly(
                            unit.toNanos(timeout),
                            nanos -> RemoteWait.ifTrue(channel.asSender()
                                    .call(nanos, "sendValue", codec.name(), codec.fixedLength(), bytes, nanos)))
                    != null;
        }

        private byte @Nullable [] await(long timeoutNanos) throws InterruptedException {
            channel.ensureOutsideHandlers();
            final Codec<E> codec = elements.codec();
            final Object shown = RemoteWait.interruptibly(
                    timeoutNanos,
                    nanos -> channel.asEnd().call(nanos, "nextValue", codec.name(), codec.fixedLength(), nanos));
            return shown instanceof byte[] bytes ? bytes : null;
        }

        @Override
        public @Nullable E receive() throws InterruptedException {
            return receive(Caller.FOREVER, TimeUnit.NANOSECONDS);
        }

        @Override
        public @Nullable E receive(long timeout, TimeUnit unit) throws InterruptedException {
            final byte[] bytes = await(unit.toNanos(timeout));
            if (bytes == null) {
                return null;
            }
            try {
                return elements.fromWire(bytes);
            } finally {
                channel.acknowledge();
            }
        }

        @Override
        public @Nullable E peek(long timeout, TimeUnit unit) throws InterruptedException {
            final byte[] bytes = await(unit.toNanos(timeout));
            return bytes == null ? null : Objects.requireNonNull(elements.fromWire(bytes));
        }
    }
}
