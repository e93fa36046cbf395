package dev.backplane;

/// An array of bytes shared by processes: [SharedArray] with its access modes.
///
/// `get` and `set` are plain; the others say their mode in their name, with the meaning that
/// [java.lang.invoke.VarHandle] gives it; those that compare or fetch are atomic and have volatile effects.
public interface SharedByteArray extends SharedArray {
    /// Reads an element.
    ///
    /// @param index of the element
    /// @return its value
    byte get(long index);

    /// Writes an element.
    ///
    /// @param index of the element
    /// @param value its new value
    void set(long index, byte value);

    /// Reads an element, acquiring.
    ///
    /// @param index of the element
    /// @return its value
    byte getAcquire(long index);

    /// Writes an element, releasing.
    ///
    /// @param index of the element
    /// @param value its new value
    void setRelease(long index, byte value);

    /// Reads an element, volatile.
    ///
    /// @param index of the element
    /// @return its value
    byte getVolatile(long index);

    /// Writes an element, volatile.
    ///
    /// @param index of the element
    /// @param value its new value
    void setVolatile(long index, byte value);

    /// Writes an element if it is as expected.
    ///
    /// @param index of the element
    /// @param expected what it must be
    /// @param value its new value
    /// @return whether it was written
    boolean compareAndSet(long index, byte expected, byte value);

    /// Writes an element.
    ///
    /// @param index of the element
    /// @param value its new value
    /// @return its value before
    byte getAndSet(long index, byte value);

    /// Adds to an element.
    ///
    /// @param index of the element
    /// @param delta what to add
    /// @return its value before
    byte getAndAdd(long index, byte delta);

    /// Copies elements into a Java array. Plain reads, in no particular order.
    ///
    /// @param index of the first element here
    /// @param target where to
    /// @param targetIndex of the first element there
    /// @param count how many
    void copyTo(long index, byte[] target, int targetIndex, int count);

    /// Copies elements from a Java array. Plain writes, in no particular order.
    ///
    /// @param index of the first element here
    /// @param source where from
    /// @param sourceIndex of the first element there
    /// @param count how many
    void copyFrom(long index, byte[] source, int sourceIndex, int count);

    /// All elements, copied.
    ///
    /// @return a Java array
    /// @throws IllegalStateException if there are more than a Java array can hold
    byte[] toArray();

    /// Sets every element.
    ///
    /// @param value the new value of each
    void fill(byte value);

    @Override
    SharedByteArray slice(long from, long to);
}
