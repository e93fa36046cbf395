package dev.backplane.store;

import java.util.BitSet;

/// One entry of a segment's catalog, copied out.
///
/// @param index of the entry
/// @param removed whether the name is gone and only the space remains, for those who still use it
/// @param name the object's name
/// @param type its type code
/// @param layoutVersion the version of the type's layout
/// @param offset of its first byte
/// @param length in bytes
/// @param param0 the first type parameter
/// @param param1 the second type parameter
/// @param incarnation tells it from others of the same name
/// @param users the slots of the participants that attached it
public record CatalogEntry(
        int index,
        boolean removed,
        String name,
        int type,
        int layoutVersion,
        long offset,
        long length,
        long param0,
        long param1,
        long incarnation,
        BitSet users) {}
