package dev.backplane;

/// How large a map is made; every process must give the same.
///
/// Its memory is reserved when it is created: for each entry the largest key and value, each rounded up to a
/// multiple of 8, and some 50 bytes. A codec of a fixed length needs no maximum: its own length is taken in place of
/// the one here.
///
/// @param maxEntries how many entries there may be, 1 to 2^28
/// @param maxKeyBytes how many bytes a key may take as its codec writes it, 1 or more
/// @param maxValueBytes how many bytes a value may take as its codec writes it, 1 or more
public record MapOptions(int maxEntries, int maxKeyBytes, int maxValueBytes) {
    /// What is taken for keys unless chosen: 64 bytes.
    public static final int DEFAULT_KEY_BYTES = 64;

    /// What is taken for values unless chosen: 256 bytes.
    public static final int DEFAULT_VALUE_BYTES = 256;

    private static final int MOST_ENTRIES = 1 << 28;
    private static final int MOST_BYTES = 1 << 30;
    /// The most bytes that keys and values may take together.
    public static final int MOST_CELL_BYTES = 2_000_000_000;

    /// Checks each number.
    public MapOptions {
        check("maxEntries", maxEntries, MOST_ENTRIES);
        check("maxKeyBytes", maxKeyBytes, MOST_BYTES);
        check("maxValueBytes", maxValueBytes, MOST_BYTES);
        if ((long) maxKeyBytes + maxValueBytes > MOST_CELL_BYTES) {
            throw new IllegalArgumentException("maxKeyBytes and maxValueBytes are " + maxKeyBytes + " and "
                    + maxValueBytes + ", must be at most " + MOST_CELL_BYTES + " together");
        }
    }

    private static void check(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", must be 1 to " + most);
        }
    }

    /// A map of so many entries, with keys and values of the default sizes.
    ///
    /// @param maxEntries how many entries there may be
    /// @return the options
    public static MapOptions entries(int maxEntries) {
        return new MapOptions(maxEntries, DEFAULT_KEY_BYTES, DEFAULT_VALUE_BYTES);
    }

    /// These options with another limit for keys.
    ///
    /// @param most how many bytes a key may take
    /// @return a copy
    public MapOptions withKeyBytes(int most) {
        return new MapOptions(maxEntries, most, maxValueBytes);
    }

    /// These options with another limit for values.
    ///
    /// @param most how many bytes a value may take
    /// @return a copy
    public MapOptions withValueBytes(int most) {
        return new MapOptions(maxEntries, maxKeyBytes, most);
    }
}
