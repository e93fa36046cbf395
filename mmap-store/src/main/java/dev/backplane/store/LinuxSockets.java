package dev.backplane.store;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes the sockets and listeners of Linux.
final class LinuxSockets {
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private final SocketCalls calls;
    private final VirtualThreadPoll virtualThreads;

    LinuxSockets(NativeAccess system) {
        calls = new SocketCalls(system);
        virtualThreads = new VirtualThreadPoll(calls);
    }

    SocketCalls calls() {
        return calls;
    }

    /// See [StreamSocket#connect].
    StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is " + timeout + ", must be positive");
        }
        final Deadline deadline = new Deadline(timeout);
        return switch (to) {
            case Endpoint.Unix unix -> connect(to, SocketName.of(unix.path().toAbsolutePath()), deadline, 1);
            case Endpoint.Abstract named -> connect(to, SocketName.of(named), deadline, 1);
            case Endpoint.Tcp tcp -> connect(tcp, deadline);
        };
    }

    /// To one of a host's addresses after the other, each within its share of the time that is left.
    private StreamSocket connect(Endpoint.Tcp to, Deadline deadline) throws IOException, InterruptedException {
        if (to.port() == 0) {
            throw new ConnectException("cannot connect to " + to + ": port 0 is for listeners, to have one chosen");
        }
        final InetAddress[] addresses = SocketName.resolve(to);
        IOException refusal = null;
        for (int i = 0; i < addresses.length; i++) {
            try {
                return connect(to, SocketName.of(addresses[i], to.port()), deadline, addresses.length - i);
            } catch (IOException e) {
                if (refusal == null) {
                    refusal = e;
                } else {
                    refusal.addSuppressed(e);
                }
            }
        }
        throw refusal == null ? new ConnectException("cannot connect to " + to + ": it has no address") : refusal;
    }

    private StreamSocket connect(Endpoint to, byte[] name, Deadline deadline, int shares)
            throws IOException, InterruptedException {
        final LinuxDescriptor descriptor = open(name, SocketFailure::connecting, to);
        boolean isConnected = false;
        try {
            final long most = deadline.remainingNanos() / shares;
            final boolean inTime = SocketName.family(name) == SocketCalls.AF_UNIX
                    ? connectLocally(descriptor.number(), to, name, most)
                    : connectByNetwork(descriptor, to, name, most);
            if (!inTime) {
                throw new SocketTimeoutException("cannot connect to " + to + ": no answer within "
                        + Duration.ofNanos(most) + "; check that its listener runs and accepts, or allow more time");
            }
            final StreamSocket socket = connected(descriptor, to, false);
            isConnected = true;
            return socket;
        } finally {
            if (!isConnected) {
                descriptor.close();
            }
        }
    }

    private interface Refusal {
        IOException of(int negatedErrno, Object what);
    }

    private LinuxDescriptor open(byte[] name, Refusal refusal, Endpoint what) throws IOException {
        final int number = calls.socket(SocketName.family(name), SocketCalls.SOCK_STREAM);
        if (number < 0) {
            throw refusal.of(number, what);
        }
        return new LinuxDescriptor(calls, virtualThreads, number);
    }

    /// A socket of this host is connected at once, or its listener has no room just now and nothing tells
    /// when it has.
    private boolean connectLocally(int number, Endpoint to, byte[] name, long mostNanos)
            throws IOException, InterruptedException {
        final long start = System.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            final int result = calls.connect(number, name);
            if (result >= 0) {
                return true;
            }
            if (result != -NativeAccess.EAGAIN && result != -NativeAccess.EINTR) {
                throw SocketFailure.connecting(result, to);
            }
            final long left = mostNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, pause));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private boolean connectByNetwork(LinuxDescriptor descriptor, Endpoint to, byte[] name, long mostNanos)
            throws IOException, InterruptedException {
        int result = calls.connect(descriptor.number(), name);
        if (result == -SocketFailure.EINPROGRESS || result == -NativeAccess.EINTR) {
            final SocketLane lane = new SocketLane(descriptor, SocketCalls.POLLOUT);
            if (!lane.begin(Waiting.byDefault(), mostNanos)) {
                return false;
            }
            try {
                while (!lane.isReady()) {
                    if (!lane.pause()) {
                        return false;
                    }
                }
            } finally {
                lane.end();
            }
            result = -calls.option(descriptor.number(), SocketCalls.SOL_SOCKET, SocketCalls.SO_ERROR);
        }
        if (result < 0) {
            throw SocketFailure.connecting(result, to);
        }
        // A port that nobody listens at may be the one that the system has just chosen for this end.
        final byte[] own = calls.ownName(descriptor.number());
        if (own.length > 0 && Arrays.equals(own, calls.peerName(descriptor.number()))) {
            throw SocketFailure.connecting(-SocketFailure.ECONNREFUSED, to);
        }
        return true;
    }

    /// A socket over a connected descriptor, with Nagle's algorithm off and [KeepAlive] on where it is TCP.
    ///
    /// @param at what it was connected to, or accepted at
    static StreamSocket connected(LinuxDescriptor descriptor, Endpoint at, boolean accepted) {
        final SocketCalls calls = descriptor.calls();
        final int number = descriptor.number();
        if (!descriptor.isShared()) {
            descriptor.sleepInReads(accepted);
        }
        if (at instanceof Endpoint.Tcp) {
            // Refused only if the connection has broken already, which the first call will tell.
            final int tcp = SocketCalls.IPPROTO_TCP;
            calls.setOption(number, tcp, SocketCalls.TCP_NODELAY, 1);
            calls.setOption(number, tcp, SocketCalls.TCP_KEEPIDLE, KeepAlive.IDLE_SECONDS);
            calls.setOption(number, tcp, SocketCalls.TCP_KEEPINTVL, KeepAlive.INTERVAL_SECONDS);
            calls.setOption(number, tcp, SocketCalls.TCP_KEEPCNT, KeepAlive.PROBES);
            calls.setOption(number, SocketCalls.SOL_SOCKET, SocketCalls.SO_KEEPALIVE, 1);
            return new LinuxSocket(descriptor, accepted ? peerOf(calls, number, at) : at.toString(), false);
        }
        final SocketCalls.Credentials other = calls.credentials(number);
        final String peer = at + " (pid " + other.pid() + ", uid " + other.uid() + ")";
        return new LinuxSocket(descriptor, peer, true, other.pid());
    }

    private static String peerOf(SocketCalls calls, int number, Endpoint at) {
        try {
            return SocketName.endpoint(calls.peerName(number)).toString();
        } catch (IOException _) {
            return "a client of " + at + " that has gone"; // Between its connect and the accept.
        }
    }

    /// See [StreamListener#listen].
    StreamListener listen(Endpoint at, int backlog) throws IOException {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + ", must be at least 1");
        }
        return switch (at) {
            case Endpoint.Unix unix -> listen(at, SocketName.of(unix.path().toAbsolutePath()), backlog);
            case Endpoint.Abstract named -> listen(at, SocketName.of(named), backlog);
            case Endpoint.Tcp tcp -> listen(tcp, backlog);
        };
    }

    private StreamListener listen(Endpoint.Tcp at, int backlog) throws IOException {
        IOException refusal = null;
        for (InetAddress address : SocketName.resolve(at)) {
            try {
                return listen(at, SocketName.of(address, at.port()), backlog);
            } catch (IOException e) {
                if (refusal == null) {
                    refusal = e;
                } else {
                    refusal.addSuppressed(e);
                }
            }
        }
        throw refusal == null ? SocketFailure.listening(-SocketFailure.EADDRNOTAVAIL, at) : refusal;
    }

    private StreamListener listen(Endpoint at, byte[] name, int backlog) throws IOException {
        final LinuxDescriptor descriptor = open(name, SocketFailure::listening, at);
        boolean isListening = false;
        try {
            final StreamListener listener = listen(descriptor, at, name, backlog);
            isListening = true;
            return listener;
        } finally {
            if (!isListening) {
                descriptor.close();
            }
        }
    }

    private StreamListener listen(LinuxDescriptor descriptor, Endpoint at, byte[] name, int backlog)
            throws IOException {
        final int number = descriptor.number();
        if (at instanceof Endpoint.Unix unix) {
            return new LinuxListener(descriptor, at, SocketFile.listen(calls, number, unix, backlog));
        }
        if (SocketName.family(name) == SocketCalls.AF_INET6) {
            // `::` is all of the host's addresses, those of IPv4 too.
            calls.setOption(number, SocketCalls.IPPROTO_IPV6, SocketCalls.IPV6_V6ONLY, 0);
        }
        if (at instanceof Endpoint.Tcp) {
            calls.setOption(number, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, 1);
        }
        int result = calls.bind(number, name);
        if (result >= 0) {
            result = calls.listen(number, backlog);
        }
        if (result < 0) {
            throw SocketFailure.listening(result, at);
        }
        return new LinuxListener(
                descriptor,
                at instanceof Endpoint.Tcp tcp
                        ? new Endpoint.Tcp(tcp.host(), SocketName.port(calls.ownName(number)))
                        : at,
                null);
    }

    /// See [StreamSocket#ofDescriptor].
    StreamSocket socketOf(int number) throws IOException {
        return received(number, false, descriptor -> {
            final byte[] other = calls.peerName(number);
            if (other.length == 0) {
                throw SocketFailure.of(-SocketFailure.ENOTCONN, "use", "descriptor " + number);
            }
            if (SocketName.family(other) != SocketCalls.AF_UNIX) {
                return connected(descriptor, SocketName.endpoint(other), true);
            }
            final byte[] own = calls.ownName(number);
            final Endpoint at = endpointOr(other, endpointOr(own, null));
            return connected(descriptor, at == null ? new Endpoint.Abstract("unnamed") : at, true);
        });
    }

    /// The socket of this host that a name is of; many have none.
    private static @Nullable Endpoint endpointOr(byte[] name, @Nullable Endpoint none) {
        try {
            return SocketName.endpoint(name);
        } catch (IOException _) {
            return none;
        }
    }

    /// See [StreamListener#ofDescriptor].
    StreamListener listenerOf(int number, boolean deletesFile) throws IOException {
        return received(number, true, descriptor -> {
            final int result = calls.setBlocking(number, false);
            if (result < 0) {
                throw SocketFailure.of(result, "use", "descriptor " + number);
            }
            final Endpoint at = SocketName.endpoint(calls.ownName(number));
            final SocketFile file =
                    deletesFile && at instanceof Endpoint.Unix unix ? SocketFile.of(calls, unix.path()) : null;
            return new LinuxListener(descriptor, at, file);
        });
    }

    private interface Use<T> {
        T of(LinuxDescriptor descriptor) throws IOException;
    }

    /// Takes a descriptor over that came from elsewhere, and closes it if it is not what it should be.
    private <T> T received(int number, boolean listening, Use<T> use) throws IOException {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor is " + number + ", must not be negative");
        }
        final LinuxDescriptor descriptor = new LinuxDescriptor(calls, virtualThreads, number);
        descriptor.share();
        boolean isUsed = false;
        try {
            final int type = calls.option(number, SocketCalls.SOL_SOCKET, SocketCalls.SO_TYPE);
            if (type < 0) {
                throw SocketFailure.of(type, "use", "descriptor " + number);
            }
            final boolean listens = calls.option(number, SocketCalls.SOL_SOCKET, SocketCalls.SO_ACCEPTCONN) == 1;
            if (type != SocketCalls.SOCK_STREAM || listens != listening) {
                throw new SocketException("cannot use descriptor " + number + ": it is a "
                        + (type != SocketCalls.SOCK_STREAM
                                ? "socket of type " + type + ", not a stream"
                                : listens ? "listener, not a connected socket" : "socket that does not listen"));
            }
            calls.setCloseOnExec(number);
            final T used = use.of(descriptor);
            isUsed = true;
            return used;
        } finally {
            if (!isUsed) {
                descriptor.close();
            }
        }
    }

    /// When a wait ends.
    private static final class Deadline {
        private final long startNanos = System.nanoTime();
        private final long nanos;

        Deadline(Duration timeout) {
            final Duration most = Duration.ofNanos(Long.MAX_VALUE / 2);
            nanos = timeout.compareTo(most) < 0 ? timeout.toNanos() : most.toNanos();
        }

        long remainingNanos() {
            return Math.max(0, nanos - (System.nanoTime() - startNanos));
        }
    }
}
