package dev.backplane.store;

import dev.backplane.store.VirtualThreadFutex.Watch;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Sleeps a little, and longer the longer nothing happens: for systems that cannot sleep on many words at once.
final class PollingSleeper implements VirtualThreadFutex.Sleeper {
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    private volatile long pauseNanos = FIRST_PAUSE_NANOS;

    @Override
    public void prepare() {
        // A kick is an unpark, which outlasts whatever comes between it and the sleep.
    }

    @Override
    public void sleep(List<Watch> watches) {
        final long pause = pauseNanos;
        LockSupport.parkNanos(this, pause);
        pauseNanos = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
    }

    @Override
    public void kick(Thread looker) {
        pauseNanos = FIRST_PAUSE_NANOS;
        LockSupport.unpark(looker);
    }
}
