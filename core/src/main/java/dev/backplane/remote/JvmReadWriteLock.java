package dev.backplane.remote;

import dev.backplane.SharedReadWriteLock;
import dev.backplane.TimedLock;
import org.jspecify.annotations.Nullable;

/// A [SharedReadWriteLock] for clients that are JVMs, as [JvmLock] is for locks.
///
/// **Client death.** When the connection ends, it reads no more; if it wrote, the lock is as if a process had
/// died with it.
final class JvmReadWriteLock extends JvmReferent {
    private final SharedReadWriteLock lock;
    private final SharedReadWriteLock recovering;
    private final JvmAcquisition acquisition;

    /// @param lock which refuses to be acquired after a writer's death
    /// @param recovering the same lock, which notes that as `acquisition` has it
    /// @param acquisition how its halves are acquired
    JvmReadWriteLock(SharedReadWriteLock lock, SharedReadWriteLock recovering, JvmAcquisition acquisition) {
        super("readWriteLock");
        this.lock = lock;
        this.recovering = recovering;
        this.acquisition = acquisition;
    }

    private static TimedLock half(SharedReadWriteLock of, boolean write) {
        return write ? of.writeLock() : of.readLock();
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "acquire" -> {
                final boolean write = arguments.truth("write", false);
                final long timeout = nanos(arguments);
                final TimedLock half = half(arguments.truth("recover", false) ? recovering : lock, write);
                yield acquisition.acquire(half, this, caller, timeout);
            }
            case "release" -> {
                half(lock, arguments.truth("write", false)).unlock();
                yield null;
            }
            case "abandon" -> {
                lock.abandon();
                yield null;
            }
            case "getReadLockCount" -> (long) lock.getReadLockCount();
            case "writer" -> JvmAcquisition.describe(lock.writer());
            default -> throw new UnknownMethodException(method, this);
        };
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return NamedLocks.isHeld(lock);
    }

    @Override
    public void release(Caller caller) {
        NamedLocks.unlockReads(lock);
        if (lock.isWriteLockedByCurrentThread()) {
            lock.abandon();
        }
    }
}
