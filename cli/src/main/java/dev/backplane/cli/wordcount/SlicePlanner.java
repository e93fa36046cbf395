package dev.backplane.cli.wordcount;

import java.util.ArrayList;
import java.util.List;

/// Divides files into slices of about equal size.
///
/// Where slices begin needs no look at the text: [WordCounter] shows that any boundary is a good one.
public final class SlicePlanner {
    private final long sliceBytes;

    /// A planner.
    ///
    /// @param sliceBytes about how many bytes a slice should have, at least 1
    /// @throws IllegalArgumentException if it is less
    public SlicePlanner(long sliceBytes) {
        if (sliceBytes < 1) {
            throw new IllegalArgumentException("slices of " + sliceBytes + " bytes, must be at least 1");
        }
        this.sliceBytes = sliceBytes;
    }

    /// Slices that follow one another from the beginning to the end of a file.
    ///
    /// They differ by one byte at most and are at most as long as was asked for.
    ///
    /// @param lengthBytes of the file
    /// @return as many as are needed, none for an empty file
    /// @throws IllegalArgumentException if the length is negative, or more than 2^31 - 1 slices would be needed
    public List<Slice> plan(long lengthBytes) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("file of " + lengthBytes + " bytes");
        }
        final long count = Math.ceilDiv(lengthBytes, sliceBytes);
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    lengthBytes + " bytes make " + count + " slices of " + sliceBytes + " bytes, too many");
        }
        final List<Slice> slices = new ArrayList<>((int) count);
        long start = 0;
        for (long number = 0; number < count; number++) {
            final long end = start + (lengthBytes - start) / (count - number);
            slices.add(new Slice(start, end));
            start = end;
        }
        return slices;
    }
}
