package dev.backplane.shm;

import dev.backplane.SharedLong;
import dev.backplane.store.MappedWords;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;

/// [SharedLong] in a segment: eight bytes, little-endian, with 56 of padding to the next object.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentLong extends SegmentObject implements SharedLong {
    private final Segment segment;
    private final MappedWords words;

    SegmentLong(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.words = new MappedWords(region.memory());
    }

    private MappedWords words() {
        segment.ensureOpenPlain();
        return words;
    }

    @Override
    public long get() {
        return words().getLongVolatile(0);
    }

    @Override
    public void set(long value) {
        words().setLongVolatile(0, value);
    }

    @Override
    public long getAcquire() {
        return words().getLongAcquire(0);
    }

    @Override
    public void setRelease(long value) {
        words().setLongRelease(0, value);
    }

    @Override
    public long getAndSet(long value) {
        return words().getAndSetLong(0, value);
    }

    @Override
    public boolean compareAndSet(long expected, long value) {
        return words().compareAndSetLong(0, expected, value);
    }

    @Override
    public long getAndAdd(long delta) {
        return words().getAndAddLong(0, delta);
    }
}
