package dev.backplane.remote;

import dev.backplane.LockOwner;
import dev.backplane.OwnerDeath;
import dev.backplane.TimedLock;
import dev.backplane.pickle.PythonTuple;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Acquires locks for the threads of a client that is a JVM, and tells whether an owner had died with them: the
/// server's side of [RemoteAcquisition].
final class JvmAcquisition {
    static final long TIMED_OUT = 0;
    static final long ACQUIRED = 1;
    /// Acquired after the death of its owner, and with the caller's consent.
    static final long RECOVERED = 2;

    /// What the calling thread found when it acquired a lock with its owner dead.
    private final ThreadLocal<AtomicBoolean> abandoned = ThreadLocal.withInitial(AtomicBoolean::new);
    private final OwnerDeath noting =
            OwnerDeath.repairWith(() -> abandoned.get().set(true));

    /// What locks are to do after the death of an owner if the caller consents to acquire them.
    OwnerDeath noting() {
        return noting;
    }

    /// Acquires a lock.
    ///
    /// @param lock one that does as [#noting] says, or refuses
    /// @param of what the caller has if it has the lock
    /// @param caller whose thread this is
    /// @param timeoutNanos the longest wait, [Caller#FOREVER] for no limit
    /// @return [#TIMED_OUT], [#ACQUIRED] or [#RECOVERED]
    /// @throws InterruptedException if interrupted
    long acquire(TimedLock lock, Referent of, Caller caller, long timeoutNanos) throws InterruptedException {
        abandoned.get().set(false);
        if (!caller.await(nanos -> lock.tryLock(nanos, TimeUnit.NANOSECONDS), timeoutNanos)) {
            return TIMED_OUT;
        }
        caller.holds(of);
        return abandoned.get().get() ? RECOVERED : ACQUIRED;
    }

    /// An owner for a client.
    static @Nullable PythonTuple describe(Optional<LockOwner> owner) {
        return owner.map((LockOwner one) -> PythonTuple.of(one.pid(), one.label(), one.alive()))
                .orElse(null);
    }
}
