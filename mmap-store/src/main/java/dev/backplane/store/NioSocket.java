package dev.backplane.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// [StreamSocket] over a channel of java.nio: on every system, without native code of our own.
///
/// The channel never blocks, so that an interrupt does not close it.
final class NioSocket implements StreamSocket {
    /// A channel copies what is on the heap to memory outside it, and keeps that memory for the thread.
    private static final int MOST_AT_ONCE = 128 << 10;

    private static final long RETRY_NANOS = 1_000_000;

    private final SocketChannel channel;
    private final String peer;
    /// The byte that [#poll] has read ahead, since a channel cannot be asked without reading.
    private final ByteBuffer ahead = ByteBuffer.allocate(1).limit(0);
    private boolean ended;

    /// Takes a connected channel over.
    NioSocket(SocketChannel channel, String peer) throws IOException {
        this.channel = channel;
        this.peer = peer;
        channel.configureBlocking(false);
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            KeepAlive.enable(channel);
        }
    }

    /// See [StreamSocket#connect].
    static StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
        final long start = System.nanoTime();
        final long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        if (nanos <= 0) {
            throw new IllegalArgumentException(
                    "the time to connect to " + to + " is " + timeout + ", must be positive");
        }
        return switch (to) {
            case Endpoint.Tcp tcp -> connectTcp(tcp, start, nanos);
            case Endpoint.Unix unix -> connectUnix(unix, start, nanos);
            case Endpoint.Abstract named -> throw noAbstractNames(named);
        };
    }

    static UnsupportedOperationException noAbstractNames(Endpoint named) {
        return new UnsupportedOperationException(named
                + ": abstract names need Linux and its native calls (-D" + Platform.PROPERTY
                + "=linux); use unix:/path or tcp://host:port");
    }

    private static StreamSocket connectTcp(Endpoint.Tcp to, long start, long nanos)
            throws IOException, InterruptedException {
        final InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(to.host());
        } catch (UnknownHostException e) {
            throw failure(to, new UnknownHostException("no address is known for " + to.host()));
        }
        @Nullable IOException failed = null;
        for (InetAddress address : addresses) {
            try {
                return connect(to, new InetSocketAddress(address, to.port()), SocketChannel.open(), start, nanos);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                failed = failed == null ? e : failed;
            }
        }
        throw failure(to, failed == null ? new UnknownHostException(to.host()) : failed);
    }

    private static StreamSocket connectUnix(Endpoint.Unix to, long start, long nanos)
            throws IOException, InterruptedException {
        while (true) {
            try {
                final SocketChannel opened = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
                return connect(to, unixAddress(to), opened, start, nanos);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                if (!mayBeBusy(e, to.path()) || System.nanoTime() - start >= nanos) {
                    throw failure(to, e);
                }
            }
            // Linux refuses at once where the listener's backlog is full, instead of waiting as for TCP.
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static boolean mayBeBusy(IOException e, Path path) {
        return e instanceof SocketException
                && !(e instanceof java.net.ConnectException)
                && UnixSocketFile.isSocket(path)
                && Files.isWritable(path);
    }

    static SocketAddress unixAddress(Endpoint.Unix unix) {
        return UnixDomainSocketAddress.of(unix.path());
    }

    private static StreamSocket connect(
            Endpoint to, SocketAddress address, SocketChannel opened, long start, long nanos)
            throws IOException, InterruptedException {
        boolean connected = false;
        try {
            opened.configureBlocking(false);
            opened.connect(address);
            final NioWait wait =
                    new NioWait(opened, SelectionKey.OP_CONNECT, Waiting.block(), nanos - (System.nanoTime() - start));
            while (!opened.finishConnect()) {
                if (!wait.again()) {
                    throw new SocketTimeoutException(
                            "cannot connect to " + to + ": no answer within " + Duration.ofNanos(nanos));
                }
            }
            final StreamSocket socket = new NioSocket(opened, nameOf(opened.getRemoteAddress(), to));
            connected = true;
            return socket;
        } finally {
            if (!connected) {
                close(opened);
            }
        }
    }

    private static IOException failure(Endpoint to, IOException why) {
        final String message = "cannot connect to " + to + ": " + why.getMessage();
        return why instanceof java.net.ConnectException
                ? (IOException) new java.net.ConnectException(message).initCause(why)
                : new IOException(message, why);
    }

    /// An address as a URI.
    static String nameOf(@Nullable SocketAddress address, Endpoint otherwise) {
        return address instanceof InetSocketAddress tcp
                ? new Endpoint.Tcp(tcp.getAddress().getHostAddress(), tcp.getPort()).toString()
                : otherwise.toString();
    }

    static void close(java.nio.channels.SelectableChannel channel) throws IOException {
        channel.close();
        NioPoller.get().kick();
    }

    @Override
    public int read(ByteBuffer into, Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final NioWait wait = new NioWait(channel, SelectionKey.OP_READ, waiting, timeoutNanos);
        int read = readNow(into);
        while (read == 0 && wait.again()) {
            read = readNow(into);
        }
        return read;
    }

    private int readNow(ByteBuffer into) throws IOException {
        int taken = 0;
        if (ahead.hasRemaining()) {
            ensureOpen();
            into.put(ahead.get());
            taken = 1;
        }
        final int limit = into.limit();
        into.limit(Math.min(limit, into.position() + MOST_AT_ONCE));
        try {
            if (taken == 1 && !into.hasRemaining()) {
                return taken;
            }
            final int read = channel.read(into);
            return taken == 0 ? read : taken + Math.max(0, read);
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public boolean write(ByteBuffer[] from, Waiting waiting, long timeoutNanos)
            throws IOException, InterruptedException {
        final NioWait wait = new NioWait(channel, SelectionKey.OP_WRITE, waiting, timeoutNanos);
        int first = 0;
        while (true) {
            while (first < from.length && !from[first].hasRemaining()) {
                first++;
            }
            if (first == from.length) {
                return true;
            }
            if (writeNow(from, first) == 0 && !wait.again()) {
                return false;
            }
        }
    }

    private long writeNow(ByteBuffer[] from, int first) throws IOException {
        long together = 0;
        int end = first;
        while (end < from.length && together + from[end].remaining() <= MOST_AT_ONCE) {
            together += from[end].remaining();
            end++;
        }
        if (end == from.length) {
            return channel.write(from, first, end - first);
        }
        // Up to the first that is too long, and a piece of that.
        final ByteBuffer cut = from[end];
        final int limit = cut.limit();
        cut.limit(cut.position() + (int) (MOST_AT_ONCE - together));
        try {
            return channel.write(from, first, end - first + 1);
        } finally {
            cut.limit(limit);
        }
    }

    @Override
    public boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final NioWait wait = new NioWait(channel, SelectionKey.OP_READ, waiting, timeoutNanos);
        do {
            ensureOpen();
            if (ended || ahead.hasRemaining()) {
                return true;
            }
            ahead.clear();
            int read = 0;
            try {
                read = channel.read(ahead);
            } finally {
                ahead.flip();
            }
            ended = read < 0; // The channel says so again when it is read.
            if (read != 0) {
                return true;
            }
        } while (wait.again());
        return false;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public OptionalInt openDescriptor() {
        return OptionalInt.empty();
    }

    @Override
    public void sendDescriptor(ByteBuffer from, int descriptor, Waiting waiting) {
        throw noDescriptors();
    }

    @Override
    public int receiveDescriptor(ByteBuffer into, Waiting waiting) {
        throw noDescriptors();
    }

    private UnsupportedOperationException noDescriptors() {
        return new UnsupportedOperationException("descriptors cannot be sent over " + this + ": that needs Linux"
                + " and its native calls (-D" + Platform.PROPERTY + "=linux)");
    }

    @Override
    public void close() throws IOException {
        close(channel);
    }

    @Override
    public String toString() {
        return "socket to " + peer + (isOpen() ? "" : ", closed");
    }
}
