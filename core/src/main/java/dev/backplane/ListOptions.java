package dev.backplane;

/// How large a list is made; every process must give the same.
///
/// Its memory is reserved when it is created: for each element the largest size, rounded up to a multiple of 8, and 24
/// bytes. A codec of a fixed length needs no maximum: its own length is taken in place of the one here.
///
/// @param maxElements how many elements there may be, 1 to 2^28
/// @param maxElementBytes how many bytes an element may take as its codec writes it, 1 or more
public record ListOptions(int maxElements, int maxElementBytes) {
    /// What is taken for elements unless chosen: 256 bytes.
    public static final int DEFAULT_ELEMENT_BYTES = 256;

    private static final int MOST_ELEMENTS = 1 << 28;
    private static final int MOST_BYTES = 1 << 30;

    /// Checks each number.
    public ListOptions {
        check("maxElements", maxElements, MOST_ELEMENTS);
        check("maxElementBytes", maxElementBytes, MOST_BYTES);
    }

    private static void check(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", must be 1 to " + most);
        }
    }

    /// A list of so many elements of the default size.
    ///
    /// @param maxElements how many elements there may be
    /// @return the options
    public static ListOptions elements(int maxElements) {
        return new ListOptions(maxElements, DEFAULT_ELEMENT_BYTES);
    }

    /// These options with another limit for an element.
    ///
    /// @param most how many bytes an element may take
    /// @return a copy
    public ListOptions withElementBytes(int most) {
        return new ListOptions(maxElements, most);
    }
}
