package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The Linux system calls that sockets need. Each method either succeeds or returns the negated errno; see
/// [SocketFailure] for what these mean.
///
/// Those in the way of every byte take memory of their caller's for errno and what they write, and allocate
/// nothing.
final class SocketCalls {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_TYPE = 3;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_KEEPALIVE = 9;
    static final int SO_ACCEPTCONN = 30;
    private static final int SO_PEERCRED = 17;
    private static final int SO_RCVTIMEO = 20;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int TCP_KEEPIDLE = 4;
    static final int TCP_KEEPINTVL = 5;
    static final int TCP_KEEPCNT = 6;
    static final int TCP_USER_TIMEOUT = 18;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;

    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;

    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    /// For calls that wait: errno, a `struct pollfd` and a timespec, or a `struct epoll_event`.
    static final long WAIT_BYTES = 40;

    private static final long POLLFD = 8;
    private static final long POLLFD_EVENTS = POLLFD + Integer.BYTES;
    private static final long POLLFD_RESULT = POLLFD_EVENTS + Short.BYTES;
    private static final long TIMESPEC = 16;
    private static final long EPOLL_EVENT = 16;

    /// `struct epoll_event`, which x86-64 packs.
    private static final boolean PACKED = !System.getProperty("os.arch", "").equals("aarch64");

    static final long EPOLL_EVENT_BYTES = PACKED ? 12 : 16;
    private static final long EPOLL_TOKEN = PACKED ? 4 : 8;

    static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CTRUNC = 8;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int O_DIRECTORY = System.getProperty("os.arch", "").equals("aarch64") ? 0x4000 : 0x10000;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 0x800;
    private static final int MODE_MASK = 0777;

    /// `struct sockaddr_storage`.
    private static final int NAME_BYTES = 128;

    private static final int SIGNAL_SET_BYTES = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MICRO = 1_000;

    /// Who is at the other end of a socket of this host.
    ///
    /// @param pid 0 for a process that this one's /proc does not show
    /// @param uid of its user
    record Credentials(int pid, int uid) {}

    private final NativeAccess system;
    private final SocketNumbers numbers;

    SocketCalls(NativeAccess system) {
        this.system = system;
        this.numbers = system.numbers().sockets();
    }

    int socket(int family, int type) {
        return system.call(numbers.socket(), family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, 0, 0);
    }

    void close(int fd) {
        system.close(fd);
    }

    int bind(int fd, byte[] name) {
        return withName(numbers.bind(), fd, name);
    }

    int connect(int fd, byte[] name) {
        return withName(numbers.connect(), fd, name);
    }

