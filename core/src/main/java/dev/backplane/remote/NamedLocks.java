package dev.backplane.remote;

import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.TimedLock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Named locks, semaphores and conditions for clients.
final class NamedLocks {
    private NamedLocks() {}

    static Referent lock(SharedLock lock) {
        final Methods methods = acquiring(lock).get("locked", lock::isLocked).get("recover", lock::recover);
        return NamedReferent.holding("SharedLock", lock, methods, new LockHolds(lock));
    }

    private static Methods acquiring(SharedLock lock) {
        return new Methods()
                .add("acquire", (arguments, caller) -> acquire(lock, arguments, caller))
                .run("release", () -> release(lock));
    }

    /// A lock is a caller's if it is its thread's.
    private record LockHolds(SharedLock lock) implements NamedReferent.Holds {
        @Override
        public boolean isHeldBy(Caller caller) {
            return lock.isHeldByCurrentThread();
        }

        @Override
        public void release(Caller caller) {
            unlock(lock);
        }
    }

    /// Releases a lock however often the current thread holds it.
    static void unlock(SharedLock lock) {
        while (lock.isHeldByCurrentThread()) {
            lock.unlock();
        }
    }

    /// Releases the halves of a lock however often the current thread holds them.
    static void unlock(SharedReadWriteLock lock) {
        unlockReads(lock);
        while (lock.isWriteLockedByCurrentThread()) {
            lock.writeLock().unlock();
        }
    }

    /// Releases one half of a lock however often the current thread holds it.
    static void unlockReads(SharedReadWriteLock lock) {
        while (lock.getReadHoldCount() > 0) {
            lock.readLock().unlock();
        }
    }

    /// Whether the current thread holds either half.
    static boolean isHeld(SharedReadWriteLock lock) {
        return lock.isWriteLockedByCurrentThread() || lock.getReadHoldCount() > 0;
    }

    private static boolean acquire(TimedLock lock, Arguments arguments, Caller caller) throws InterruptedException {
        final long timeout = LockReferent.timeoutOf(arguments);
        return lock.tryLock()
                || timeout > 0
                        && caller.await(
                                nanos -> {
                                    if (nanos == Caller.FOREVER) {
                                        lock.lockInterruptibly();
                                        return true;
                                    }
                                    return lock.tryLock(nanos, TimeUnit.NANOSECONDS);
                                },
                                timeout);
    }

    private static void release(TimedLock lock) {
        try {
            lock.unlock();
        } catch (IllegalMonitorStateException e) {
            throw Errors.runtime("cannot release un-acquired lock: " + e.getMessage());
        }
    }

    static Referent readWriteLock(SharedReadWriteLock lock) {
        final Methods methods = new Methods()
                .add("acquire_read", (arguments, caller) -> acquire(lock.readLock(), arguments, caller))
                .run("release_read", () -> release(lock.readLock()))
                .add("acquire_write", (arguments, caller) -> acquire(lock.writeLock(), arguments, caller))
                .run("release_write", () -> release(lock.writeLock()))
                .get("recover", lock::recover);
        return NamedReferent.holding("SharedReadWriteLock", lock, methods, new NamedReferent.Holds() {
            @Override
            public boolean isHeldBy(Caller caller) {
                return isHeld(lock);
            }

            @Override
            public void release(Caller caller) {
                unlock(lock);
            }
        });
    }

    static Referent semaphore(NamedPermits permits) {
        final SharedSemaphore semaphore = permits.semaphore();
        final Methods methods = new Methods()
                .add("acquire", (arguments, caller) -> acquire(permits, arguments, caller))
                .add("release", (arguments, caller) -> {
                    release(permits, arguments, caller);
                    return null;
                })
                .get("get_value", () -> (long) semaphore.availablePermits());
        return NamedReferent.holding("SharedSemaphore", semaphore, methods, new PermitHolds(permits));
    }

    /// The permits of callers.
    private record PermitHolds(NamedPermits permits) implements NamedReferent.Holds {
        @Override
        public boolean isHeldBy(Caller caller) {
            return permits.of(caller) > 0;
        }

        @Override
        public void release(Caller caller) {
            permits.settle(caller);
        }
    }

    private static boolean acquire(NamedPermits permits, Arguments arguments, Caller caller)
            throws InterruptedException {
        final SharedSemaphore semaphore = permits.semaphore();
        final long timeout = SemaphoreReferent.timeoutOf(arguments);
        if (permits.tryAcquire(caller, 1)) {
            return true;
        }
        final boolean acquired = timeout > 0
                && caller.await(
                        nanos -> {
                            if (nanos == Caller.FOREVER) {
                                semaphore.acquire();
                                return true;
                            }
                            return semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS);
                        },
                        timeout);
        if (acquired) {
            permits.acquired(caller, 1);
        }
        return acquired;
    }

    private static void release(NamedPermits permits, Arguments arguments, Caller caller) {
        final long count = arguments.index("n", 1);
        arguments.end();
        if (count < 1) {
            throw Errors.value("n must be one or more");
        }
        final int permitCount = (int) JavaValues.within(count, 1, Integer.MAX_VALUE);
        try {
            permits.release(caller, permitCount);
        } catch (IllegalStateException e) {
            throw Errors.value("Semaphore released too many times: " + e.getMessage());
        }
    }

    static Referent condition(SharedCondition condition) {
        final SharedLock lock = condition.lock();
        final Methods methods = acquiring(lock)
                .add("wait", (arguments, caller) -> await(condition, arguments, caller))
                .add("notify", (arguments, caller) -> signal(condition, arguments))
                .run("notify_all", () -> signalAll(condition));
        return NamedReferent.holding("SharedCondition", condition, methods, new LockHolds(lock));
    }

    @SuppressWarnings("WaitNotInLoop") // The client loops.
    private static boolean await(SharedCondition condition, Arguments arguments, Caller caller)
            throws InterruptedException {
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        checkHeld(condition, "wait");
        return caller.awaitAtOnce(
                nanos -> {
                    if (nanos == Caller.FOREVER) {
                        condition.await();
                        return true;
                    }
                    return condition.await(nanos, TimeUnit.NANOSECONDS);
                },
                timeout);
    }

    private static @Nullable Object signal(SharedCondition condition, Arguments arguments) {
        final long count = arguments.index("n", 1);
        arguments.end();
        checkHeld(condition, "notify");
        if (count > Integer.MAX_VALUE) {
            condition.signalAll();
        } else {
            for (long i = 0; i < count; i++) {
                condition.signal();
            }
        }
        return null;
    }

    private static void signalAll(SharedCondition condition) {
        checkHeld(condition, "notify");
        condition.signalAll();
    }

    private static void checkHeld(SharedCondition condition, String what) {
        if (!condition.lock().isHeldByCurrentThread()) {
            throw Errors.runtime("cannot " + what + " on un-acquired lock");
        }
    }
}
