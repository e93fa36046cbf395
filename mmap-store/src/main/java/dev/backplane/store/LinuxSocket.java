package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// [StreamSocket] by the system calls of Linux.
///
/// Attempts are calls that do not wait, with spinning or sleeping between them, or reads that sleep for a
/// slice; see [SocketLane]. Bytes of the heap, and few of any kind, are copied through memory that the lane
/// keeps, so that the pieces of a message go out in one call; long stretches of direct memory go to the
/// kernel as they are.
final class LinuxSocket implements StreamSocket {
    /// Direct memory of up to so many bytes is copied: cheaper than to tell the kernel about it.
    private static final int FEW_BYTES = 4096;
    /// From here on, an array of the Java heap is read into without a copy between.
    private static final int MANY_BYTES = 32 * 1024;
    /// So many bytes at a time: a collector of garbage waits for the call.
    private static final int MOST_HEAP_BYTES = 256 * 1024;

    private final LinuxDescriptor descriptor;
    private final SocketCalls calls;
    private final String peer;
    private final boolean local;
    private final int peerProcess;
    private final SocketLane in;
    private final SocketLane out;

    /// @param local whether it is a socket of this host, which carries descriptors
    LinuxSocket(LinuxDescriptor descriptor, String peer, boolean local) {
        this(descriptor, peer, local, 0);
    }

    /// @param peerProcess the process that has connected; 0 if it is unknown
    LinuxSocket(LinuxDescriptor descriptor, String peer, boolean local, int peerProcess) {
        this.peerProcess = peerProcess;
        this.descriptor = descriptor;
        this.calls = descriptor.calls();
        this.peer = peer;
        this.local = local;
        this.in = new SocketLane(descriptor, SocketCalls.POLLIN);
        this.out = new SocketLane(descriptor, SocketCalls.POLLOUT);
    }

    @Override
    public int read(ByteBuffer into, Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        checkTarget(into);
        if (!in.begin(waiting, timeoutNanos)) {
            return 0;
        }
        try {
            if (into.hasArray() && into.remaining() >= MANY_BYTES) {
                return readOntoHeap(into);
            }
            in.reads();
            return into.isDirect() && into.remaining() > FEW_BYTES ? readDirectly(into) : readCopying(into);
        } finally {
            in.end();
        }
    }

