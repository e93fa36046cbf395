package dev.backplane;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// A 64-bit floating-point number shared by processes: what an AtomicDouble, had the JDK one, is to threads.
///
/// Every method is atomic and, unless it says otherwise, has the memory effects of a volatile access.
/// Lock-free: no process's death affects the others. Cost: one memory access, no system call.
public interface SharedDouble extends SharedObject {
    /// The value.
    ///
    /// @return the current value
    double get();

    /// Stores a value.
    ///
    /// @param value the new value
    void set(double value);

    /// The value, with acquire effects only.
    ///
    /// @return the current value
    double getAcquire();

    /// Stores a value, with release effects only.
    ///
    /// @param value the new value
    void setRelease(double value);

    /// Stores a value.
    ///
    /// @param value the new value
    /// @return the value before
    double getAndSet(double value);

    /// Stores a value if the current one is as expected, bit for bit.
    ///
    /// @param expected what the value must be
    /// @param value the new value
    /// @return whether it was stored
    boolean compareAndSet(double expected, double value);

    /// Adds to the value.
    ///
    /// @param delta what to add
    /// @return the value before
    double getAndAdd(double delta);

    /// Adds to the value.
    ///
    /// @param delta what to add
    /// @return the value after
    default double addAndGet(double delta) {
        return getAndAdd(delta) + delta;
    }

    /// Replaces the value by a function of it. The function may be called more than once, and must have no
    /// effect.
    ///
    /// @param update gives the new value
    /// @return the value after
    default double updateAndGet(DoubleUnaryOperator update) {
        while (true) {
            final double before = get();
            final double after = update.applyAsDouble(before);
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
    default double accumulateAndGet(double other, DoubleBinaryOperator accumulate) {
        return updateAndGet(value -> accumulate.applyAsDouble(value, other));
    }
}
