package dev.backplane.remote;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Who calls: one connection of a client, and the one thread of this server that serves it.
///
/// Python's proxies keep one connection for each thread of the client, so what a caller owns is what that
/// thread owns. When the connection ends, its thread is interrupted wherever it waits, and gives back what
/// the caller has.
///
/// Used by its own thread only.
abstract class Caller {
    /// What waits for no limit of time.
    static final long FOREVER = Long.MAX_VALUE;

    /// How long a call waits before it has the connection watched. Most waits are shorter, and cost nothing
    /// more.
    private static final long UNWATCHED_NANOS = 2_000_000;

    private static final int FEW = 16;

    private final Set<Referent> holdsOf = new LinkedHashSet<>();
    /// How many there may be before those are dropped of which this caller has nothing any more.
    private int most = FEW;

    /// Tries something for a time.
    @FunctionalInterface
    interface Attempt {
        /// Tries.
        ///
        /// @param nanos the longest wait
        /// @return whether it succeeded
        /// @throws InterruptedException if interrupted
        boolean within(long nanos) throws InterruptedException;
    }

    /// Looks for something for a time.
    ///
    /// @param <T> what may come
    @FunctionalInterface
    interface Look<T> {
        /// Looks.
        ///
        /// @param nanos the longest wait
        /// @return what has come; null if nothing has
        /// @throws InterruptedException if interrupted
        @Nullable
        T within(long nanos) throws InterruptedException;
    }

    /// From here to the end of the call, interrupts this thread should the client's connection end.
    abstract void watch();

    /// Does what [#watch] does if the call takes longer than some 100 ms: for calls that nobody knows the
    /// length of.
    void watchIfLong() {
        watch();
    }

    /// Keeps the client's connection however long nothing goes over it.
    void keepWhileIdle() {}

    /// The client's process.
    ///
    /// @return its id; 0 if unknown
    long process() {
        return 0;
    }

    /// Prepares a result that is about to be taken from where it is, so that what cannot be sent stays there.
    ///
    /// @param value as the client is to get it
    /// @return what the call is to return for it
    /// @throws dev.backplane.pickle.PythonException a `TypeError` if it cannot be sent
    @Nullable
    Object sendable(@Nullable Object value) {
        return value;
    }

    /// How many bytes a result may have at most.
    int mostBytes() {
        return Integer.MAX_VALUE;
    }

    /// Remembers to tell a referent when this caller ends.
    ///
    /// @param referent what this caller has something of
    final void holds(Referent referent) {
        if (holdsOf.add(referent) && holdsOf.size() > most) {
            holdsOf.removeIf(other -> !other.equals(referent) && !other.isHeldBy(this));
            most = Math.max(FEW, 2 * holdsOf.size());
        }
    }

    /// Gives back whatever this caller has.
    final void releaseAll() {
        for (Referent referent : holdsOf) {
            try {
                referent.release(this);
            } catch (RuntimeException e) { // Its manager is closed, say, and gave it back by that.
                ServerState.LOG.log(System.Logger.Level.DEBUG, "nothing of " + referent.typeId() + " is given back", e);
            }
        }
        holdsOf.clear();
    }

    /// Waits for something in this JVM. An interrupt passes the signal on that this thread may have got.
    ///
    /// @param condition of a lock that is held; signalled whenever the answer may have become true
    /// @param ready whether the wait is over
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit
    /// @return the last answer
    /// @throws InterruptedException if interrupted
    final boolean await(Condition condition, BooleanSupplier ready, long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        long unwatched = UNWATCHED_NANOS;
        try {
            while (!ready.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                final long begin = System.nanoTime();
                final long slice = unwatched > 0 ? Math.min(left, unwatched) : left;
                if (slice == FOREVER) {
                    condition.await();
                } else {
                    condition.awaitNanos(slice);
                }
                final long waited = System.nanoTime() - begin;
                left = left == FOREVER ? FOREVER : left - waited;
                if (unwatched > 0) {
                    unwatched -= waited;
                    if (unwatched <= 0) {
                        watch();
                    }
                }
            }
            return true;
        } catch (InterruptedException e) {
            condition.signal();
            throw e;
        }
    }

    /// Waits for what is told once, to those that wait at that instant: a signal, an event that may be
    /// cleared again. Between two attempts it would be lost.
    ///
    /// @param attempt is made once
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit
    /// @return whether it succeeded
    /// @throws InterruptedException if interrupted
    final boolean awaitAtOnce(Attempt attempt, long timeoutNanos) throws InterruptedException {
        if (timeoutNanos > UNWATCHED_NANOS) {
            watch();
        }
        return attempt.within(timeoutNanos);
    }

    /// Waits for what stays as it is until somebody takes it, and that waits by itself.
    ///
    /// @param attempt is made for a short time first, and then for the rest
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit
    /// @return whether it succeeded
    /// @throws InterruptedException if interrupted
    final boolean await(Attempt attempt, long timeoutNanos) throws InterruptedException {
        if (attempt.within(Math.min(timeoutNanos, UNWATCHED_NANOS))) {
            return true;
        }
        if (timeoutNanos <= UNWATCHED_NANOS) {
            return false;
        }
        watch();
        return attempt.within(timeoutNanos == FOREVER ? FOREVER : timeoutNanos - UNWATCHED_NANOS);
    }

    /// The same for what is looked for until it comes, or nothing more comes.
    ///
    /// @param look is made as attempts are
    /// @param ended asked after each look that was in vain
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit
    /// @param <T> what may come
    /// @return null if it has not come
    /// @throws InterruptedException if interrupted
    final <T> @Nullable T awaitComing(Look<T> look, BooleanSupplier ended, long timeoutNanos)
            throws InterruptedException {
        final AtomicReference<@Nullable T> come = new AtomicReference<>();
        await(
                nanos -> {
                    come.set(look.within(nanos));
                    return come.get() != null || ended.getAsBoolean();
                },
                timeoutNanos);
        return come.get();
    }
}
