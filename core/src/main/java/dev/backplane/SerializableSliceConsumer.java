package dev.backplane;

import java.io.Serializable;

/// What is done with a part of a shared array, by another JVM: a lambda of this type is serialized with what it
/// captures.
///
/// @param <A> the type of the array
@FunctionalInterface
public interface SerializableSliceConsumer<A extends SharedArray> extends Serializable {
    /// Works on a part.
    ///
    /// @param slice the part
    /// @param offset the index of its first element in the whole array
    void accept(A slice, long offset);
}
