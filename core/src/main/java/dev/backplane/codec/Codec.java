package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// How values of one type become bytes and come back, in this process or another.
///
/// [Codecs] has those for primitives, strings, byte arrays, enums, records, collections and anything
/// serializable; an application writes its own for the types that it sends most. Two processes that use one
/// shared object must use codecs of the same [#name]: the name is recorded beside the object, and a codec of
/// another name is refused.
///
/// Implementations must be thread-safe, must not keep the input or the output beyond the call, and must treat
/// the bytes as untrusted: whatever they are, [#decode] returns a value or throws [CodecException].
///
/// @param <T> the type of the values
public interface Codec<T extends @Nullable Object> {
    /// What [#fixedLength] returns where lengths differ.
    int VARIABLE = -1;

    /// Appends a value.
    ///
    /// @param value what to write; not null unless the codec says that it writes nulls
    /// @param out where to
    /// @throws CodecException if the value cannot be written
    /// @throws ClassCastException if it is of another class
    void encode(T value, CodecOutput out);

    /// Reads one value, from the input's position on.
    ///
    /// @param in what [#encode] wrote
    /// @return the value
    /// @throws CodecException if the bytes are not of this codec
    T decode(CodecInput in);

    /// The format's name, the same in every process: of it, of every type that it depends on and of its
    /// version.
    ///
    /// @return the name, such as `int64`
    String name();

    /// How many bytes each value takes.
    ///
    /// @return the length, or [#VARIABLE]
    default int fixedLength() {
        return VARIABLE;
    }

    /// A value's bytes in an array of their own.
    ///
    /// @param value what to write
    /// @return the bytes
    /// @throws CodecException if the value cannot be written
    default byte[] toBytes(T value) {
        final CodecOutput out = CodecOutput.growing(Math.max(64, fixedLength()));
        encode(value, out);
        return out.toByteArray();
    }

    /// Reads a value that must be all that the bytes hold.
    ///
    /// @param bytes what [#toBytes] returned
    /// @return the value
    /// @throws CodecException if the bytes are not of this codec, or are too many
    default T fromBytes(byte[] bytes) {
        final CodecInput in = CodecInput.of(bytes);
        final T value = decode(in);
        if (in.remaining() > 0) {
            throw new CodecException(name() + ": " + in.remaining() + " bytes follow a value of " + in.position());
        }
        return value;
    }
}
