package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/// A header that was read from a file and found good.
///
/// @param geometry sizes and places
/// @param id the segment's identity
/// @param liveness how its participants prove that they live
record SegmentHeader(SegmentLayout.Geometry geometry, UUID id, int liveness) {
    /// Reads and checks the header through the file, not through a mapping, which a short file would make
    /// fault.
    static SegmentHeader read(SegmentFile file, String where) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment bytes = arena.allocate(SegmentLayout.LAYOUT);
            final long read = file.readStart(bytes);
            if (read < SegmentLayout.HEADER_BYTES) {
                throw new SegmentFormatException(where + " is not a segment: it has " + read + " bytes, a header has "
                        + SegmentLayout.HEADER_BYTES);
            }
            final SegmentLayout.Geometry geometry = SegmentLayout.check(bytes, file.size(), where);
            return new SegmentHeader(
                    geometry,
                    new UUID(SegmentLayout.ID_HIGH.get(bytes, 0L), SegmentLayout.ID_LOW.get(bytes, 0L)),
                    SegmentLayout.LIVENESS.get(bytes, 0L));
        }
    }

    String livenessName() {
        return switch (liveness) {
            case SegmentLayout.LIVENESS_FILE_LOCKS -> "file locks (platform linux)";
            case SegmentLayout.LIVENESS_PROCESS_IDS -> "process ids (platform portable)";
            default -> "unknown means (" + liveness + ")";
        };
    }
}
