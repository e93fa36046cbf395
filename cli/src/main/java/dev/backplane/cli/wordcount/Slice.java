package dev.backplane.cli.wordcount;

import java.io.Serializable;

/// A range of bytes of a file: it stands for the words that *start* in it.
///
/// @param startOffset its first byte, 0 or more
/// @param endOffset one past its last byte, not before `startOffset`
public record Slice(long startOffset, long endOffset) implements Serializable {
    private static final long serialVersionUID = 1;

    /// Checks the range.
    ///
    /// @throws IllegalArgumentException if it is none
    public Slice {
        if (startOffset < 0 || endOffset < startOffset) {
            throw new IllegalArgumentException("slice [" + startOffset + ", " + endOffset + ") is not a range");
        }
    }

    /// Bytes in the slice.
    ///
    /// @return 0 or more
    public long lengthBytes() {
        return endOffset - startOffset;
    }
}
