package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// [Futex] by the Linux system call, in its process-shared form: the kernel finds waiters by the page, not the
/// address.
///
/// A virtual thread would hold its carrier for the length of the call, so it waits in a [VirtualThreadFutex].
final class LinuxFutex implements Futex {
    private final NativeAccess system;
    /// Made when first needed: most programs never have a virtual thread wait here.
    private @Nullable VirtualThreadFutex forVirtualThreads;

    LinuxFutex(NativeAccess system) {
        this.system = system;
    }

    private synchronized VirtualThreadFutex forVirtualThreads() {
        VirtualThreadFutex futex = forVirtualThreads;
        if (futex == null) {
            futex = new VirtualThreadFutex(
                    system.hasFutexWaitv() ? new FutexWaitvSleeper(system) : new PollingSleeper());
            forVirtualThreads = futex;
        }
        return futex;
    }

    @Override
    public void await(MemorySegment segment, long offset, int expected, long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return;
        }
        if (Thread.currentThread().isVirtual()) {
            forVirtualThreads().await(segment, offset, expected, timeoutNanos);
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
        StoreProbe.beforeStore();
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
