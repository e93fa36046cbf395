package dev.backplane;

/// An array of 32-bit floating-point numbers shared by processes: [SharedArray] with its access modes.
///
/// `get` and `set` are plain; the others say their mode in their name, with the meaning that
/// [java.lang.invoke.VarHandle] gives it; those that compare or fetch are atomic and have volatile effects.
public interface SharedFloatArray extends SharedArray {
    /// Reads an element.
    ///
    /// @param index of the element
    /// @return its value
    float get(long index);

    /// Writes an element.
    ///
    /// @param index of the element
    /// @param value its new value
    void set(long index, float value);

    /// Reads an element, acquiring.
    ///
    /// @param index of the element
    /// @return its value
    float getAcquire(long index);

    /// Writes an element, releasing.
    ///
    /// @param index of the element
    /// @param value its new value
    void setRelease(long index, float value);

    /// Reads an element, volatile.
    ///
    /// @param index of the element
    /// @return its value
    float getVolatile(long index);

    /// Writes an element, volatile.
    ///
    /// @param index of the element
    /// @param value its new value
    void setVolatile(long index, float value);

    /// Writes an element if it is as expected, bit for bit.
    ///
    /// @param index of the element
    /// @param expected what it must be
    /// @param value its new value
    /// @return whether it was written
    boolean compareAndSet(long index, float expected, float value);

    /// Writes an element.
    ///
    /// @param index of the element
    /// @param value its new value
    /// @return its value before
    float getAndSet(long index, float value);

    /// Adds to an element.
    ///
    /// @param index of the element
    /// @param delta what to add
    /// @return its value before
    float getAndAdd(long index, float delta);

    /// Copies elements into a Java array. Plain reads, in no particular order.
    ///
    /// @param index of the first element here
    /// @param target where to
    /// @param targetIndex of the first element there
    /// @param count how many
    void copyTo(long index, float[] target, int targetIndex, int count);

    /// Copies elements from a Java array. Plain writes, in no particular order.
    ///
    /// @param index of the first element here
    /// @param source where from
    /// @param sourceIndex of the first element there
    /// @param count how many
    void copyFrom(long index, float[] source, int sourceIndex, int count);

    /// All elements, copied.
    ///
    /// @return a Java array
    /// @throws IllegalStateException if there are more than a Java array can hold
    float[] toArray();

    /// Sets every element.
    ///
    /// @param value the new value of each
    void fill(float value);

    @Override
    SharedFloatArray slice(long from, long to);
}
