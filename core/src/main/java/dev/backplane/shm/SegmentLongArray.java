package dev.backplane.shm;

import dev.backplane.SharedLongArray;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedLongArray] in a segment: its elements, one after the other, little-endian, and nothing else.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentLongArray extends SegmentArray implements SharedLongArray {
    private static final ValueLayout.OfLong LAYOUT = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ELEMENT = LAYOUT.varHandle().withInvokeExactBehavior();

    SegmentLongArray(SegmentManager manager, Region region) {
        this(manager, region, 0, region.param0());
    }

    private SegmentLongArray(SegmentManager manager, Region region, long from, long to) {
        super(manager, region, LAYOUT.byteSize(), from, to);
    }

    @Override
    public long get(long index) {
        return memory().getAtIndex(LAYOUT, check(index));
    }

    @Override
    public void set(long index, long value) {
        memory().setAtIndex(LAYOUT, check(index), value);
    }

    @Override
    public long getAcquire(long index) {
        return (long) ELEMENT.getAcquire(memory(), check(index) * Long.BYTES);
    }

    @Override
    public void setRelease(long index, long value) {
        ELEMENT.setRelease(memory(), check(index) * Long.BYTES, value);
    }

    @Override
    public long getVolatile(long index) {
        return (long) ELEMENT.getVolatile(memory(), check(index) * Long.BYTES);
    }

    @Override
    public void setVolatile(long index, long value) {
        ELEMENT.setVolatile(memory(), check(index) * Long.BYTES, value);
    }

    @Override
    public boolean compareAndSet(long index, long expected, long value) {
        return ELEMENT.compareAndSet(memory(), check(index) * Long.BYTES, expected, value);
    }

    @Override
    public long getAndSet(long index, long value) {
        return (long) ELEMENT.getAndSet(memory(), check(index) * Long.BYTES, value);
    }

    @Override
    public long getAndAdd(long index, long delta) {
        return (long) ELEMENT.getAndAdd(memory(), check(index) * Long.BYTES, delta);
    }

    @Override
    public void copyTo(long index, long[] target, int targetIndex, int count) {
        MemorySegment.copy(memory(), LAYOUT, checkRange(index, count), target, targetIndex, count);
    }

    @Override
    public void copyFrom(long index, long[] source, int sourceIndex, int count) {
        MemorySegment.copy(source, sourceIndex, memory(), LAYOUT, checkRange(index, count), count);
    }

    @Override
    public long[] toArray() {
        final long[] copy = new long[javaLength()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void fill(long value) {
        final MemorySegment memory = memory();
        for (long i = 0; i < length(); i++) {
            memory.setAtIndex(LAYOUT, i, value);
        }
    }

    @Override
    public SharedLongArray slice(long from, long to) {
        return new SegmentLongArray(manager(), region(), sliceFrom(from, to), sliceTo(to));
    }
}
