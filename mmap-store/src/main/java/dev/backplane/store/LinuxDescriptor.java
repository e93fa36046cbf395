package dev.backplane.store;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The descriptor of a socket, which several threads use and one closes.
///
/// The number of a closed descriptor may be that of some other file a moment later. So who uses it is
/// counted, from before its first call to after its last, and the last one to leave closes it; the open
/// socket is itself a user. Whoever waits when it is closed is woken: a platform thread by shutdown(2),
/// unless some other process may have the socket too, whose connection that would break; such a thread finds
/// out at the end of its slice. A virtual thread is unparked.
///
/// A socket that is this process's alone has a time limit for reads, set in the kernel, so that a platform
/// thread can sleep in recv(2) itself and still looks about after each slice. It would be in the way of
/// another process, so it is taken back before a descriptor is given out.
final class LinuxDescriptor {
    private static final long PAUSE_NANOS = 1_000_000;

    private final SocketCalls calls;
    private final VirtualThreadPoll virtualThreads;
    private final int number;
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile boolean closed;
    private volatile boolean shared;
    /// Reads may sleep in recv(2), for a slice at most.
    private volatile boolean sleepsInRead;
    /// A thread is in such a read, or about to be.
    private volatile boolean inRead;
    private final Object closing = new Object();

    /// The virtual threads that wait, one for each direction; guarded by this.
    private @Nullable Thread reader;

    private @Nullable Thread writer;
    /// What the poll knows this descriptor by, 0 while it does not; guarded by this.
    private long token;

    LinuxDescriptor(SocketCalls calls, VirtualThreadPoll virtualThreads, int number) {
        this.calls = calls;
        this.virtualThreads = virtualThreads;
        this.number = number;
    }

    SocketCalls calls() {
        return calls;
    }

    VirtualThreadPoll virtualThreads() {
        return virtualThreads;
    }

    /// Valid between [#enter] and [#leave].
    int number() {
        return number;
    }

    boolean isClosed() {
        return closed;
    }

    void ensureOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /// From now on another process may have the socket too, for whom it gets what the system gives every
    /// socket.
    void share() {
        shared = true;
        if (sleepsInRead) {
            boolean interrupted = false;
            while (inRead) { // For a slice at most; whoever begins from now on sees that the socket is shared.
                LockSupport.parkNanos(this, PAUSE_NANOS);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            calls.setReadTimeout(number, 0);
        }
    }

    /// Lets reads sleep in recv(2), for a slice at most: one call instead of three.
    ///
    /// @param blocks whether calls that do not say otherwise wait already, as those of an accepted socket do
    void sleepInReads(boolean blocks) {
        sleepsInRead = (blocks || calls.setBlocking(number, true) >= 0)
                && calls.setReadTimeout(number, WaitLoop.SLICE_NANOS) >= 0;
    }

    /// Begins a read that sleeps in recv(2); false if it may not.
    boolean enterRead() {
        if (!sleepsInRead) {
            return false;
        }
        // Announced first, looked at afterwards; share() does it the other way round, so one sees the other.
        inRead = true;
        if (shared) {
            inRead = false;
            return false;
        }
        return true;
    }

    void leaveRead() {
        inRead = false;
    }

    /// Another descriptor of the same socket, to be given out: the number of this one may be some other
    /// file's by the time that it is sent.
    ///
    /// @param what the socket, for messages
    /// @return a descriptor that its receiver closes
    int duplicate(Object what) throws IOException {
        enter();
        try {
            share();
            final int duplicate = calls.duplicate(number);
            if (duplicate < 0) {
                throw SocketFailure.of(duplicate, "open another descriptor of", what);
            }
            return duplicate;
        } finally {
            leave();
        }
    }

    boolean isShared() {
        return shared;
    }

    /// Says that nothing more will be written.
    ///
    /// @param peer where the other end is, for messages
    void shutdownOutput(String peer) throws IOException {
        enter();
        try {
            final int result = calls.shutdown(number, SocketCalls.SHUT_WR);
            if (result < 0) {
                ensureOpen();
                throw SocketFailure.of(result, "end the output to", peer);
            }
        } finally {
            leave();
        }
    }

    /// See [StreamSocket#limitUnacknowledged]; of TCP only.
    void limitUnacknowledged(Duration longest) throws IOException {
        final int millis = Math.clamp(TimeUnit.MILLISECONDS.convert(longest), 1, Integer.MAX_VALUE);
        enter();
        try {
            // Refused only if the connection has broken already, which the next call will tell.
            calls.setOption(number, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_USER_TIMEOUT, millis);
        } finally {
            leave();
        }
    }

    /// Begins to use the number.
    void enter() throws ClosedChannelException {
        while (true) {
            ensureOpen();
            final int count = users.get();
            // Zero after close only, so the number is good for whoever adds to more than that.
            if (count > 0 && users.compareAndSet(count, count + 1)) {
                return;
            }
        }
    }

    /// Ends the use of the number.
    void leave() {
        if (users.decrementAndGet() == 0) {
            virtualThreads.forget(this);
            calls.close(number);
        }
    }

    /// Closes the descriptor when its last user has left; false if it was closed before.
    boolean close() {
        synchronized (closing) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        if (users.get() > 1) {
            if (!shared) {
                calls.shutdown(number, SocketCalls.SHUT_RDWR);
            }
            unparkAll();
        }
        leave();
        return true;
    }

    synchronized void unparkAll() {
        LockSupport.unpark(reader);
        LockSupport.unpark(writer);
    }

    // What follows is for the poll, which holds this object's monitor.

    void setWaiter(boolean output, @Nullable Thread waiter) {
        if (output) {
            writer = waiter;
        } else {
            reader = waiter;
        }
    }

    /// What the threads wait for.
    int interest() {
        return (reader == null ? 0 : SocketCalls.EPOLLIN) | (writer == null ? 0 : SocketCalls.EPOLLOUT);
    }

    /// Unparks whom these events concern.
    void wake(int events) {
        // Anything but input and output is an error or a hang-up, which concerns both.
        if (events != SocketCalls.EPOLLOUT) {
            LockSupport.unpark(reader);
            reader = null;
        }
        if (events != SocketCalls.EPOLLIN) {
            LockSupport.unpark(writer);
            writer = null;
        }
    }

    long token() {
        return token;
    }

    void setToken(long value) {
        token = value;
    }
}
