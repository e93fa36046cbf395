package dev.backplane.store;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// [StreamListener] over a channel of java.nio.
final class NioListener implements StreamListener {
    private final ServerSocketChannel channel;
    private final Endpoint endpoint;
    private final @Nullable UnixSocketFile file;
    /// What [#poll] has accepted ahead, since a channel cannot be asked otherwise.
    private final AtomicReference<@Nullable SocketChannel> ahead = new AtomicReference<>();

    private NioListener(ServerSocketChannel channel, Endpoint endpoint, @Nullable UnixSocketFile file) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.file = file;
    }

    /// See [StreamListener#listen].
    static StreamListener listen(Endpoint at, int backlog) throws IOException {
        if (backlog < 1) {
            throw new IllegalArgumentException("the backlog of " + at + " is " + backlog + ", must be at least 1");
        }
        final ServerSocketChannel opened = switch (at) {
            case Endpoint.Tcp tcp -> ServerSocketChannel.open();
            case Endpoint.Unix unix -> ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            case Endpoint.Abstract named -> throw NioSocket.noAbstractNames(named);
        };
        boolean listens = false;
        try {
            opened.configureBlocking(false);
            final NioListener listener = switch (at) {
                case Endpoint.Unix unix -> new NioListener(opened, at, UnixSocketFile.bind(opened, unix, backlog));
                default -> new NioListener(opened, bind(opened, (Endpoint.Tcp) at, backlog), null);
            };
            listens = true;
            return listener;
        } finally {
            if (!listens) {
                opened.close();
            }
        }
    }

    private static Endpoint bind(ServerSocketChannel opened, Endpoint.Tcp tcp, int backlog) throws IOException {
        final InetSocketAddress address = new InetSocketAddress(tcp.host(), tcp.port());
        if (address.isUnresolved()) {
            throw new java.net.UnknownHostException(
                    "cannot listen at " + tcp + ": no address is known for " + tcp.host());
        }
        try {
            opened.bind(address, backlog);
        } catch (BindException e) {
            throw (IOException) new BindException("cannot listen at " + tcp + ": " + e.getMessage()).initCause(e);
        }
        return new Endpoint.Tcp(tcp.host(), ((InetSocketAddress) opened.getLocalAddress()).getPort());
    }

    @Override
    public @Nullable StreamSocket accept(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final NioWait wait = new NioWait(channel, SelectionKey.OP_ACCEPT, waiting, timeoutNanos);
        SocketChannel accepted = acceptNow();
        while (accepted == null) {
            if (!wait.again()) {
                return null;
            }
            accepted = acceptNow();
        }
        boolean taken = false;
        try {
            final StreamSocket socket =
                    new NioSocket(accepted, NioSocket.nameOf(accepted.getRemoteAddress(), endpoint));
            taken = true;
            return socket;
        } finally {
            if (!taken) {
                accepted.close();
            }
        }
    }

    private @Nullable SocketChannel acceptNow() throws IOException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        final SocketChannel before = ahead.getAndSet(null);
        return before != null ? before : channel.accept();
    }

    @Override
    public boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException {
        final NioWait wait = new NioWait(channel, SelectionKey.OP_ACCEPT, waiting, timeoutNanos);
        do {
            synchronized (ahead) { // Two that poll must not put two there.
                if (!channel.isOpen()) {
                    throw new ClosedChannelException();
                }
                if (ahead.get() == null) {
                    ahead.set(channel.accept());
                }
                if (ahead.get() != null) {
                    return true;
                }
            }
        } while (wait.again());
        return false;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public OptionalInt openDescriptor() {
        return OptionalInt.empty();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.delete(); // First: who connects from now on is told that nobody is there, not that he was dropped.
        }
        NioSocket.close(channel);
        synchronized (ahead) {
            final SocketChannel nobodys = ahead.getAndSet(null);
            if (nobodys != null) {
                nobodys.close();
            }
        }
    }

    @Override
    public String toString() {
        return "listener at " + endpoint + (channel.isOpen() ? "" : ", closed");
    }
}
