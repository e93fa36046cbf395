package dev.backplane.codec;

import java.lang.foreign.MemorySegment;

/// Records of primitives in a fixed layout: the codec for elements that are sent by the million.
///
/// A shared object that meets this codec writes a record's components straight to where they will be read, and
/// reads them there; the record that comes out is all that is allocated. Those who do not even want that read
/// single components in place, at the offsets of [#layout].
///
/// Immutable and thread-safe.
///
/// @param <R> the record
public final class FixedRecordCodec<R> implements Codec<R> {
    private final RecordLayout<R> layout;

    private FixedRecordCodec(RecordLayout<R> layout) {
        this.layout = layout;
    }

    /// The codec of a record class.
    ///
    /// @param type a record with primitive components only
    /// @param <R> the record
    /// @return its codec
    /// @throws CodecException if it is no record of primitives, or its package is closed to this library
    public static <R> FixedRecordCodec<R> of(Class<R> type) {
        return new FixedRecordCodec<>(RecordLayout.of(type));
    }

    /// Where each component is.
    ///
    /// @return the layout
    public RecordLayout<R> layout() {
        return layout;
    }

    @Override
    public void encode(R value, CodecOutput out) {
        final MemorySegment bytes = MemorySegment.ofArray(new byte[layout.bytes()]);
        layout.write(value, bytes, 0);
        out.putBytes(bytes);
    }

    @Override
    public R decode(CodecInput in) {
        return layout.read(in.getSlice(layout.bytes()), 0);
    }

    @Override
    public String name() {
        return "fixed record " + layout.type().getName() + " " + layout.signature();
    }

    @Override
    public int fixedLength() {
        return layout.bytes();
    }
}
