package dev.backplane.shm;

import dev.backplane.SharedDouble;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedDouble] in a segment: eight bytes, little-endian, with 56 of padding to the next object.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentDouble extends SegmentObject implements SharedDouble {
    private static final VarHandle VALUE = ValueLayout.JAVA_DOUBLE
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    private final Segment segment;
    private final MemorySegment memory;

    SegmentDouble(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
    }

    private MemorySegment memory() {
        segment.ensureOpenPlain();
        return memory;
    }

    @Override
    public double get() {
        return (double) VALUE.getVolatile(memory(), 0L);
    }

    @Override
    public void set(double value) {
        VALUE.setVolatile(memory(), 0L, value);
    }

    @Override
    public double getAcquire() {
        return (double) VALUE.getAcquire(memory(), 0L);
    }

    @Override
    public void setRelease(double value) {
        VALUE.setRelease(memory(), 0L, value);
    }

    @Override
    public double getAndSet(double value) {
        return (double) VALUE.getAndSet(memory(), 0L, value);
    }

    @Override
    public boolean compareAndSet(double expected, double value) {
        return VALUE.compareAndSet(memory(), 0L, expected, value);
    }

    @Override
    public double getAndAdd(double delta) {
        double before;
        do {
            before = get();
        } while (!compareAndSet(before, before + delta));
        return before;
    }
}
