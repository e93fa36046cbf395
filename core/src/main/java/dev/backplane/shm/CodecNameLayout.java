package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of the name of a codec, in objects whose elements are written by one.
///
/// ```
///   0            4         8                16                             512
///  +------------+---------+----------------+- - - - - - - - - - - - - - - - -+
///  | length i32 | zero    | hash       i64 | text: UTF-8, cut off at the end |
///  +------------+---------+----------------+- - - - - - - - - - - - - - - - -+
/// ```
///
/// | field  | read    | written | by                                                              |
/// |--------|---------|---------|-----------------------------------------------------------------|
/// | length | plain   | plain   | who creates the object: of the whole name in UTF-8              |
/// | hash   | plain   | plain   | who creates the object: of the whole name, as of a map's key    |
/// | text   | plain   | plain   | who creates the object: as much of the name as there is room for |
final class CodecNameLayout {
    static final int BYTES = 512;
    static final int TEXT_BYTES = 496;

    static final StructLayout LAYOUT = structLayout(
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).withName("length"),
            paddingLayout(4),
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).withName("hash"),
            sequenceLayout(TEXT_BYTES, ValueLayout.JAVA_BYTE).withName("text"));

    static final IntField LENGTH = IntField.of(LAYOUT, "length");
    static final LongField HASH = LongField.of(LAYOUT, "hash");
    static final long TEXT_OFFSET = LAYOUT.byteOffset(PathElement.groupElement("text"));

    private CodecNameLayout() {}
}
