package dev.backplane.jmx;

/// A queue of a segment. If it was removed, each attribute fails.
public interface QueueMXBean {
    /// Its name.
    ///
    /// @return as given by who created it
    String getName();

    /// The path of its segment.
    ///
    /// @return a path
    String getSegment();

    /// How many places are taken.
    ///
    /// @return a number that may be a moment old
    int getDepth();

    /// How many places there are.
    ///
    /// @return a number
    int getCapacity();

    /// Whether it was shut down.
    ///
    /// @return true if nothing more can be put
    boolean isShutDown();
}
