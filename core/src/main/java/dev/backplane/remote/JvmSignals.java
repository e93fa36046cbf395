package dev.backplane.remote;

import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What threads wait at, for clients that are JVMs: events, latches, conditions and barriers.
final class JvmSignals {
    /// What a wait at a barrier that was broken returns.
    static final long BROKEN = -1;
    /// What a wait at a barrier that took too long returns.
    static final long TIMED_OUT = -2;

    private JvmSignals() {}

    /// A [SharedEvent].
    static JvmReferent event(SharedEvent event) {
        return new JvmReferent("event") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
                switch (method) {
                    case "isSet" -> {
                        return event.isSet();
                    }
                    case "set" -> event.set();
                    case "clear" -> event.clear();
                    case "await" -> {
                        return event.isSet()
                                || caller.awaitAtOnce(
                                        nanos -> event.await(nanos, TimeUnit.NANOSECONDS), nanos(arguments));
                    }
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    /// A [SharedLatch].
    static JvmReferent latch(SharedLatch latch) {
        return new JvmReferent("latch") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
                switch (method) {
                    case "getCount" -> {
                        return latch.getCount();
                    }
                    case "countDown" -> latch.countDown();
                    case "await" -> {
                        return caller.await(nanos -> latch.await(nanos, TimeUnit.NANOSECONDS), nanos(arguments));
                    }
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    /// A [SharedCondition], whose lock the caller's connection must hold.
    static JvmReferent condition(SharedCondition condition) {
        return new JvmReferent("condition") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
                switch (method) {
                    case "await" -> {
                        return await(condition, caller, nanos(arguments));
                    }
                    case "signal" -> condition.signal();
                    case "signalAll" -> condition.signalAll();
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    /// Who dies while it waits, be it for the lock, does not have that, and a signal that it got is another's.
    @SuppressWarnings("WaitNotInLoop") // The client loops.
    private static boolean await(SharedCondition condition, Caller caller, long nanos) throws InterruptedException {
        caller.watchIfLong(); // However short the wait is: others may have the lock for long.
        try {
            final boolean signalled = caller.awaitAtOnce(left -> condition.await(left, TimeUnit.NANOSECONDS), nanos);
            if (Thread.interrupted()) {
                if (signalled) {
                    condition.signal();
                }
                throw new InterruptedException();
            }
            return signalled;
        } catch (InterruptedException e) {
            NamedLocks.unlock(condition.lock());
            throw e;
        }
    }

    /// A [SharedBarrier]. The end of a connection that waits breaks it.
    static JvmReferent barrier(SharedBarrier barrier) {
        return new JvmReferent("barrier") {
            @Override
            @Nullable
            Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
                switch (method) {
                    case "await" -> {
                        caller.watch();
                        return await(barrier, nanos(arguments));
                    }
                    case "abort" -> barrier.abort();
                    case "reset" -> barrier.reset();
                    case "isBroken" -> {
                        return barrier.isBroken();
                    }
                    case "getParties" -> {
                        return (long) barrier.getParties();
                    }
                    case "getNumberWaiting" -> {
                        return (long) barrier.getNumberWaiting();
                    }
                    default -> throw new UnknownMethodException(method, this);
                }
                return null;
            }
        };
    }

    private static long await(SharedBarrier barrier, long nanos) throws InterruptedException {
        try {
            return nanos == Caller.FOREVER ? barrier.await() : barrier.await(nanos, TimeUnit.NANOSECONDS);
        } catch (BrokenBarrierException e) {
            return BROKEN;
        } catch (TimeoutException e) {
            return TIMED_OUT;
        }
    }
}
