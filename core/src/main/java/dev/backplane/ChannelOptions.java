package dev.backplane;

/// What kind of channel is created; every process must give the same.
///
/// @param manySenders whether any number of threads and processes may send at once; one thread of one process
///     otherwise
/// @param capacityBytes how much the channel holds: a power of two, [#LEAST_CAPACITY] to [#LARGEST_CAPACITY].
///     A message takes its length and 8 bytes, rounded up to 8, and may be an eighth of the capacity long
public record ChannelOptions(boolean manySenders, int capacityBytes) {
    /// The least capacity, in bytes.
    public static final int LEAST_CAPACITY = 256;
    /// The largest capacity, in bytes.
    public static final int LARGEST_CAPACITY = 1 << 29;

    /// Checks the capacity.
    public ChannelOptions {
        if (capacityBytes < LEAST_CAPACITY
                || capacityBytes > LARGEST_CAPACITY
                || Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("capacity is " + capacityBytes + " bytes, must be a power of two of "
                    + LEAST_CAPACITY + " to " + LARGEST_CAPACITY);
        }
    }

    /// From one thread to one thread: the fastest way between two processes.
    ///
    /// @param capacityBytes how much the channel holds
    /// @return the options
    public static ChannelOptions oneToOne(int capacityBytes) {
        return new ChannelOptions(false, capacityBytes);
    }

    /// From many threads to one thread.
    ///
    /// @param capacityBytes how much the channel holds
    /// @return the options
    public static ChannelOptions manyToOne(int capacityBytes) {
        return new ChannelOptions(true, capacityBytes);
    }
}
