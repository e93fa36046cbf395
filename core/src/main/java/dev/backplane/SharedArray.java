package dev.backplane;

import java.lang.foreign.MemorySegment;

/// An array of numbers shared by processes, or a slice of one.
///
/// Indices are 64-bit and count elements. Plain access (`get`, `set`) is as fast as on a Java array and ordered
/// by whatever else orders the processes: a lock, a queue, or the other access modes. An index that is negative
/// or not less than [#length] is an [IndexOutOfBoundsException]. No process's death affects the others; an
/// element is never torn.
public interface SharedArray extends SharedObject {
    /// The number of elements.
    ///
    /// @return at least 1
    long length();

    /// The number of bytes that all elements take.
    ///
    /// @return length times the size of an element
    long byteLength();

    /// The elements as memory, without copying: read-only, little-endian, valid for as long as it is reachable.
    ///
    /// @return [#byteLength] bytes
    /// @throws UnsupportedOperationException if the array is not in this host's memory
    MemorySegment asSegment();

    /// The same, for writing too. What is written is seen by other processes as plain stores.
    ///
    /// @return [#byteLength] bytes
    /// @throws UnsupportedOperationException if the array is not in this host's memory
    MemorySegment asWritableSegment();

    /// Sets every byte to zero.
    void clear();

    /// A view of a part of this array.
    ///
    /// @param from the first element
    /// @param to the end, exclusive; greater than `from`
    /// @return elements `from` to `to`, of the same type as this
    SharedArray slice(long from, long to);
}
