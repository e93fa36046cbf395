package dev.backplane.store;

import java.nio.charset.StandardCharsets;

/// What an object must be, to be created or attached.
///
/// @param name 1 to 160 bytes of UTF-8, without `/` or NUL
/// @param type the type code, positive
/// @param layoutVersion the version of the type's layout
/// @param length in bytes, positive; ignored by [Catalog#attach]
/// @param param0 the first type parameter
/// @param param1 the second type parameter
public record ObjectSpec(String name, int type, int layoutVersion, long length, long param0, long param1) {
    /// The most bytes that a name may have in UTF-8.
    public static final int LONGEST_NAME_BYTES = CatalogLayout.NAME_BYTES;

    /// Checks each value.
    public ObjectSpec {
        checkName(name, "object name", LONGEST_NAME_BYTES);
        if (type < 1) {
            throw new IllegalArgumentException("type code is " + type + ", must be positive");
        }
        if (length < 1) {
            throw new IllegalArgumentException("length of " + name + " is " + length + " bytes, must be positive");
        }
    }

    /// Checks a name of an object or of a segment.
    ///
    /// @param name the name
    /// @param what what to call it in the message
    /// @param longest the most bytes in UTF-8
    public static void checkName(String name, String what, int longest) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        final int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > longest) {
            throw new IllegalArgumentException(
                    what + " has " + bytes + " bytes, at most " + longest + " are allowed: " + name);
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " must not contain '/' or NUL: " + name.replace('\0', '?'));
        }
    }
}
