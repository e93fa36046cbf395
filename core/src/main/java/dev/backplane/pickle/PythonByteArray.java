package dev.backplane.pickle;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A `bytearray`: bytes that may change, other than `byte[]`, which stands for Python's `bytes`.
///
/// Equal to another one with the same bytes. It is not copied: whoever has it sees changes of the array.
///
/// @param bytes the bytes themselves
@SuppressWarnings("ArrayRecordComponent") // The array is the value: a bytearray is what may change in place.
public record PythonByteArray(byte[] bytes) {
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PythonByteArray that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return PythonRepr.brief(this);
    }
}