    private int withName(int number, int fd, byte[] name) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(name.length, Long.BYTES);
            MemorySegment.copy(MemorySegment.ofArray(name), 0, memory, 0, name.length);
            return system.call(number, fd, memory.address(), name.length, 0, 0);
        }
    }

    int listen(int fd, int backlog) {
        return system.call(numbers.listen(), fd, backlog, 0, 0, 0);
    }

    /// The next connection, close-on-exec; it blocks, whatever its listener does.
    int accept(MemorySegment state, int fd) {
        return (int) system.call(state, numbers.accept4(), fd, 0, 0, SOCK_CLOEXEC, 0, 0);
    }

    /// A socket's own name as the kernel writes it; empty if it has none.
    byte[] ownName(int fd) {
        return name(numbers.getsockname(), fd);
    }

    /// The name of the other end; empty if there is none.
    byte[] peerName(int fd) {
        return name(numbers.getpeername(), fd);
    }

    private byte[] name(int number, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(NAME_BYTES, Long.BYTES);
            final MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, NAME_BYTES);
            if (system.call(number, fd, memory.address(), length.address(), 0, 0) < 0) {
                return new byte[0];
            }
            final byte[] all = memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            return Arrays.copyOf(all, Math.clamp(length.get(JAVA_INT, 0), 0, NAME_BYTES));
        }
    }

    int setOption(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            final long address = arena.allocateFrom(JAVA_INT, value).address();
            return system.call(numbers.setsockopt(), fd, level, option, address, Integer.BYTES);
        }
    }

    /// How long a read that may wait does so, 0 for as long as it takes.
    int setReadTimeout(int fd, long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment timeval = arena.allocate(JAVA_LONG, 2); // Seconds and microseconds.
            timeval.setAtIndex(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
            timeval.setAtIndex(JAVA_LONG, 1, nanos % NANOS_PER_SECOND / NANOS_PER_MICRO);
            return system.call(
                    numbers.setsockopt(), fd, SOL_SOCKET, SO_RCVTIMEO, timeval.address(), timeval.byteSize());
        }
    }

    /// A number that is not negative, or -errno.
    int option(int fd, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment value = arena.allocate(JAVA_INT);
            final long length = arena.allocateFrom(JAVA_INT, Integer.BYTES).address();
            final int result = system.call(numbers.getsockopt(), fd, level, option, value.address(), length);
            return result < 0 ? result : value.get(JAVA_INT, 0);
        }
    }

    /// Of whoever connected, or called listen(2).
    Credentials credentials(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment value = arena.allocate(JAVA_INT, 3);
            final long length = arena.allocateFrom(JAVA_INT, 3 * Integer.BYTES).address();
            final int result = system.call(numbers.getsockopt(), fd, SOL_SOCKET, SO_PEERCRED, value.address(), length);
            return result < 0
                    ? new Credentials(0, -1)
                    : new Credentials(value.getAtIndex(JAVA_INT, 0), value.getAtIndex(JAVA_INT, 1));
        }
    }

    int shutdown(int fd, int how) {
        return system.call(numbers.shutdown(), fd, how, 0, 0, 0);
    }

    /// Reads, with [#MSG_DONTWAIT] without waiting; how many bytes, 0 at the end.
    long receive(MemorySegment state, int fd, long address, long length, int flags) {
        return system.call(state, numbers.recvfrom(), fd, address, length, flags, 0, 0);
    }

    long receive(MemorySegment state, int fd, MemorySegment into, int flags) {
        return system.callWith(state, numbers.recvfrom(), fd, into, into.byteSize(), flags);
    }

    /// Reads into an array of the Java heap what is there in this moment; how many bytes, -1 for any error.
    long receiveOntoHeap(int fd, MemorySegment into) {
        return system.callOnHeap(numbers.recvfrom(), fd, into, into.byteSize(), MSG_DONTWAIT);
    }

    /// Writes of an array of the Java heap what there is room for in this moment; how many bytes, -1 for any error.
    long sendFromHeap(int fd, MemorySegment from) {
        return system.callOnHeap(numbers.sendto(), fd, from, from.byteSize(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    /// Writes without waiting, and without a signal if the other end is gone; how many bytes.
    long send(MemorySegment state, int fd, long address, long length) {
        return system.call(state, numbers.sendto(), fd, address, length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
    }

    long send(MemorySegment state, int fd, MemorySegment from) {
        return system.callWith(state, numbers.sendto(), fd, from, from.byteSize(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    /// Writes what a `struct msghdr` says, without waiting.
    long sendMessage(MemorySegment state, int fd, MemorySegment message) {
        return system.call(state, numbers.sendmsg(), fd, message.address(), MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0);
    }

    /// Reads into what a `struct msghdr` says, without waiting; descriptors that come are close-on-exec.
    long receiveMessage(MemorySegment state, int fd, MemorySegment message) {
        return system.call(state, numbers.recvmsg(), fd, message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 0, 0, 0);
    }

    /// Sleeps until something of `events`, an error or a hang-up is there, at most `nanos`; 0 if nothing
    /// came.
    int poll(MemorySegment state, int fd, short events, long nanos) {
        state.set(JAVA_INT, POLLFD, fd);
        state.set(JAVA_SHORT, POLLFD_EVENTS, events);
        state.set(JAVA_SHORT, POLLFD_RESULT, (short) 0);
        NativeAccess.setTimespec(state, TIMESPEC, nanos);
        final long base = state.address();
        return (int) system.call(state, numbers.ppoll(), base + POLLFD, 1, base + TIMESPEC, 0, SIGNAL_SET_BYTES, 0);
    }

    int changeMode(int fd, int mode) {
        return system.call(numbers.fchmod(), fd, mode & MODE_MASK, 0, 0, 0);
    }

    int openDirectory(String path) {
        return system.open(path, O_DIRECTORY, 0);
    }

    int openFile(String path) {
        return system.open(path, NativeAccess.O_RDWR | LinuxSegmentFile.O_NOFOLLOW, 0);
    }

    /// Takes the lock of a whole file, which goes with its open file description; -EAGAIN if another has it.
    int tryLock(int fd) {
        return system.call(numbers.flock(), fd, LOCK_EX_NB, 0, 0, 0);
    }

    /// Another descriptor of what a descriptor is of, close-on-exec.
    int duplicate(int fd) {
        return system.call(system.numbers().fcntl(), fd, F_DUPFD_CLOEXEC, 0, 0, 0);
    }

    int setCloseOnExec(int fd) {
        return system.call(system.numbers().fcntl(), fd, F_SETFD, FD_CLOEXEC, 0, 0);
    }

    /// Whether calls that do not say otherwise wait. Of the file, not of this descriptor alone.
    int setBlocking(int fd, boolean blocking) {
        final int flags = system.call(system.numbers().fcntl(), fd, F_GETFL, 0, 0, 0);
        final int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
        return flags < 0 ? flags : system.call(system.numbers().fcntl(), fd, F_SETFL, wanted, 0, 0);
    }

    int effectiveUserId() {
        return system.effectiveUserId();
    }

    int epollCreate() {
        return system.call(numbers.epollCreate1(), NativeAccess.O_CLOEXEC, 0, 0, 0, 0);
    }

    /// Says once, with `token`, when one of `events` is there.
    int epollAdd(MemorySegment state, int epoll, int fd, int events, long token) {
        return epollControl(state, epoll, EPOLL_CTL_ADD, fd, events, token);
    }

    /// The same for a descriptor that was added before.
    int epollChange(MemorySegment state, int epoll, int fd, int events, long token) {
        return epollControl(state, epoll, EPOLL_CTL_MOD, fd, events, token);
    }

    private int epollControl(MemorySegment state, int epoll, int operation, int fd, int events, long token) {
        final int once = 1 << 30; // EPOLLONESHOT
        state.set(JAVA_INT, EPOLL_EVENT, events | once);
        state.set(JAVA_LONG.withByteAlignment(1), EPOLL_EVENT + EPOLL_TOKEN, token);
        return (int) system.call(state, numbers.epollCtl(), epoll, operation, fd, state.address() + EPOLL_EVENT, 0, 0);
    }

    void epollRemove(int epoll, int fd) {
        system.call(numbers.epollCtl(), epoll, EPOLL_CTL_DEL, fd, 0, 0);
    }

    /// Sleeps until something of what was added is there; how many entries of `events` were written.
    int epollWait(MemorySegment state, int epoll, MemorySegment events) {
        final long most = events.byteSize() / EPOLL_EVENT_BYTES;
        return (int) system.call(state, numbers.epollPwait(), epoll, events.address(), most, -1, 0, SIGNAL_SET_BYTES);
    }

    static int epollEvents(MemorySegment events, int index) {
        return events.get(JAVA_INT.withByteAlignment(1), index * EPOLL_EVENT_BYTES);
    }

    static long epollToken(MemorySegment events, int index) {
        return events.get(JAVA_LONG.withByteAlignment(1), index * EPOLL_EVENT_BYTES + EPOLL_TOKEN);
    }
}
