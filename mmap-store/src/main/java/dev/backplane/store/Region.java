package dev.backplane.store;

import java.lang.foreign.MemorySegment;

/// The bytes of one named object, as one attachment sees them.
///
/// @param segment the attachment
/// @param entry the index of its entry in the catalog
/// @param name the object's name
/// @param type its type code
/// @param offset of its first byte in the segment, a multiple of 64
/// @param length in bytes
/// @param param0 the first type parameter
/// @param param1 the second type parameter
/// @param incarnation tells it from an object of the same name that was removed
/// @param memory its bytes: a slice of the mapping, which stays mapped while this is reachable
public record Region(
        Segment segment,
        int entry,
        String name,
        int type,
        long offset,
        long length,
        long param0,
        long param1,
        long incarnation,
        MemorySegment memory) {
    /// The memory from the first byte of two parts of this object's segment to the last one, whatever lies between.
    ///
    /// @param one a part of the mapping
    /// @param other another part, or the same
    /// @return a part of the mapping that holds both
    /// @throws IndexOutOfBoundsException if they are not in this mapping
    public MemorySegment span(MemorySegment one, MemorySegment other) {
        final MemorySegment mapping = segment.memory();
        final long from = Math.min(one.address(), other.address());
        final long to = Math.max(one.address() + one.byteSize(), other.address() + other.byteSize());
        return mapping.asSlice(from - mapping.address(), to - from);
    }

    /// The object's name and place, without its bytes.
    @Override
    public String toString() {
        return name + " in " + segment.path() + " at " + offset + ", " + length + " bytes";
    }
}
