package dev.backplane.shm;

import dev.backplane.SharedEvent;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.util.concurrent.TimeUnit;

/// [SharedEvent] over a [WaitWord].
///
/// Every operation is one change of one word, so a kill leaves the flag set or cleared and nothing between; see
/// [WaitWord] for what becomes of those asleep.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentEvent extends SegmentObject implements SharedEvent {
    private static final int SET = 1;
    private static final int ONE_TIME = 2;

    private final Segment segment;
    private final Waiting waiting;
    private final WaitWord word;

    SegmentEvent(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.word = new WaitWord(segment, region.memory(), EventLayout.WORD.offset());
    }

    static boolean isSet(int value) {
        return (value & SET) != 0;
    }

    @Override
    public boolean isSet() {
        segment.ensureOpen();
        return isSet(word.value());
    }

    @Override
    public void set() {
        segment.ensureOpen();
        int seen = word.value();
        while (!isSet(seen) && !word.change(seen, seen + ONE_TIME & Integer.MAX_VALUE | SET, true)) {
            seen = word.value();
        }
    }

    @Override
    public void clear() {
        segment.ensureOpen();
        int seen = word.value();
        while (isSet(seen) && !word.change(seen, seen & ~SET, false)) {
            seen = word.value();
        }
    }

    @Override
    public void await() throws InterruptedException {
        awaitNanos(WaitLoop.FOREVER);
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return awaitNanos(Math.clamp(unit.toNanos(timeout), 0, WaitLoop.FOREVER - 1));
    }

    private boolean awaitNanos(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        segment.ensureOpen();
        final int seen = word.value();
        // Changed in the count of sets, or set: cleared alone would look like the same count without the flag.
        return word.await(value -> isSet(value) || value >>> 1 != seen >>> 1, waiting, nanos);
    }

    @Override
    public String toString() {
        return super.toString() + (isSet(word.value()) ? ", set" : ", not set");
    }
}
