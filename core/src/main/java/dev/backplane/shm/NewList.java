package dev.backplane.shm;

import dev.backplane.ListOptions;
import dev.backplane.codec.Codec;
import dev.backplane.shm.ListLayout.Shape;
import dev.backplane.store.ObjectSpec;
import java.lang.foreign.MemorySegment;

/// A list that is asked for, as its first user creates it.
///
/// @param name the object's name
/// @param codec of its elements
/// @param options how large it is to be
record NewList(String name, Codec<?> codec, ListOptions options) {
    /// A codec's fixed length goes before the option.
    private Shape shape() {
        final int fixed = codec.fixedLength();
        return new Shape(
                options.maxElements(), fixed == Codec.VARIABLE ? options.maxElementBytes() : Math.max(1, fixed));
    }

    /// What the catalog has of it.
    ObjectSpec spec() {
        final Shape shape = shape();
        final ObjectType type = ObjectType.LIST;
        return new ObjectSpec(
                name, type.code(), type.layoutVersion(), shape.bytes(), shape.elements(), shape.elementBytes());
    }

    /// Writes its first bytes.
    void initialise(MemorySegment memory) {
        CodecName.write(memory, ListLayout.CODEC_OFFSET, codec);
        ListTable.initialise(memory, shape());
    }
}
