package dev.backplane;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/// A 64-bit integer shared by processes: what [java.util.concurrent.atomic.AtomicLong] is to threads.
///
/// Every method is atomic and, unless it says otherwise, has the memory effects of a volatile access.
/// Lock-free: no process's death affects the others. Cost: one memory access, no system call.
public interface SharedLong extends SharedObject {
    /// The value.
    ///
    /// @return the current value
    long get();

    /// Stores a value.
    ///
    /// @param value the new value
    void set(long value);

    /// The value, with acquire effects only.
    ///
    /// @return the current value
    long getAcquire();

    /// Stores a value, with release effects only.
    ///
    /// @param value the new value
    void setRelease(long value);

    /// Stores a value.
    ///
    /// @param value the new value
    /// @return the value before
    long getAndSet(long value);

    /// Stores a value if the current one is as expected.
    ///
    /// @param expected what the value must be
    /// @param value the new value
    /// @return whether it was stored
    boolean compareAndSet(long expected, long value);

    /// Adds to the value.
    ///
    /// @param delta what to add
    /// @return the value before
    long getAndAdd(long delta);

    /// Adds to the value.
    ///
    /// @param delta what to add
    /// @return the value after
    default long addAndGet(long delta) {
        return getAndAdd(delta) + delta;
    }

    /// Replaces the value by a function of it. The function may be called more than once, and must have no
    /// effect.
    ///
    /// @param update gives the new value
    /// @return the value after
    default long updateAndGet(LongUnaryOperator update) {
        while (true) {
            final long before = get();
            final long after = update.applyAsLong(before);
            if (compareAndSet(before, after)) {
                return after;
            }
        }
    }

    /// Replaces the value by a function of it and another. The function may be called more than once, and must
    /// have no effect.
    ///
    /// @param other the function's second argument
    /// @param accumulate gives the new value
    /// @return the value after
    default long accumulateAndGet(long other, LongBinaryOperator accumulate) {
        return updateAndGet(value -> accumulate.applyAsLong(value, other));
    }

    /// Adds one.
    ///
    /// @return the value before
    default long getAndIncrement() {
        return getAndAdd(1);
    }

    /// Adds one.
    ///
    /// @return the value after
    default long incrementAndGet() {
        return getAndAdd(1) + 1;
    }

    /// Subtracts one.
    ///
    /// @return the value after
    default long decrementAndGet() {
        return getAndAdd(-1) - 1;
    }
}
