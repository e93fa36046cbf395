package dev.backplane.shm;

import dev.backplane.SharedOnce;
import dev.backplane.store.OwnedWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;

/// [SharedOnce]: a robust word for who runs, and a flag that is set before the word is released.
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentOnce extends SegmentObject implements SharedOnce {
    /*
     * What a kill leaves behind, step by step:
     *
     *   1. word acquired            held by a dead owner: the next acquirer finds `done` 0 and runs its own
     *      initialiser
     *   2. initialiser              the same, and what it had done so far
     *   3. done = 1, release        initialised; the word is held by a dead owner, which concerns nobody who
     *      reads `done`
     *   4. word released            nothing
     *
     * An acquirer looks at `done` again under the word, so two never run one after the other's completion.
     */
    private final Segment segment;
    private final Waiting waiting;
    private final MemorySegment memory;
    private final ProcessLock process;

    SegmentOnce(SegmentManager manager, Region region, ProcessLock process) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.memory = region.memory();
        this.process = process;
    }

    static boolean isDone(MemorySegment memory) {
        return OnceLayout.DONE.getAcquire(memory, 0) != 0;
    }

    @Override
    public boolean isDone() {
        segment.ensureOpen();
        return isDone(memory);
    }

    @Override
    public boolean run(Runnable initialiser) {
        if (isDone()) {
            return false;
        }
        final Thread current = Thread.currentThread();
        if (process.owner == current) {
            throw new IllegalStateException("the initialiser of " + name() + " asks for its own completion");
        }
        final OwnedWord word = process.word;
        word.acquire(waiting); // Abandoned or not: an unfinished run counts for nothing.
        process.owner = current;
        try {
            if (isDone(memory)) {
                return false;
            }
            initialiser.run();
            OnceLayout.DONE.setRelease(memory, 0, 1);
            return true;
        } finally {
            process.owner = null;
            word.release();
        }
    }

    @Override
    public String toString() {
        return super.toString() + (isDone(memory) ? ", done" : ", not done");
    }
}
