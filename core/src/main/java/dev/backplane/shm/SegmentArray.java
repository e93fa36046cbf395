package dev.backplane.shm;

import dev.backplane.SharedArray;
import dev.backplane.SharedHandle;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// What arrays of every element type have in common: bounds, slices, bytes.
///
/// They address elements by offset: a handle that takes an index is made of several others, which a JVM that has
/// just started, such as a worker, takes a tenth of its time for.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
abstract class SegmentArray extends SegmentObject implements SharedArray {
    private final Segment segment;
    private final MemorySegment memory;
    private final long elementBytes;
    private final long from;
    private final long length;

    SegmentArray(SegmentManager manager, Region region, long elementBytes, long from, long to) {
        super(manager, region);
        this.segment = region.segment();
        this.elementBytes = elementBytes;
        this.from = from;
        this.length = to - from;
        this.memory = region.memory().asSlice(from * elementBytes, length * elementBytes);
    }

    @Override
    public final long length() {
        return length;
    }

    @Override
    public final long byteLength() {
        return memory.byteSize();
    }

    @Override
    public final MemorySegment asSegment() {
        return memory().asReadOnly();
    }

    @Override
    public final MemorySegment asWritableSegment() {
        return memory();
    }

    @Override
    public final void clear() {
        memory().fill((byte) 0);
    }

    @Override
    public final SharedHandle handle() {
        final boolean whole = from == 0 && length == region().param0();
        final SharedHandle object = super.handle();
        return whole
                ? object
                : new SharedHandle(object.segment(), object.object(), object.incarnation(), from, from + length);
    }

    /// The elements' bytes, if the segment is still open. The check is a plain read, which a loop does once.
    final MemorySegment memory() {
        segment.ensureOpenPlain();
        return memory;
    }

    /// The bytes of the object that this is all or a part of.
    final MemorySegment wholeMemory() {
        segment.ensureOpenPlain();
        return region().memory();
    }

    /// As [dev.backplane.ManagerProvider#span].
    final Optional<MemorySegment> span(SegmentArray other) {
        return segment == other.segment ? Optional.of(region().span(memory(), other.memory())) : Optional.empty();
    }

    /// The byte offset of an element in [#wholeMemory].
    final long offsetInObject(long index) {
        return (from + check(index)) * elementBytes;
    }

    final long check(long index) {
        return Objects.checkIndex(index, length);
    }

    /// The byte offset of a range of elements that must lie in this array.
    final long checkRange(long index, int count) {
        return Objects.checkFromIndexSize(index, count, length) * elementBytes;
    }

    final int javaLength() {
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(
                    name() + " has " + length + " elements, more than a Java array can hold: copy slices of it");
        }
        return (int) length;
    }

    /// The first element of a slice, counted in the whole object.
    final long sliceFrom(long first, long end) {
        Objects.checkFromToIndex(first, end, length);
        if (first == end) {
            throw new IndexOutOfBoundsException("slice " + first + " to " + end + " of " + name() + " is empty");
        }
        return from + first;
    }

    /// The end of a slice, counted in the whole object.
    final long sliceTo(long end) {
        return from + end;
    }

    @Override
    public String toString() {
        return super.toString() + "[" + from + ".." + (from + length) + ")";
    }
}
