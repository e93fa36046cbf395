package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a socket: who uses it, how that thread waits, and the memory for its system calls.
///
/// A call of the socket is `begin`, attempts with a [#pause] after each that found nothing to do, `end`. One
/// thread at a time is between the two; others queue up, within their time. So the memory has one user, and
/// nothing is allocated for a call.
final class SocketLane {
    /// The most bytes of the heap that go to the kernel in one piece.
    static final int LARGEST_BOUNCE = 128 * 1024;

    private static final int SMALLEST_BOUNCE = 4096;

    private final LinuxDescriptor descriptor;
    private final SocketCalls calls;
    private final short events;
    private final MemorySegment state = Arena.ofAuto().allocate(SocketCalls.WAIT_BYTES, Long.BYTES);
    private final ReentrantLock lock = new ReentrantLock();

    private MemorySegment bounceMemory = MemorySegment.NULL;
    private ByteBuffer bounce = ByteBuffer.allocate(0);

    // The wait of the thread that holds the lock.
    private long timeoutNanos;
    private long spinNanos;
    private long startNanos;
    private long spinStartNanos;
    private boolean started;
    private boolean spinning;
    private boolean reading;
    private boolean sleepsInCall;

    /// @param events what to wait for: [SocketCalls#POLLIN] or [SocketCalls#POLLOUT]
    SocketLane(LinuxDescriptor descriptor, short events) {
        this.descriptor = descriptor;
        this.calls = descriptor.calls();
        this.events = events;
    }

    /// Begins a call; false if the time was up before it was this thread's turn.
    boolean begin(Waiting waiting, long timeout) throws IOException, InterruptedException {
        if (lock.tryLock()) {
            started = false;
        } else if (!queue(timeout)) {
            descriptor.ensureOpen();
            return false;
        }
        timeoutNanos = timeout;
        spinNanos = WaitLoop.spinNanos(waiting);
        spinning = false;
        reading = false;
        try {
            descriptor.enter();
        } catch (IOException e) {
            lock.unlock();
            throw e;
        }
        return true;
    }

    private boolean queue(long timeout) throws InterruptedException {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("a call on a socket within another of the same thread");
        }
        final long before = System.nanoTime();
        if (timeout == WaitLoop.FOREVER) {
            lock.lockInterruptibly();
        } else if (!lock.tryLock(Math.max(0, timeout), TimeUnit.NANOSECONDS)) {
            return false;
        }
        startNanos = before;
        started = true;
        return true;
    }

    /// The attempts are reads with [#flags], which may sleep; the first too, if this thread would not spin
    /// after it.
    void reads() {
        reading = true;
        if (spinNanos == 0
                && timeoutNanos >= WaitLoop.SLICE_NANOS
                && !Thread.currentThread().isInterrupted()) {
            sleepsInCall = !Thread.currentThread().isVirtual() && descriptor.enterRead();
        }
    }

    /// How the next attempt to read is made: without waiting, or sleeping in the call for a slice.
    int flags() {
        return sleepsInCall ? 0 : SocketCalls.MSG_DONTWAIT;
    }

    private void leaveCall() {
        if (sleepsInCall) {
            sleepsInCall = false;
            descriptor.leaveRead();
        }
    }

    /// Ends the call.
    void end() {
        leaveCall();
        descriptor.leave();
        lock.unlock();
    }

    /// Waits a little, spinning or sleeping, after an attempt that found nothing to do; false if the time is
    /// up.
    @SuppressWarnings("ThreadPriorityCheck") // To yield is how a virtual thread that never sleeps is fair.
    boolean pause() throws IOException, InterruptedException {
        leaveCall();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        descriptor.ensureOpen();
        final long now = System.nanoTime();
        if (!started) {
            startNanos = now;
            started = true;
        }
        final long left = timeoutNanos == WaitLoop.FOREVER ? WaitLoop.FOREVER : timeoutNanos - (now - startNanos);
        if (left <= 0) {
            return false;
        }
        if (!spinning) {
            spinStartNanos = now;
            spinning = true;
        }
        final boolean virtual = Thread.currentThread().isVirtual();
        if (now - spinStartNanos < spinNanos) {
            if (virtual) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
            return true;
        }
        StoreProbe.beforeWait();
        if (virtual) {
            descriptor.virtualThreads().await(descriptor, state, events == SocketCalls.POLLOUT, left);
            return true;
        }
        if (reading && left >= WaitLoop.SLICE_NANOS && descriptor.enterRead()) {
            sleepsInCall = true;
            return true;
        }
        final int result = calls.poll(state, descriptor.number(), events, Math.min(left, WaitLoop.SLICE_NANOS));
        if (result < 0 && result != -NativeAccess.EINTR) {
            throw SocketFailure.of(result, "wait for", "a socket");
        }
        return true;
    }

    /// An attempt did something: the next pause may spin again.
    void progressed() {
        spinning = false;
    }

    /// Whether the descriptor is ready in this moment.
    boolean isReady() throws IOException {
        final int result = calls.poll(state, descriptor.number(), events, 0);
        if (result < 0 && result != -NativeAccess.EINTR) {
            throw SocketFailure.of(result, "look at", "a socket");
        }
        return result > 0;
    }

    /// For errno.
    MemorySegment state() {
        return state;
    }

    /// Memory that the kernel can read and write, for up to `bytes`.
    ByteBuffer bounce(long bytes) {
        final int enough = Math.clamp(bytes, SMALLEST_BOUNCE, LARGEST_BOUNCE);
        if (bounce.capacity() < enough) {
            final int size = Math.min(LARGEST_BOUNCE, Integer.highestOneBit(enough - 1) << 1);
            bounceMemory = Arena.ofAuto().allocate(size);
            bounce = bounceMemory.asByteBuffer();
        }
        return bounce;
    }

    /// The start of [#bounce].
    MemorySegment bounceSegment(long length) {
        return bounceMemory.asSlice(0, length);
    }

    /// Where [#bounce] is.
    long bounceAddress() {
        return bounceMemory.address();
    }
}
