package dev.backplane.pool;

import dev.backplane.shm.Doorbell;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Which thread looks after a pool at each time: one, or nobody while there is nothing to look after.
///
/// The pool's own thread does, until it finds nothing to do and rests. Then a thread that calls the pool, and would do
/// nothing but wait, may take its place for the length of the call: to the worker and back are two changes of thread
/// instead of four. What is left when it leaves is the pool's own thread's again.
///
/// A reader of a stream is lent the place: it leaves and comes back for each result, and the pool's own thread only
/// looks from time to time whether it has gone for good.
final class PoolDriver {
    /*
     * No wake-up is lost. Whoever wants something says so first, and then looks who drives. Whoever gives the place
     * up does that first, and then looks whether something is wanted: so either the one sees that nobody drives, and
     * wakes the pool's own thread, or the other sees what is wanted. A driver is woken by the doorbell, as it is by
     * the workers, which it asks for its number before it looks for work.
     */
    private static final long MOST_SPIN_NANOS = 20_000;

    /// How often the pool's own thread looks whether the place that it has lent is empty.
    static final long LENT_NANOS = 10_000_000;

    private final Doorbell bell;
    private final BooleanSupplier wanted;
    private final long spinNanos;
    private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
    private volatile @Nullable Thread own;
    private volatile boolean ownWanted;
    private volatile boolean lent;

    /// @param bell what a driver waits on
    /// @param wanted whether somebody wants something of a driver
    /// @param spinNanos how long the pool's own thread looks around before it sleeps; never for long, for it would
    ///     keep a processor from those that do something
    PoolDriver(Doorbell bell, BooleanSupplier wanted, long spinNanos) {
        this.bell = bell;
        this.wanted = wanted;
        this.spinNanos = Math.min(spinNanos, MOST_SPIN_NANOS);
    }

    /// Says that this thread is the pool's own, and drives.
    void begin() {
        driver.set(Thread.currentThread());
        own = Thread.currentThread();
    }

    boolean isDriving() {
        return driver.get() == Thread.currentThread();
    }

    boolean isOwn() {
        return own == Thread.currentThread();
    }

    /// Takes the place of the driver, if nobody has it.
    boolean tryTake() {
        return own != null && driver.compareAndSet(null, Thread.currentThread());
    }

    /// Gives the place up.
    ///
    /// @param ownIsNeeded whether there is something left to look after
    void leave(boolean ownIsNeeded) {
        if (ownIsNeeded) {
            ownWanted = true;
        }
        driver.set(null);
        if (isWanted()) {
            LockSupport.unpark(own);
        }
    }

    private boolean isWanted() {
        return ownWanted || wanted.getAsBoolean();
    }

    /// Gives the place up until something is wanted and nobody else drives. In the pool's own thread.
    void rest() {
        driver.set(null);
        final long start = System.nanoTime();
        while (!(isWanted() && tryTake())) {
            if (System.nanoTime() - start < spinNanos) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                final var _ = Thread.interrupted(); // Or it would not park again.
            }
        }
        ownWanted = false;
    }

    /// Whether nothing is wanted of the pool's own thread: a guest could not do it. In that thread, before [#lend].
    boolean canLend() {
        // What it was wanted for is done, or still among the events, which are looked at afterwards. What is wanted
        // from here on stays so, and the guest gives the place back.
        ownWanted = false;
        return !isWanted();
    }

    /// Gives the place up to a thread that asked for it, until something is wanted and nobody drives, or nobody has
    /// for a while. In the pool's own thread.
    ///
    /// @param guest who asked; null if it has what it wanted
    void lend(@Nullable Thread guest) {
        lent = true;
        driver.set(null);
        LockSupport.unpark(guest);
        long lookedAt = System.nanoTime();
        while (!(isWanted() && tryTake())) {
            if (System.nanoTime() - lookedAt >= LENT_NANOS) {
                if (tryTake()) {
                    break;
                }
                lookedAt = System.nanoTime();
            }
            LockSupport.parkNanos(this, LENT_NANOS);
            final var _ = Thread.interrupted(); // As above.
        }
        lent = false;
        ownWanted = false;
    }

    /// Whether the pool's own thread looks from time to time whether somebody drives. For who drives in its place.
    boolean isLent() {
        return lent;
    }

    /// Tells who drives that something is wanted of it.
    void wake() {
        if (driver.get() == null) {
            LockSupport.unpark(own);
        } else {
            bell.ring();
        }
    }

    /// Has the pool's own thread drive as soon as it can.
    void callOwn() {
        ownWanted = true;
        wake();
    }

    /// Whether another driver shall leave.
    boolean isOwnWanted() {
        return ownWanted;
    }
}
