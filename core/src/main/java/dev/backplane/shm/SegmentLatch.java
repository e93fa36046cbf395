package dev.backplane.shm;

import dev.backplane.SharedLatch;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import dev.backplane.store.Waiting;
import java.util.concurrent.TimeUnit;

/// [SharedLatch] over a [WaitWord], whose value is the count.
///
/// Counting down is one change of one word: a kill leaves it counted or not counted.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentLatch extends SegmentObject implements SharedLatch {
    private final Segment segment;
    private final Waiting waiting;
    private final WaitWord word;

    SegmentLatch(SegmentManager manager, Region region) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.word = new WaitWord(segment, region.memory(), LatchLayout.WORD.offset());
    }

    @Override
    public long getCount() {
        segment.ensureOpen();
        return word.value();
    }

    @Override
    public void countDown() {
        segment.ensureOpen();
        int seen = word.value();
        while (seen > 0 && !word.change(seen, seen - 1, seen == 1)) {
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
        return word.await(count -> count == 0, waiting, nanos);
    }

    @Override
    public String toString() {
        return super.toString() + ", count " + word.value();
    }
}
