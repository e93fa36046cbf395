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
    /// The object's name and place, without its bytes.
    @Override
    public String toString() {
        return name + " in " + segment.path() + " at " + offset + ", " + length + " bytes";
    }
}