    private static void checkTarget(ByteBuffer into) {
        if (!into.hasRemaining()) {
            throw new IllegalArgumentException("a buffer to read into has no room: " + into);
        }
        if (into.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
    }

    private int readCopying(ByteBuffer into) throws IOException, InterruptedException {
        final ByteBuffer bounce = in.bounce(into.remaining());
        final int most = Math.min(into.remaining(), bounce.capacity());
        while (true) {
            final long count = calls.receive(in.state(), descriptor.number(), in.bounceAddress(), most, in.flags());
            if (count > 0) {
                into.put(into.position(), bounce, 0, (int) count);
                into.position(into.position() + (int) count);
                return (int) count;
            }
            if (hasEnded(count)) {
                return -1;
            }
            if (!in.pause()) {
                return 0;
            }
        }
    }

    /// Reads into an array without a copy between. An attempt that fails does not tell why: another one does.
    private int readOntoHeap(ByteBuffer into) throws IOException, InterruptedException {
        final MemorySegment memory =
                MemorySegment.ofBuffer(into).asSlice(0, Math.min(into.remaining(), MOST_HEAP_BYTES));
        final ByteBuffer bounce = in.bounce(FEW_BYTES);
        while (true) {
            final long count = calls.receiveOntoHeap(descriptor.number(), memory);
            if (count > 0) {
                into.position(into.position() + (int) count);
                return (int) count;
            }
            final long few = calls.receive(
                    in.state(), descriptor.number(), in.bounceAddress(), FEW_BYTES, SocketCalls.MSG_DONTWAIT);
            if (few > 0) {
                into.put(into.position(), bounce, 0, (int) few);
                into.position(into.position() + (int) few);
                return (int) few;
            }
            if (hasEnded(few)) {
                return -1;
            }
            if (!in.pause()) {
                return 0;
            }
        }
    }

    private int readDirectly(ByteBuffer into) throws IOException, InterruptedException {
        final MemorySegment memory = MemorySegment.ofBuffer(into);
        while (true) {
            final long count = calls.receive(in.state(), descriptor.number(), memory, in.flags());
            if (count > 0) {
                into.position(into.position() + (int) count);
                return (int) count;
            }
            if (hasEnded(count)) {
                return -1;
            }
            if (!in.pause()) {
                return 0;
            }
        }
    }

    /// Whether a read that got no bytes has met the end; false if it should try again.
    private boolean hasEnded(long count) throws IOException {
        if (count == 0) {
            descriptor.ensureOpen(); // The end that close makes is none of the other's.
            return true;
        }
        checkRetry(count, "read from");
        return false;
    }

    /// Throws unless a call was refused for the moment only.
    private void checkRetry(long result, String tried) throws IOException {
        if (result != -NativeAccess.EAGAIN && result != -NativeAccess.EINTR) {
            descriptor.ensureOpen();
            throw SocketFailure.of((int) result, tried, peer);
        }
    }

    @Override
    public boolean write(ByteBuffer[] from, Waiting waiting, long timeoutNanos)
            throws IOException, InterruptedException {
        if (!out.begin(waiting, timeoutNanos)) {
            return first(from, 0) == from.length;
        }
        try {
            return writeAll(from);
        } finally {
            out.end();
        }
    }

    private boolean writeAll(ByteBuffer... from) throws IOException, InterruptedException {
        int next = first(from, 0);
        while (next < from.length) {
            final boolean alive;
            if (from[next].remaining() <= SocketLane.LARGEST_BOUNCE) {
                alive = writeCopying(from, next);
            } else if (from[next].isDirect()) {
                alive = writeDirectly(from[next]);
            } else {
                alive = from[next].hasArray() && writeFromHeap(from[next]) || writeCopying(from, next);
            }
            if (!alive) {
                return false;
            }
            out.progressed();
            next = first(from, next);
        }
        return true;
    }

    /// The first of the buffers that has something left.
    private static int first(ByteBuffer[] from, int start) {
        int index = start;
        while (index < from.length && !from[index].hasRemaining()) {
            index++;
        }
        return index;
    }

    private boolean writeCopying(ByteBuffer[] from, int next) throws IOException, InterruptedException {
        long total = 0;
        for (int i = next; i < from.length; i++) {
            total += from[i].remaining();
        }
        final ByteBuffer bounce = out.bounce(total);
        final int length = gather(from, next, bounce);
        while (true) {
            final long count = calls.send(out.state(), descriptor.number(), out.bounceAddress(), length);
            if (count >= 0) {
                advance(from, next, (int) count);
                return true;
            }
            checkRetry(count, "write to");
            if (!out.pause()) {
                return false;
            }
        }
    }

    /// Copies what fits, from the buffers in their order; how many bytes.
    private static int gather(ByteBuffer[] from, int next, ByteBuffer into) {
        int length = 0;
        for (int i = next; i < from.length && length < into.capacity(); i++) {
            final int piece = Math.min(from[i].remaining(), into.capacity() - length);
            into.put(length, from[i], from[i].position(), piece);
            length += piece;
        }
        return length;
    }

    private static void advance(ByteBuffer[] from, int next, int count) {
        int left = count;
        for (int i = next; left > 0; i++) {
            final int piece = Math.min(left, from[i].remaining());
            from[i].position(from[i].position() + piece);
            left -= piece;
        }
    }

    /// Writes of an array without a copy between; false if nothing could be written, which another attempt explains.
    private boolean writeFromHeap(ByteBuffer from) {
        final MemorySegment memory =
                MemorySegment.ofBuffer(from).asSlice(0, Math.min(from.remaining(), MOST_HEAP_BYTES));
        final long count = calls.sendFromHeap(descriptor.number(), memory);
        if (count <= 0) {
            return false;
        }
        from.position(from.position() + (int) count);
        return true;
    }

    private boolean writeDirectly(ByteBuffer from) throws IOException, InterruptedException {
        final MemorySegment memory = MemorySegment.ofBuffer(from);
        while (true) {
            final long count = calls.send(out.state(), descriptor.number(), memory);
            if (count >= 0) {
                from.position(from.position() + (int) count);
                return true;
            }
            checkRetry(count, "write to");
            if (!out.pause()) {
                return false;
            }
        }
    }

    @Override
    public boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        if (!in.begin(waiting, timeoutNanos)) {
            return false;
        }
        try {
            while (!in.isReady()) {
                if (!in.pause()) {
                    return false;
                }
            }
            descriptor.ensureOpen();
            return true;
        } finally {
            in.end();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        descriptor.shutdownOutput(peer);
    }

    @Override
    public void limitUnacknowledged(Duration longest) throws IOException {
        if (!local) {
            descriptor.limitUnacknowledged(longest);
        }
    }

    @Override
    public boolean isOpen() {
        return !descriptor.isClosed();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public OptionalLong peerProcess() {
        return peerProcess > 0 ? OptionalLong.of(peerProcess) : OptionalLong.empty();
    }

    @Override
    public OptionalInt openDescriptor() throws IOException {
        return OptionalInt.of(descriptor.duplicate(peer));
    }

    @Override
    public void sendDescriptor(ByteBuffer from, int sent, Waiting waiting) throws IOException, InterruptedException {
        ensureLocal();
        if (!from.hasRemaining()) {
            throw new IllegalArgumentException("a descriptor needs at least one byte to be sent with");
        }
        if (!out.begin(waiting, FOREVER)) {
            throw new ClosedChannelException(); // A wait without limit ends otherwise only.
        }
        try (DescriptorMessage message = DescriptorMessage.toSend(gathered(from), sent)) {
            while (true) {
                final long count = calls.sendMessage(out.state(), descriptor.number(), message.header());
                if (count >= 0) {
                    from.position(from.position() + (int) count);
                    break;
                }
                if (count == -DescriptorMessage.EBADF) {
                    throw new IllegalArgumentException("descriptor " + sent + " is not open");
                }
                checkRetry(count, "send a descriptor to");
                out.pause();
            }
            writeAll(from);
        } finally {
            out.end();
        }
    }

    private MemorySegment gathered(ByteBuffer from) {
        return out.bounceSegment(gather(new ByteBuffer[] {from}, 0, out.bounce(from.remaining())));
    }

    @Override
    public int receiveDescriptor(ByteBuffer into, Waiting waiting) throws IOException, InterruptedException {
        ensureLocal();
        checkTarget(into);
        if (!in.begin(waiting, FOREVER)) {
            throw new ClosedChannelException();
        }
        try {
            return receiveDescriptor(into);
        } finally {
            in.end();
        }
    }

    private int receiveDescriptor(ByteBuffer into) throws IOException, InterruptedException {
        final ByteBuffer bounce = in.bounce(into.remaining());
        final int most = Math.min(into.remaining(), bounce.capacity());
        try (DescriptorMessage message = DescriptorMessage.toReceive(in.bounceSegment(most))) {
            while (true) {
                final long count = calls.receiveMessage(in.state(), descriptor.number(), message.header());
                if (count > 0) {
                    final int received = message.take(calls, peer);
                    into.put(into.position(), bounce, 0, (int) count);
                    into.position(into.position() + (int) count);
                    return received;
                }
                if (hasEnded(count)) {
                    return -1;
                }
                in.pause();
            }
        }
    }

    private void ensureLocal() {
        if (!local) {
            throw new UnsupportedOperationException(
                    "descriptors travel over sockets of this host only, this one leads to " + peer);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    /// The socket, for messages.
    @Override
    public String toString() {
        return "StreamSocket[" + peer + (isOpen() ? "]" : ", closed]");
    }
}
