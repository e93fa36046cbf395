package dev.backplane.shm;

import dev.backplane.SharedByteArray;
import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// [SharedByteArray] in a segment: its elements, one after the other, little-endian, and nothing else.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentByteArray extends SegmentArray implements SharedByteArray {
    private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;
    private static final VarHandle ELEMENT = LAYOUT.varHandle().withInvokeExactBehavior();

    SegmentByteArray(SegmentManager manager, Region region) {
        this(manager, region, 0, region.param0());
    }

    private SegmentByteArray(SegmentManager manager, Region region, long from, long to) {
        super(manager, region, LAYOUT.byteSize(), from, to);
    }

    @Override
    public byte get(long index) {
        return memory().get(LAYOUT, check(index));
    }

    @Override
    public void set(long index, byte value) {
        memory().set(LAYOUT, check(index), value);
    }

    @Override
    public byte getAcquire(long index) {
        return (byte) ELEMENT.getAcquire(memory(), check(index));
    }

    @Override
    public void setRelease(long index, byte value) {
        ELEMENT.setRelease(memory(), check(index), value);
    }

    @Override
    public byte getVolatile(long index) {
        return (byte) ELEMENT.getVolatile(memory(), check(index));
    }

    @Override
    public void setVolatile(long index, byte value) {
        ELEMENT.setVolatile(memory(), check(index), value);
    }

    @Override
    public boolean compareAndSet(long index, byte expected, byte value) {
        return BytesInWords.compareAndSet(wholeMemory(), offsetInObject(index), expected, value);
    }

    @Override
    public byte getAndSet(long index, byte value) {
        byte before;
        do {
            before = getVolatile(index);
        } while (!compareAndSet(index, before, value));
        return before;
    }

    @Override
    public byte getAndAdd(long index, byte delta) {
        byte before;
        do {
            before = getVolatile(index);
        } while (!compareAndSet(index, before, (byte) (before + delta)));
        return before;
    }

    @Override
    public void copyTo(long index, byte[] target, int targetIndex, int count) {
        MemorySegment.copy(memory(), LAYOUT, checkRange(index, count), target, targetIndex, count);
    }

    @Override
    public void copyFrom(long index, byte[] source, int sourceIndex, int count) {
        MemorySegment.copy(source, sourceIndex, memory(), LAYOUT, checkRange(index, count), count);
    }

    @Override
    public byte[] toArray() {
        final byte[] copy = new byte[javaLength()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void fill(byte value) {
        memory().fill(value);
    }

    @Override
    public SharedByteArray slice(long from, long to) {
        return new SegmentByteArray(manager(), region(), sliceFrom(from, to), sliceTo(to));
    }
}
