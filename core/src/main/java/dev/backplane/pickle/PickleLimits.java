package dev.backplane.pickle;

/// How much of a pickle is read or written before it is refused.
///
/// Lengths need no limit of their own: each is held against the bytes that are left before anything is
/// allocated. What is left to bound is what few bytes can ask for: objects, which a single byte makes, and
/// integers, whose decimal form takes time that grows with the square of their length.
///
/// @param maxBytes how long a pickle may be
/// @param maxObjects how many values a pickle may put on its stack, in all
/// @param maxIntegerBytes how many bytes an integer may have
/// @param maxDepth how deeply values that are written may be nested; reading needs no stack and has no such
///     limit, but for [PickleCodec#rewritable]
public record PickleLimits(int maxBytes, int maxObjects, int maxIntegerBytes, int maxDepth) {
    private static final int MEBI = 1 << 20;
    private static final PickleLimits STANDARD = new PickleLimits(1024 * MEBI, 8 * MEBI, MEBI / 16, 1000);

    /// Checks the limits.
    ///
    /// @throws IllegalArgumentException if one of them is not positive
    public PickleLimits {
        if (maxBytes < 1 || maxObjects < 1 || maxIntegerBytes < 1 || maxDepth < 1) {
            throw new IllegalArgumentException("limits must be positive: bytes " + maxBytes + ", objects " + maxObjects
                    + ", bytes of an integer " + maxIntegerBytes + ", depth " + maxDepth);
        }
    }

    /// A pickle of at most 1 GiB and 8 Mi values, integers of at most 64 KiB, and a depth of 1,000, which is
    /// where Python's own pickler ends too.
    ///
    /// @return those limits
    public static PickleLimits standard() {
        return STANDARD;
    }

    /// The same with another limit of the length.
    ///
    /// @param most how many bytes a pickle may have
    /// @return new limits
    public PickleLimits withMaxBytes(int most) {
        return new PickleLimits(most, maxObjects, maxIntegerBytes, maxDepth);
    }

    /// The same with another limit of the number of values.
    ///
    /// @param most how many values a pickle may put on its stack
    /// @return new limits
    public PickleLimits withMaxObjects(int most) {
        return new PickleLimits(maxBytes, most, maxIntegerBytes, maxDepth);
    }

    /// The same with another limit of integers.
    ///
    /// @param most how many bytes an integer may have
    /// @return new limits
    public PickleLimits withMaxIntegerBytes(int most) {
        return new PickleLimits(maxBytes, maxObjects, most, maxDepth);
    }

    /// The same with another limit of the depth.
    ///
    /// @param most how deeply values that are written may be nested
    /// @return new limits
    public PickleLimits withMaxDepth(int most) {
        return new PickleLimits(maxBytes, maxObjects, maxIntegerBytes, most);
    }
}
