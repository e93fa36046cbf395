package dev.backplane.shm;

import dev.backplane.SharedBoolean;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [SharedBoolean] in a segment: a 32-bit word, 0 for false and anything else for true.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentBoolean extends SegmentObject implements SharedBoolean {
    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final Segment segment;
    private final MemorySegment memory;

    SegmentBoolean(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
    }

    private MemorySegment memory() {
        segment.ensureOpenPlain();
        return memory;
    }

    private static int word(boolean value) {
        return value ? 1 : 0;
    }

    @Override
    public boolean get() {
        return (int) WORD.getVolatile(memory(), 0L) != 0;
    }

    @Override
    public void set(boolean value) {
        WORD.setVolatile(memory(), 0L, word(value));
    }

    @Override
    public boolean getAcquire() {
        return (int) WORD.getAcquire(memory(), 0L) != 0;
    }

    @Override
    public void setRelease(boolean value) {
        WORD.setRelease(memory(), 0L, word(value));
    }

    @Override
    public boolean getAndSet(boolean value) {
        return (int) WORD.getAndSet(memory(), 0L, word(value)) != 0;
    }

    @Override
    public boolean compareAndSet(boolean expected, boolean value) {
        return WORD.compareAndSet(memory(), 0L, word(expected), word(value));
    }
}
