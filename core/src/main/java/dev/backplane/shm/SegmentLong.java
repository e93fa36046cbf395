package dev.backplane.shm;

import dev.backplane.SharedLong;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedLong] in a segment: eight bytes, little-endian, with 56 of padding to the next object.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentLong extends SegmentObject implements SharedLong {
    private static final VarHandle VALUE =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final Segment segment;
    private final MemorySegment memory;

    SegmentLong(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
    }

    private MemorySegment memory() {
        segment.ensureOpenPlain();
        return memory;
    }

    @Override
    public long get() {
        return (long) VALUE.getVolatile(memory(), 0L);
    }

    @Override
    public void set(long value) {
        VALUE.setVolatile(memory(), 0L, value);
    }

    @Override
    public long getAcquire() {
        return (long) VALUE.getAcquire(memory(), 0L);
    }

    @Override
    public void setRelease(long value) {
        VALUE.setRelease(memory(), 0L, value);
    }

    @Override
    public long getAndSet(long value) {
        return (long) VALUE.getAndSet(memory(), 0L, value);
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
        return VALUE.compareAndSet(memory(), 0L, expected, value);
    }

    @Override
    public long getAndAdd(long delta) {
        return (long) VALUE.getAndAdd(memory(), 0L, delta);
    }
}
