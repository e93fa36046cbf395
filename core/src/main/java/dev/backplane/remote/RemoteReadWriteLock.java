package dev.backplane.remote;

import dev.backplane.LockOwner;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.TimedLock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A read-write lock of a server.
final class RemoteReadWriteLock implements SharedReadWriteLock, RemoteObject {
    private final RemoteTarget target;
    private final RemoteHolds reads;
    private final RemoteHolds writes;
    private final RemoteAcquisition writing;
    private final TimedLock readLock;
    private final TimedLock writeLock;

    /// @param target the server's object
    /// @param reads of this client's threads
    /// @param writes of this client's threads
    /// @param ownerDeath what to do after a writer's death
    RemoteReadWriteLock(RemoteTarget target, RemoteHolds reads, RemoteHolds writes, OwnerDeath ownerDeath) {
        this.target = target;
        this.reads = reads;
        this.writes = writes;
        this.writing = new RemoteAcquisition(target, writes, ownerDeath, true);
        this.readLock = new ReadLock();
        this.writeLock = new RemoteLock.Half(target, writes, writing);
    }

    /// The half for reading. What a writer's death has left is repaired by one who writes.
    private final class ReadLock extends RemoteLock.Half {
        ReadLock() {
            super(target, reads, new RemoteAcquisition(target, reads, OwnerDeath.refuse(), false));
        }

        @Override
        @Nullable
        Boolean attempt(long nanos) {
            final long start = System.nanoTime();
            try {
                return super.attempt(nanos);
            } catch (OwnerDiedException e) {
                if (writing.repair() == null) {
                    throw e;
                }
            }
            return attemptAfterRepair(Math.max(0, nanos - (System.nanoTime() - start)));
        }

        private @Nullable Boolean attemptAfterRepair(long nanos) {
            if (writing.attempt(nanos) == null) {
                return null;
            }
            try {
                return holds().reenter() ? Boolean.TRUE : super.attempt(0);
            } finally {
                writing.release();
            }
        }
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public TimedLock readLock() {
        return readLock;
    }

    @Override
    public TimedLock writeLock() {
        return writeLock;
    }

    @Override
    public void abandon() {
        writing.abandon();
    }

    @Override
    public boolean recover() {
        return !writes.reenter() && RemoteWait.uninterruptibly(writing::recover);
    }

    @Override
    public int getReadHoldCount() {
        return reads.count();
    }

    @Override
    public int getWriteHoldCount() {
        return writes.count();
    }

    @Override
    public int getReadLockCount() {
        return (int) target.number("getReadLockCount");
    }

    @Override
    public boolean isWriteLockedByCurrentThread() {
        return writes.count() > 0;
    }

    @Override
    public Optional<LockOwner> writer() {
        return RemoteLock.owner(target.call("writer"));
    }

    @Override
    public String toString() {
        return "read-write lock " + target;
    }
}
