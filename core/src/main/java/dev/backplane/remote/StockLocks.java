package dev.backplane.remote;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Locks, conditions and semaphores of a server of Python's.
final class StockLocks {
    private StockLocks() {}

    /// Whether Python's `acquire` got it.
    private static boolean acquire(StockObject object, long nanos) {
        return Boolean.TRUE.equals(
                nanos <= 0
                        ? object.python("acquire", false)
                        : object.python(nanos, "acquire", true, StockObject.seconds(nanos)));
    }

    /// An `RLock`, or a `Lock`.
    ///
    /// **Client death.** A server of Python's keeps it locked for ever.
    static final class Lock extends StockObject {
        Lock(Origin origin) {
            super(origin);
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "acquire" -> acquire(this, waitNanos) ? JvmAcquisition.ACQUIRED : JvmAcquisition.TIMED_OUT;
                case "release" -> python("release");
                case "recover" -> false;
                case "isLocked" ->
                    inTurn(() -> {
                        final boolean free = acquire(this, 0);
                        if (free) {
                            python("release");
                        }
                        return !free;
                    });
                default -> throw unsupported(method + "()");
            };
        }
    }

    /// A condition: its waiters are threads of this client, as all are who know the lock.
    static final class Signals extends RemoteTarget {
        private final Lock lock;
        private final ReentrantLock guard = new ReentrantLock();
        private final Deque<Waiter> waiters = new ArrayDeque<>();

        /// One that waits.
        private static final class Waiter {
            private final Condition woken;
            private boolean signalled;

            Waiter(Condition woken) {
                this.woken = woken;
            }
        }

        Signals(String name, Lock lock) {
            super(name, lock.links());
            this.lock = lock;
        }

        @Override
        @Nullable
        Object call(long waitNanos, String method, @Nullable Object... args) {
            switch (method) {
                case "await" -> {
                    return await(PythonValues.index(args[0]));
                }
                case "signal" -> wake(1);
                case "signalAll" -> wake(Integer.MAX_VALUE);
                default -> throw unsupported(method + "()");
            }
            return null;
        }

        private void wake(int most) {
            guard.lock();
            try {
                for (int i = 0; i < most && !waiters.isEmpty(); i++) {
                    final Waiter waiter = waiters.remove();
                    waiter.signalled = true;
                    waiter.woken.signal();
                }
            } finally {
                guard.unlock();
            }
        }

        /// A signal that comes while the lock is acquired again counts too. If it cannot be acquired, another
        /// waiter gets the signal.
        private boolean await(long nanos) {
            final Waiter waiter = new Waiter(guard.newCondition());
            guard.lock();
            try {
                waiters.add(waiter);
            } finally {
                guard.unlock();
            }
            boolean locked = false;
            try {
                lock.call("release");
                try {
                    awaitSignal(waiter, nanos);
                } finally {
                    RemoteWait.uninterruptibly(slice ->
                            lock.number("acquire", slice, false) == JvmAcquisition.TIMED_OUT ? null : Boolean.TRUE);
                }
                locked = true;
            } finally {
                if (!locked && isSignalled(waiter)) {
                    wake(1);
                }
            }
            return isSignalled(waiter);
        }

        /// An interrupt waits until the call is over, see [RemoteTarget].
        private void awaitSignal(Waiter waiter, long nanos) {
            final long start = System.nanoTime();
            boolean interrupted = false;
            guard.lock();
            try {
                long left = nanos;
                while (!waiter.signalled && left > 0) {
                    try {
                        waiter.woken.awaitNanos(left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                    left = nanos - (System.nanoTime() - start);
                }
            } finally {
                guard.unlock();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /// Whether it was, as one that waits no longer.
        private boolean isSignalled(Waiter waiter) {
            guard.lock();
            try {
                waiters.remove(waiter);
                return waiter.signalled;
            } finally {
                guard.unlock();
            }
        }

        @Override
        @Nullable
        Object waitAside(long nanos, String method) {
            throw unsupported(method + "()");
        }

        @Override
        void close() {
            // There is nothing on the server.
        }
    }

    /// A `Semaphore` or a `BoundedSemaphore`, with the count that Python keeps to itself.
    static final class Permits extends StockObject {
        private final int initial;
        private final boolean bounded;
        /// Who takes several permits, which is one after the other: two such must not each wait for the
        /// other's.
        private final ReentrantLock several = new ReentrantLock();
        private final Object counts = new Object();
        private int available;
        private int held;

        Permits(Origin origin, int initial, boolean bounded) {
            super(origin);
            this.initial = initial;
            this.bounded = bounded;
            this.available = initial;
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "acquire" -> acquire((int) PythonValues.index(args[0]), waitNanos);
                case "release" -> {
                    release((int) PythonValues.index(args[0]));
                    yield null;
                }
                case "drainPermits" -> {
                    long drained = 0;
                    while (StockLocks.acquire(this, 0)) {
                        count(1);
                        drained++;
                    }
                    yield drained;
                }
                case "availablePermits" -> {
                    if (isPythons()) {
                        throw unsupported(method + "()");
                    }
                    synchronized (counts) {
                        yield (long) Math.max(0, available);
                    }
                }
                case "heldPermits" -> {
                    synchronized (counts) {
                        yield (long) held;
                    }
                }
                default -> throw unsupported(method + "()");
            };
        }

        private void count(int acquired) {
            synchronized (counts) {
                available -= acquired;
                held = Math.max(0, held + acquired);
            }
        }

        private boolean acquire(int permits, long nanos) {
            if (permits <= 1) {
                final boolean done = permits == 0 || StockLocks.acquire(this, nanos);
                count(done ? permits : 0);
                return done;
            }
            final long start = System.nanoTime();
            if (!tryTurn(nanos)) {
                return false;
            }
            int got = 0;
            try {
                while (got < permits && StockLocks.acquire(this, nanos - (System.nanoTime() - start))) {
                    got++;
                }
                if (got == permits) {
                    count(permits);
                    return true;
                }
                return false;
            } finally {
                several.unlock();
                for (; got > 0 && got < permits; got--) {
                    python("release");
                }
            }
        }

        /// An interrupt waits until the call is over, see [RemoteTarget].
        private boolean tryTurn(long nanos) {
            final long start = System.nanoTime();
            boolean interrupted = Thread.interrupted();
            try {
                while (true) {
                    try {
                        return several.tryLock(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void release(int permits) {
            synchronized (counts) {
                if (bounded && !isPythons() && available + permits > initial) {
                    throw new IllegalStateException("cannot release " + permits + " permits of " + name() + ": "
                            + available + " of " + initial + " are there");
                }
                for (int i = 0; i < permits; i++) {
                    python("release");
                    available++;
                    held = Math.max(0, held - 1);
                }
            }
        }
    }
}
