package dev.backplane.store;

import java.io.Serializable;
import java.util.UUID;

/// How another process of this host finds a segment: where it is, and which one it is.
///
/// Serializable, printable and parsable: [#toString] and [#parse] are each other's inverse.
///
/// @param path the file, or `/proc/<pid>/fd/<n>` for an anonymous segment
/// @param id the segment's identity, checked when it is attached
public record SegmentHandle(String path, UUID id) implements Serializable {
    private static final String SCHEME = "segment:";

    /// The handle in text.
    ///
    /// @return `segment:<id>:<path>`
    @Override
    public String toString() {
        return SCHEME + id + ":" + path;
    }

    /// Reads what [#toString] wrote.
    ///
    /// @param text the handle in text
    /// @return the handle
    /// @throws IllegalArgumentException if `text` is not one
    public static SegmentHandle parse(String text) {
        final int separator = text.indexOf(':', SCHEME.length());
        if (!text.startsWith(SCHEME) || separator < 0 || separator + 1 == text.length()) {
            throw new IllegalArgumentException("not a segment handle: " + text + "; expected segment:<id>:<path>");
        }
        final UUID id = UUID.fromString(text.substring(SCHEME.length(), separator));
        return new SegmentHandle(text.substring(separator + 1), id);
    }
}
