package dev.backplane.pool;

import dev.backplane.shm.ObjectType;
import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.ObjectSpec;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentHandle;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The memory of one parallel sort: an anonymous segment with room for its sorted runs and for its result.
///
/// Workers attach it for the time of a task, not through the register of attachments, which would keep it
/// for as long as they live. Who made it removes its objects as well, which frees the pages at once: a
/// mapping lasts until its JVM next collects garbage, which an idle worker may never do.
final class SortScratch implements AutoCloseable {
    private static final String RUNS = "runs";
    private static final String RESULT = "result";
    /// What the segment needs besides, generously: its header, and that each object begins at a page.
    private static final long OVERHEAD = 1 << 20;

    /// Bytes hold nothing for anybody; but that has to be said, or the dead and those who leave would keep
    /// them.
    private record Nothing() implements ObjectRecovery {
        @Override
        public int type() {
            return ObjectType.BYTE_ARRAY.code();
        }

        @Override
        public void recover(Region region, int deadOwner) {}
    }

    private final Segment segment;
    private final boolean own;
    private final MemorySegment runs;
    private final MemorySegment result;

    private SortScratch(Segment segment, boolean own, long bytes) throws IOException {
        this.segment = segment;
        this.own = own;
        this.runs = region(segment, RUNS, bytes);
        this.result = region(segment, RESULT, bytes);
    }

    static SortScratch create(long bytes) throws IOException {
        final SegmentOptions options = options().withSize(2 * bytes + OVERHEAD).withObjects(2);
        return of(Segment.anonymous("backplane-sort", options), true, bytes);
    }

    static SortScratch attach(SegmentHandle handle, long bytes) throws IOException {
        return of(Segment.attach(handle, options()), false, bytes);
    }

    private static SegmentOptions options() {
        return SegmentOptions.defaults().withRecoveries(List.of(new Nothing()));
    }

    private static SortScratch of(Segment segment, boolean own, long bytes) throws IOException {
        SortScratch made = null;
        try {
            made = new SortScratch(segment, own, bytes);
            return made;
        } finally {
            if (made == null) {
                segment.close();
            }
        }
    }

    private static MemorySegment region(Segment segment, String name, long bytes) throws IOException {
        final ObjectType type = ObjectType.BYTE_ARRAY;
        final ObjectSpec spec = new ObjectSpec(name, type.code(), type.layoutVersion(), bytes, bytes, 0);
        return segment.catalog().createOrAttach(spec, memory -> {}).memory();
    }

    SegmentHandle handle() {
        return segment.handle();
    }

    MemorySegment runs() {
        return runs;
    }

    MemorySegment result() {
        return result;
    }

    @Override
    public void close() throws IOException {
        try (segment) {
            if (own) {
                segment.catalog().remove(RUNS);
                segment.catalog().remove(RESULT);
                // Workers that were killed at a sort that failed use it no more; those that are still at it free it
                // when they leave.
                final int _ = segment.sweepDead();
            }
        }
    }
}
