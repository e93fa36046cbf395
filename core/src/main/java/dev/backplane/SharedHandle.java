package dev.backplane;

import dev.backplane.store.SegmentHandle;
import java.io.Serializable;

/// How another process of this host finds a shared object: the segment, the object's name in it, and which one
/// of that name it is.
///
/// A handle may name a part of an array: elements `from` (inclusive) to `to` (exclusive). [#toString] and
/// [#parse] are each other's inverse.
///
/// @param segment the segment
/// @param object the object's name
/// @param incarnation the object's incarnation: an object that was removed and created anew has another
/// @param from the first element, 0 for a whole object
/// @param to the end of the elements, -1 for a whole object
public record SharedHandle(SegmentHandle segment, String object, long incarnation, long from, long to)
        implements Serializable {
    /// The end that means "a whole object".
    public static final long WHOLE = -1;

    /// A handle of a whole object.
    ///
    /// @param segment the segment
    /// @param object the object's name
    /// @param incarnation the object's incarnation
    public SharedHandle(SegmentHandle segment, String object, long incarnation) {
        this(segment, object, incarnation, 0, WHOLE);
    }

    /// The handle in text.
    ///
    /// @return `<incarnation>[<from>:<to>]/<object>@<segment handle>`
    @Override
    public String toString() {
        return incarnation + "[" + from + ":" + to + "]/" + object + "@" + segment;
    }

    /// Reads what [#toString] wrote.
    ///
    /// @param text the handle in text
    /// @return the handle
    /// @throws IllegalArgumentException if `text` is not one
    public static SharedHandle parse(String text) {
        final int range = text.indexOf('[');
        final int colon = text.indexOf(':', range);
        final int end = text.indexOf("]/", colon);
        final int at = text.indexOf("@segment:", end);
        if (range < 0 || colon < 0 || end < 0 || at < 0) {
            throw new IllegalArgumentException("not a handle of a shared object: " + text);
        }
        return new SharedHandle(
                SegmentHandle.parse(text.substring(at + 1)),
                text.substring(end + 2, at),
                Long.parseLong(text.substring(0, range)),
                Long.parseLong(text.substring(range + 1, colon)),
                Long.parseLong(text.substring(colon + 1, end)));
    }
}
