package dev.backplane.store;

import java.lang.foreign.MemorySegment;

/// [Futex] by the Linux system call, in its process-shared form: the kernel finds waiters by the page, not the
/// address.
///
/// A virtual thread would hold its carrier for the length of the call, so it waits the portable way.
final class LinuxFutex implements Futex {
    private final NativeAccess system;
    private final Futex forVirtualThreads;

    LinuxFutex(NativeAccess system, Futex forVirtualThreads) {
        this.system = system;
        this.forVirtualThreads = forVirtualThreads;
    }

    @Override
    public void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            forVirtualThreads.await(segment, offset, expected, timeoutNanos);
            return;
        }
        final int result = system.futexWait(segment.asSlice(offset, Integer.BYTES), expected, timeoutNanos);
        switch (-result) {
            case 0, NativeAccess.EAGAIN, NativeAccess.EINTR, NativeAccess.ETIMEDOUT -> {}
            default -> throw refused("FUTEX_WAIT", result);
        }
    }

    @Override
    public void wake(MemorySegment segment, long offset, int count) {
        final int result = system.futexWake(segment.asSlice(offset, Integer.BYTES), count);
        if (result < 0) {
            throw refused("FUTEX_WAKE", result);
        }
    }

    private static SegmentException refused(String operation, int negatedErrno) {
        return new SegmentException(operation + " was refused with errno " + -negatedErrno
                + "; if this system forbids futexes, start every JVM with -D" + Platform.PROPERTY + "=portable");
    }
}
