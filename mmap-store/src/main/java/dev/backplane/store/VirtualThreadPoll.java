package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Waiting for sockets in virtual threads, which park and let go of their carriers, while one platform thread
/// of the JVM, the looker, sleeps in epoll(7) on all their descriptors at once and unparks those that may go
/// on.
final class VirtualThreadPoll {
    /*
     * A descriptor is armed for one event at a time (EPOLLONESHOT), by a thread that is about to park; the kernel looks
     * at it in that moment, so nothing is missed that came before. The looker knows a descriptor by a token that is
     * never used twice, not by its number, which the system gives to the next file. A descriptor is taken out before it
     * is closed: with another process having its file too, the kernel would go on to tell of it.
     *
     * Who sets a waiter, arms, wakes or takes out holds the monitor of the descriptor.
     */

    private static final int MOST_EVENTS = 64;

    private final SocketCalls calls;
    private final Map<Long, LinuxDescriptor> watched = new ConcurrentHashMap<>();
    private final AtomicLong lastToken = new AtomicLong();
    /// The descriptor of the epoll instance, negative before the first wait.
    private volatile int epoll = -1;
    /// The looker has ended, which it never should.
    private volatile boolean failed;

    VirtualThreadPoll(SocketCalls calls) {
        this.calls = calls;
    }

    /// Parks the current virtual thread until the descriptor is ready or closed or the time is up, or for no
    /// reason.
    ///
    /// @param state for system calls
    /// @param output whether for writing
    /// @param nanos the longest wait, [WaitLoop#FOREVER] for no limit
    void await(LinuxDescriptor descriptor, MemorySegment state, boolean output, long nanos) throws IOException {
        start();
        synchronized (descriptor) {
            descriptor.setWaiter(output, Thread.currentThread());
            final int armed = descriptor.isClosed() ? 0 : arm(descriptor, state);
            if (armed < 0) {
                descriptor.setWaiter(output, null);
                throw SocketFailure.of(armed, "wait for", "a socket");
            }
        }
        if (!descriptor.isClosed() && !failed) {
            if (nanos == WaitLoop.FOREVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        synchronized (descriptor) {
            descriptor.setWaiter(output, null);
        }
        if (failed) {
            throw new IOException("virtual threads cannot wait for sockets: the thread that looks for them has ended");
        }
    }

    /// Takes a descriptor out that is about to be closed.
    void forget(LinuxDescriptor descriptor) {
        synchronized (descriptor) {
            if (descriptor.token() != 0) {
                watched.remove(descriptor.token());
                calls.epollRemove(epoll, descriptor.number());
                descriptor.setToken(0);
            }
        }
    }

    private int arm(LinuxDescriptor descriptor, MemorySegment state) {
        final int interest = descriptor.interest();
        if (descriptor.token() != 0) {
            return calls.epollChange(state, epoll, descriptor.number(), interest, descriptor.token());
        }
        final long token = lastToken.incrementAndGet();
        watched.put(token, descriptor);
        final int added = calls.epollAdd(state, epoll, descriptor.number(), interest, token);
        if (added < 0) {
            watched.remove(token);
            return added;
        }
        descriptor.setToken(token);
        return 0;
    }

    private void start() throws IOException {
        if (epoll >= 0) {
            return;
        }
        synchronized (this) {
            if (epoll >= 0) {
                return;
            }
            final int created = calls.epollCreate();
            if (created < 0) {
                throw SocketFailure.of(created, "make", "a descriptor for the waits of virtual threads");
            }
            boolean looking = false;
            try {
                Thread.ofPlatform().daemon().name("backplane-virtual-sockets").start(() -> look(created));
                looking = true;
            } finally {
                if (!looking) {
                    calls.close(created);
                }
            }
            epoll = created; // Last: whoever sees it parks, and there has to be somebody who unparks him.
        }
    }

    /// @param instance as [#epoll] is to be, which it is set to later
    private void look(int instance) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment events = arena.allocate(MOST_EVENTS * SocketCalls.EPOLL_EVENT_BYTES, Long.BYTES);
            final MemorySegment state = arena.allocate(SocketCalls.WAIT_BYTES, Long.BYTES);
            while (true) {
                final int count = calls.epollWait(state, instance, events);
                if (count < 0 && count != -NativeAccess.EINTR) {
                    throw new IllegalStateException("epoll_pwait was refused with errno " + -count);
                }
                for (int i = 0; i < count; i++) {
                    final LinuxDescriptor descriptor = watched.get(SocketCalls.epollToken(events, i));
                    if (descriptor != null) {
                        tell(descriptor, SocketCalls.epollEvents(events, i), state);
                    }
                }
            }
        } finally {
            failed = true;
            watched.values().forEach(LinuxDescriptor::unparkAll);
        }
    }

    private void tell(LinuxDescriptor descriptor, int events, MemorySegment state) {
        synchronized (descriptor) {
            descriptor.wake(events);
            if (descriptor.token() != 0 && descriptor.interest() != 0 && arm(descriptor, state) < 0) {
                descriptor.unparkAll(); // It tries for itself, and gets the exception.
            }
        }
    }
}
