package dev.backplane.store;

import dev.backplane.store.VirtualThreadFutex.Watch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Sleeps on up to 127 words, and one of its own to be kicked by, in one futex_waitv(2) (Linux 5.16).
///
/// Where there are more, they are looked at every millisecond.
final class FutexWaitvSleeper implements VirtualThreadFutex.Sleeper {
    /// FUTEX_WAITV_MAX of the kernel.
    private static final int MOST_WORDS = 128;

    /// Longer than any slice: who waits does not depend on it.
    private static final long LONGEST_SLEEP_NANOS = 1_000_000_000;

    private static final long POLL_NANOS = 1_000_000;
    private static final IntField KICKS = new IntField(0);

    private final NativeAccess system;
    private final MemorySegment kicks = Arena.global().allocate(ValueLayout.JAVA_INT);
    private final MemorySegment entries = Arena.global().allocate(NativeAccess.WAITV_BYTES * MOST_WORDS, Long.BYTES);
    private volatile boolean asleep;
    private int kicksSeen;

    FutexWaitvSleeper(NativeAccess system) {
        this.system = system;
    }

    @Override
    public void prepare() {
        kicksSeen = KICKS.getVolatile(kicks, 0);
    }

    @Override
    public void sleep(List<Watch> watches) {
        NativeAccess.setWaitv(entries, 0, kicks, kicksSeen);
        final int count = Math.min(watches.size(), MOST_WORDS - 1);
        for (int i = 0; i < count; i++) {
            NativeAccess.setWaitv(entries, i + 1, watches.get(i).word, watches.get(i).expected);
        }
        asleep = true;
        final int result =
                system.futexWaitv(entries, count + 1, count < watches.size() ? POLL_NANOS : LONGEST_SLEEP_NANOS);
        asleep = false;
        switch (result) {
            case -NativeAccess.EAGAIN, -NativeAccess.EINTR, -NativeAccess.ETIMEDOUT -> {}
            default -> {
                if (result < 0) {
                    throw new SegmentException("futex_waitv was refused with errno " + -result);
                }
            }
        }
    }

    @Override
    public void kick(Thread looker) {
        // The count first: a looker that is not asleep yet finds it changed when it goes to sleep.
        KICKS.getAndAdd(kicks, 0, 1);
        if (asleep) {
            system.futexWake(kicks, 1);
        }
    }
}
