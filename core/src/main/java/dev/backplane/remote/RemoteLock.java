package dev.backplane.remote;

import dev.backplane.LockOwner;
import dev.backplane.OwnerDeath;
import dev.backplane.SharedCondition;
import dev.backplane.SharedLock;
import dev.backplane.pickle.PythonTuple;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A lock of a server, of which this client's threads are owners each by its connection.
final class RemoteLock extends RemoteTimedLock implements SharedLock, RemoteObject {
    private static final int OWNER_PARTS = 3;

    private final RemoteTarget target;
    private final boolean fair;
    private final Supplier<SharedCondition> conditions;

    /// @param target the server's object
    /// @param holds of this client's threads
    /// @param ownerDeath what to do after an owner's death
    /// @param fair whether it goes to who has waited longest
    /// @param conditions makes conditions
    RemoteLock(
            RemoteTarget target,
            RemoteHolds holds,
            OwnerDeath ownerDeath,
            boolean fair,
            Supplier<SharedCondition> conditions) {
        super(holds, new RemoteAcquisition(target, holds, ownerDeath));
        this.target = target;
        this.fair = fair;
        this.conditions = conditions;
    }

    @Override
    public boolean isFair() {
        return fair;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public void abandon() {
        acquisition().abandon();
    }

    @Override
    public boolean recover() {
        if (holds().count() == 0) {
            return RemoteWait.uninterruptibly(acquisition()::recover);
        }
        final boolean abandoned = target.test("recover");
        holds().reenter();
        return abandoned;
    }

    @Override
    public int holdCount() {
        return holds().count();
    }

    @Override
    public boolean isHeldByCurrentThread() {
        return holds().count() > 0;
    }

    @Override
    public boolean isLocked() {
        return isHeldByCurrentThread() || target.test("isLocked");
    }

    @Override
    public Optional<LockOwner> owner() {
        return owner(target.call("owner"));
    }

    /// An owner as servers send it.
    static Optional<LockOwner> owner(@Nullable Object owner) {
        return owner instanceof PythonTuple parts
                        && parts.size() == OWNER_PARTS
                        && parts.get(0) instanceof Long pid
                        && parts.get(2) instanceof Boolean alive
                ? Optional.of(new LockOwner(pid, String.valueOf(parts.get(1)), alive))
                : Optional.empty();
    }

    @Override
    public SharedCondition newCondition() {
        return conditions.get();
    }

    @Override
    public String toString() {
        return "lock " + target;
    }

    /// One half of a read-write lock.
    static class Half extends RemoteTimedLock {
        private final RemoteTarget target;

        Half(RemoteTarget target, RemoteHolds holds, RemoteAcquisition acquisition) {
            super(holds, acquisition);
            this.target = target;
        }

        @Override
        public SharedCondition newCondition() {
            throw new UnsupportedOperationException("read-write locks have no conditions");
        }

        @Override
        public String toString() {
            return "a half of " + target;
        }
    }
}
