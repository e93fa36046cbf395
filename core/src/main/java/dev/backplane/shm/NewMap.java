package dev.backplane.shm;

import dev.backplane.MapOptions;
import dev.backplane.codec.Codec;
import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.store.ObjectSpec;
import java.lang.foreign.MemorySegment;

/// A map that is asked for, as its first user creates it.
///
/// @param name the object's name
/// @param keyCodec of its keys
/// @param valueCodec of its values
/// @param options how large it is to be
record NewMap(String name, Codec<?> keyCodec, Codec<?> valueCodec, MapOptions options) {
    /// A codec's fixed length goes before the option.
    private Shape shape() {
        return new Shape(
                options.maxEntries(), most(keyCodec, options.maxKeyBytes()), most(valueCodec, options.maxValueBytes()));
    }

    private static int most(Codec<?> codec, int asked) {
        return codec.fixedLength() == Codec.VARIABLE ? asked : Math.max(1, codec.fixedLength());
    }

    /// What the catalog has of it.
    ObjectSpec spec() {
        final Shape shape = shape();
        final ObjectType type = ObjectType.MAP;
        return new ObjectSpec(
                name, type.code(), type.layoutVersion(), shape.bytes(), shape.entries(), MapTable.sizes(shape));
    }

    /// Writes its first bytes.
    void initialise(MemorySegment memory) {
        CodecName.write(memory, MapLayout.KEY_CODEC_OFFSET, keyCodec);
        CodecName.write(memory, MapLayout.VALUE_CODEC_OFFSET, valueCodec);
        MapTable.initialise(memory, shape());
    }
}
