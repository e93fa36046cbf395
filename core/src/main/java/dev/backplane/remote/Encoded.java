package dev.backplane.remote;

import java.util.Arrays;

/// An element as its client's codec wrote it. A server has no need to know what it means.
///
/// @param bytes not to be changed
@SuppressWarnings("ArrayRecordComponent") // Compared by content, below.
record Encoded(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Encoded that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
