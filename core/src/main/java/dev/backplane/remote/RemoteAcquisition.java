package dev.backplane.remote;

import dev.backplane.OwnerDeath;
import org.jspecify.annotations.Nullable;

/// Acquires a lock of a server, or one half of one, as a thread of this client.
final class RemoteAcquisition {
    private final RemoteTarget target;
    private final RemoteHolds holds;
    private final OwnerDeath ownerDeath;
    private final @Nullable Object[] which;

    /// @param target the lock
    /// @param holds who has it
    /// @param ownerDeath what to do after the death of an owner
    /// @param which of the lock's halves; nothing if it has none
    RemoteAcquisition(RemoteTarget target, RemoteHolds holds, OwnerDeath ownerDeath, @Nullable Object... which) {
        this.target = target;
        this.holds = holds;
        this.ownerDeath = ownerDeath;
        this.which = which;
    }

    private @Nullable Object[] with(@Nullable Object... more) {
        final @Nullable Object[] all = new Object[which.length + more.length];
        System.arraycopy(which, 0, all, 0, which.length);
        System.arraycopy(more, 0, all, which.length, more.length);
        return all;
    }

    /// One attempt.
    ///
    /// @param nanos the longest wait
    /// @return null if it did not succeed
    @Nullable
    Boolean attempt(long nanos) {
        final Runnable repair = ownerDeath.repair();
        final long state = acquire(nanos, repair != null);
        if (state == JvmAcquisition.TIMED_OUT) {
            return null;
        }
        if (state == JvmAcquisition.RECOVERED && repair != null) {
            repair(repair);
        }
        return true;
    }

    /// If it fails, the lock is left as it was found, however often the repair has locked it again.
    private void repair(Runnable repair) {
        boolean repaired = false;
        try {
            repair.run();
            repaired = true;
        } finally {
            if (!repaired && holds.count() > 0) { // A connection that has ended has left it so already.
                abandon();
            }
        }
    }

    /// What to do after the death of an owner.
    ///
    /// @return null to refuse
    @Nullable
    Runnable repair() {
        return ownerDeath.repair();
    }

    /// One attempt, whatever state the last owner left the lock in.
    ///
    /// @param nanos the longest wait
    /// @return whether the owner had died with it; null if it did not succeed
    @Nullable
    Boolean recover(long nanos) {
        final long state = acquire(nanos, true);
        return state == JvmAcquisition.TIMED_OUT ? null : state == JvmAcquisition.RECOVERED;
    }

    private long acquire(long nanos, boolean recover) {
        final long state = target.longOf(target.call(nanos, "acquire", with(nanos, recover)), "acquire");
        if (state != JvmAcquisition.TIMED_OUT) {
            holds.acquired();
        }
        return state;
    }

    /// Leaves it as if the owner had died.
    void abandon() {
        holds.require();
        target.call("abandon");
        holds.releaseAll();
    }

    void release() {
        if (holds.release()) {
            target.call("release", with());
        }
    }
}
