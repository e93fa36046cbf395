package dev.backplane.shm;

import dev.backplane.SharedFloatArray;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedFloatArray] in a segment: its elements, one after the other, little-endian, and nothing else.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentFloatArray extends SegmentArray implements SharedFloatArray {
    private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ELEMENT = LAYOUT.varHandle().withInvokeExactBehavior();

    SegmentFloatArray(SegmentManager manager, Region region) {
        this(manager, region, 0, region.param0());
    }

    private SegmentFloatArray(SegmentManager manager, Region region, long from, long to) {
        super(manager, region, LAYOUT.byteSize(), from, to);
    }

    @Override
    public float get(long index) {
        return memory().getAtIndex(LAYOUT, check(index));
    }

    @Override
    public void set(long index, float value) {
        memory().setAtIndex(LAYOUT, check(index), value);
    }

    @Override
    public float getAcquire(long index) {
        return (float) ELEMENT.getAcquire(memory(), check(index) * Float.BYTES);
    }

    @Override
    public void setRelease(long index, float value) {
        ELEMENT.setRelease(memory(), check(index) * Float.BYTES, value);
    }

    @Override
    public float getVolatile(long index) {
        return (float) ELEMENT.getVolatile(memory(), check(index) * Float.BYTES);
    }

    @Override
    public void setVolatile(long index, float value) {
        ELEMENT.setVolatile(memory(), check(index) * Float.BYTES, value);
    }

    @Override
    public boolean compareAndSet(long index, float expected, float value) {
        return ELEMENT.compareAndSet(memory(), check(index) * Float.BYTES, expected, value);
    }

    @Override
    public float getAndSet(long index, float value) {
        return (float) ELEMENT.getAndSet(memory(), check(index) * Float.BYTES, value);
    }

    @Override
    public float getAndAdd(long index, float delta) {
        float before;
        do {
            before = getVolatile(index);
        } while (!compareAndSet(index, before, before + delta));
        return before;
    }

    @Override
    public void copyTo(long index, float[] target, int targetIndex, int count) {
        MemorySegment.copy(memory(), LAYOUT, checkRange(index, count), target, targetIndex, count);
    }

    @Override
    public void copyFrom(long index, float[] source, int sourceIndex, int count) {
        MemorySegment.copy(source, sourceIndex, memory(), LAYOUT, checkRange(index, count), count);
    }

    @Override
    public float[] toArray() {
        final float[] copy = new float[javaLength()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void fill(float value) {
        final MemorySegment memory = memory();
        for (long i = 0; i < length(); i++) {
            memory.setAtIndex(LAYOUT, i, value);
        }
    }

    @Override
    public SharedFloatArray slice(long from, long to) {
        return new SegmentFloatArray(manager(), region(), sliceFrom(from, to), sliceTo(to));
    }
}
