package dev.backplane.codec;

import java.util.function.Function;

/// A codec of two functions.
///
/// @param name of the format
/// @param fixedLength in bytes, or [Codec#VARIABLE]
/// @param writer appends a value
/// @param reader reads one
record SimpleCodec<T>(String name, int fixedLength, Writer<T> writer, Function<CodecInput, T> reader)
        implements Codec<T> {
    /// Appends a value.
    @FunctionalInterface
    interface Writer<T> {
        void write(CodecOutput out, T value);
    }

    @Override
    public void encode(T value, CodecOutput out) {
        writer.write(out, value);
    }

    @Override
    public T decode(CodecInput in) {
        return reader.apply(in);
    }
}
