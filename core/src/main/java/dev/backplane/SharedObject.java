package dev.backplane;

/// A named object that processes share.
///
/// Serializable as its [#handle]: where it is read back, in this JVM or another, it is attached again; its
/// contents do not move. Thread-safe and process-safe.
public interface SharedObject {
    /// The name under which every process finds it.
    ///
    /// @return the object's name in its manager
    String name();

    /// What another process needs to attach it.
    ///
    /// @return a small serializable value
    SharedHandle handle();
}
