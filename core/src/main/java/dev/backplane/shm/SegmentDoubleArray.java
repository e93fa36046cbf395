package dev.backplane.shm;

import dev.backplane.SharedDoubleArray;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedDoubleArray] in a segment: its elements, one after the other, little-endian, and nothing else.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentDoubleArray extends SegmentArray implements SharedDoubleArray {
    private static final ValueLayout.OfDouble LAYOUT = ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ELEMENT = LAYOUT.varHandle().withInvokeExactBehavior();

    SegmentDoubleArray(SegmentManager manager, Region region) {
        this(manager, region, 0, region.param0());
    }

    private SegmentDoubleArray(SegmentManager manager, Region region, long from, long to) {
        super(manager, region, LAYOUT.byteSize(), from, to);
    }

    @Override
    public double get(long index) {
        return memory().getAtIndex(LAYOUT, check(index));
    }

    @Override
    public void set(long index, double value) {
        memory().setAtIndex(LAYOUT, check(index), value);
    }

    @Override
    public double getAcquire(long index) {
        return (double) ELEMENT.getAcquire(memory(), check(index) * Double.BYTES);
    }

    @Override
    public void setRelease(long index, double value) {
        ELEMENT.setRelease(memory(), check(index) * Double.BYTES, value);
    }

    @Override
    public double getVolatile(long index) {
        return (double) ELEMENT.getVolatile(memory(), check(index) * Double.BYTES);
    }

    @Override
    public void setVolatile(long index, double value) {
        ELEMENT.setVolatile(memory(), check(index) * Double.BYTES, value);
    }

    @Override
    public boolean compareAndSet(long index, double expected, double value) {
        return ELEMENT.compareAndSet(memory(), check(index) * Double.BYTES, expected, value);
    }

    @Override
    public double getAndSet(long index, double value) {
        return (double) ELEMENT.getAndSet(memory(), check(index) * Double.BYTES, value);
    }

    @Override
    public double getAndAdd(long index, double delta) {
        double before;
        do {
            before = getVolatile(index);
        } while (!compareAndSet(index, before, before + delta));
        return before;
    }

    @Override
    public void copyTo(long index, double[] target, int targetIndex, int count) {
        MemorySegment.copy(memory(), LAYOUT, checkRange(index, count), target, targetIndex, count);
    }

    @Override
    public void copyFrom(long index, double[] source, int sourceIndex, int count) {
        MemorySegment.copy(source, sourceIndex, memory(), LAYOUT, checkRange(index, count), count);
    }

    @Override
    public double[] toArray() {
        final double[] copy = new double[javaLength()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void fill(double value) {
        final MemorySegment memory = memory();
        for (long i = 0; i < length(); i++) {
            memory.setAtIndex(LAYOUT, i, value);
        }
    }

    @Override
    public SharedDoubleArray slice(long from, long to) {
        return new SegmentDoubleArray(manager(), region(), sliceFrom(from, to), sliceTo(to));
    }
}
