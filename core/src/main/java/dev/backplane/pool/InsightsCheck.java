package dev.backplane.pool;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import dev.backplane.store.ObjectCheck;
import dev.backplane.store.ObjectLook;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;

/// Checks what a pool tells about its workers. To those who check types it is an array of bytes, which may be any.
///
/// In a segment that is no pool's, an array of that name is whatever its owner makes of it, and is not looked at.
public final class InsightsCheck implements ObjectCheck {
    private static final List<LongField> TIMES_AND_SIZES = List.of(
            InsightsLayout.PID,
            InsightsLayout.STARTED,
            InsightsLayout.START_UP,
            InsightsLayout.SINCE,
            InsightsLayout.BUSY,
            InsightsLayout.IDLE,
            InsightsLayout.HEAP_USED,
            InsightsLayout.HEAP_COMMITTED);

    /// A check.
    public InsightsCheck() {}

    @Override
    public void check(ObjectLook look) {
        final MemorySegment bytes = look.bytes();
        if (!look.entry().name().equals(InsightsLayout.NAME)
                || !isPools(look.segment().path())
                || !look.require(
                        bytes.byteSize() >= InsightsLayout.bytes(1),
                        "insights",
                        "has %d bytes, a pool of one worker tells %d",
                        bytes.byteSize(),
                        InsightsLayout.bytes(1))) {
            return;
        }
        final int version = InsightsLayout.VERSION.getAcquire(bytes, 0);
        if (version == 0) {
            return; // It is about to begin.
        }
        final int places = InsightsLayout.PLACES.get(bytes, 0);
        if (look.require(
                        version == InsightsLayout.CURRENT_VERSION,
                        "version",
                        "has version %d, must be %d",
                        version,
                        InsightsLayout.CURRENT_VERSION)
                && look.require(
                        places >= 1
                                && places <= ProcessPool.MOST_WORKERS
                                && bytes.byteSize() == InsightsLayout.bytes(places),
                        "places",
                        "has %d places in %d bytes",
                        places,
                        bytes.byteSize())) {
            header(look);
            for (int place = 0; place < places; place++) {
                place(look, place);
            }
        }
    }

    /// A pool's memory has no file of its own where there are other ways.
    private static boolean isPools(Path segment) {
        return segment.startsWith("/proc") || segment.toString().contains(PoolInsights.SEGMENT_LABEL);
    }

    private static void header(ObjectLook look) {
        look.requireZeros(InsightsLayout.HEADER, 0);
        final MemorySegment bytes = look.bytes();
        for (LongField field : List.of(InsightsLayout.POOL_PID, InsightsLayout.POOL_STARTED)) {
            final long value = field.get(bytes, 0);
            look.require(
                    value > 0, "header at " + field.offset(), "has %d at %d, must be positive", value, field.offset());
        }
        for (LongField field : List.of(InsightsLayout.DONE_BEFORE, InsightsLayout.FAILED_BEFORE)) {
            notNegative(look, "header", field.getAcquire(bytes, 0), field.offset());
        }
    }

    private static void place(ObjectLook look, int place) {
        final MemorySegment bytes = look.bytes();
        final long base = InsightsLayout.place(place);
        final String where = "place " + place;
        look.requireZeros(InsightsLayout.WORKER, base);
        final int state = InsightsLayout.STATE.getAcquire(bytes, base);
        look.require(
                state == 0 || WorkerState.of(state).isPresent(),
                where + " state",
                "has state %d in %s, must be 0 to 5",
                state,
                where);
        for (IntField field : List.of(InsightsLayout.NUMBER, InsightsLayout.HELD)) {
            notNegative(look, where, field.getAcquire(bytes, base), field.offset());
        }
        for (LongField field : TIMES_AND_SIZES) {
            notNegative(look, where, field.getAcquire(bytes, base), field.offset());
        }
        final long changes = InsightsLayout.CHANGES.getAcquire(bytes, base);
        final long done = InsightsLayout.DONE.get(bytes, base);
        final long failed = InsightsLayout.FAILED.get(bytes, base);
        VarHandle.loadLoadFence(); // What was read, before the look whether it has changed.
        if ((changes & 1) == 0 && InsightsLayout.CHANGES.get(bytes, base) == changes) {
            look.require(
                    failed >= 0 && failed <= done,
                    where + " failed",
                    "has %d tasks failed in %s, of %d",
                    failed,
                    where,
                    done);
        }
    }

    private static void notNegative(ObjectLook look, String where, long value, long at) {
        look.require(value >= 0, where + " at " + at, "has %d at %d of its %s, which is negative", value, at, where);
    }
}
