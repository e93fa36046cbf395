package dev.backplane;

/// A truth value shared by processes.
///
/// Every method is atomic and, unless it says otherwise, has the memory effects of a volatile access.
/// Lock-free: no process's death affects the others. Cost: one memory access, no system call.
public interface SharedBoolean extends SharedObject {
    /// The value.
    ///
    /// @return the current value
    boolean get();

    /// Stores a value.
    ///
    /// @param value the new value
    void set(boolean value);

    /// The value, with acquire effects only.
    ///
    /// @return the current value
    boolean getAcquire();

    /// Stores a value, with release effects only.
    ///
    /// @param value the new value
    void setRelease(boolean value);

    /// Stores a value.
    ///
    /// @param value the new value
    /// @return the value before
    boolean getAndSet(boolean value);

    /// Stores a value if the current one is as expected.
    ///
    /// @param expected what the value must be
    /// @param value the new value
    /// @return whether it was stored
    boolean compareAndSet(boolean expected, boolean value);
}
