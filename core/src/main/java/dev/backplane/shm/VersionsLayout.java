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

/// Layout of one [dev.backplane.SharedValue] or [dev.backplane.SharedStruct].
///
/// ```
///   0             4                                                            64
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | section i32 | zero                                                        |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   64                            72                                           128
///  +-----------------------------+- - - - - - - - - - - - - - - - - - - - - - -+
///  | version                 i64 | zero                                        |
///  +-----------------------------+- - - - - - - - - - - - - - - - - - - - - - -+
///   128                           136           140           144              384
///  +-----------------------------+-------------+-------------+-----------------+
///  | codecHash               i64 | codecBytes  | zero        | codecName       |
///  +-----------------------------+-------------+-------------+-----------------+
///   384                                                       384 + 4 × stride
///  +---------------------------------------------------------------------------+
///  | four copies                                                               |
///  +---------------------------------------------------------------------------+
///
///   a copy        4             8                                         stride
///  +-------------+-------------+-----------------------------------------------+
///  | length  i32 | zero        | bytes                                         |
///  +-------------+-------------+-----------------------------------------------+
/// ```
///
/// | field   | read    | written | by                                                                          |
/// |---------|---------|---------|-----------------------------------------------------------------------------|
/// | section |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes the rest                    |
/// | version | acquire | release | the section's holder: how many versions were published; 0 is absent         |
/// | codec…  | plain   | plain   | the creator: the codec's name in UTF-8, cut off at 240 bytes, its length in |
/// |         |         |         | full, and its hash in full, FNV-1a of 64 bits                               |
/// | copies  | plain   | plain   | the section's holder; readers ask the version afterwards                    |
///
/// Version *v* is in copy *v* mod 4. A copy becomes the value by the release store of the version.
final class VersionsLayout {
    static final int COPIES = 4;
    static final int CODEC_NAME_BYTES = 240;

    private static final int STRIDE_UNIT = 64;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            paddingLayout(60),
            LONG.withName("version"),
            paddingLayout(56),
            LONG.withName("codecHash"),
            INT.withName("codecBytes"),
            paddingLayout(4),
            sequenceLayout(CODEC_NAME_BYTES, ValueLayout.JAVA_BYTE).withName("codecName"));

    static final StructLayout COPY = structLayout(INT.withName("length"), paddingLayout(4));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final LongField VERSION = LongField.of(LAYOUT, "version");
    static final LongField CODEC_HASH = LongField.of(LAYOUT, "codecHash");
    static final IntField CODEC_BYTES = IntField.of(LAYOUT, "codecBytes");
    static final long CODEC_NAME_OFFSET = LAYOUT.byteOffset(PathElement.groupElement("codecName"));
    static final IntField LENGTH = IntField.of(COPY, "length");

    private VersionsLayout() {}

    /// The distance from copy to copy, for values of that size.
    static long stride(int mostBytes) {
        return COPY.byteSize() + mostBytes + STRIDE_UNIT - 1 & -STRIDE_UNIT;
    }

    /// Where the copy of a version is.
    static long copy(long version, long stride) {
        return LAYOUT.byteSize() + (version & COPIES - 1) * stride;
    }

    /// Where a copy's bytes are.
    static long bytes(long copy) {
        return copy + COPY.byteSize();
    }

    /// The size of a whole object.
    static long size(int mostBytes) {
        return LAYOUT.byteSize() + COPIES * stride(mostBytes);
    }
}
