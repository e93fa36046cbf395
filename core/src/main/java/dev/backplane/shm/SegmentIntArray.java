package dev.backplane.shm;

import dev.backplane.SharedIntArray;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedIntArray] in a segment: its elements, one after the other, little-endian, and nothing else.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentIntArray extends SegmentArray implements SharedIntArray {
    private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ELEMENT = LAYOUT.varHandle().withInvokeExactBehavior();

    SegmentIntArray(SegmentManager manager, Region region) {
        this(manager, region, 0, region.param0());
    }

    private SegmentIntArray(SegmentManager manager, Region region, long from, long to) {
        super(manager, region, LAYOUT.byteSize(), from, to);
    }

    @Override
    public int get(long index) {
        return memory().getAtIndex(LAYOUT, check(index));
    }

    @Override
    public void set(long index, int value) {
        memory().setAtIndex(LAYOUT, check(index), value);
    }

    @Override
    public int getAcquire(long index) {
        return (int) ELEMENT.getAcquire(memory(), check(index) * Integer.BYTES);
    }

    @Override
    public void setRelease(long index, int value) {
        ELEMENT.setRelease(memory(), check(index) * Integer.BYTES, value);
    }

    @Override
    public int getVolatile(long index) {
        return (int) ELEMENT.getVolatile(memory(), check(index) * Integer.BYTES);
    }

    @Override
    public void setVolatile(long index, int value) {
        ELEMENT.setVolatile(memory(), check(index) * Integer.BYTES, value);
    }

    @Override
    public boolean compareAndSet(long index, int expected, int value) {
        return ELEMENT.compareAndSet(memory(), check(index) * Integer.BYTES, expected, value);
    }

    @Override
    public int getAndSet(long index, int value) {
        return (int) ELEMENT.getAndSet(memory(), check(index) * Integer.BYTES, value);
    }

    @Override
    public int getAndAdd(long index, int delta) {
        return (int) ELEMENT.getAndAdd(memory(), check(index) * Integer.BYTES, delta);
    }

    @Override
    public void copyTo(long index, int[] target, int targetIndex, int count) {
        MemorySegment.copy(memory(), LAYOUT, checkRange(index, count), target, targetIndex, count);
    }

    @Override
    public void copyFrom(long index, int[] source, int sourceIndex, int count) {
        MemorySegment.copy(source, sourceIndex, memory(), LAYOUT, checkRange(index, count), count);
    }

    @Override
    public int[] toArray() {
        final int[] copy = new int[javaLength()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void fill(int value) {
        final MemorySegment memory = memory();
        for (long i = 0; i < length(); i++) {
            memory.setAtIndex(LAYOUT, i, value);
        }
    }

    @Override
    public SharedIntArray slice(long from, long to) {
        return new SegmentIntArray(manager(), region(), sliceFrom(from, to), sliceTo(to));
    }
}
