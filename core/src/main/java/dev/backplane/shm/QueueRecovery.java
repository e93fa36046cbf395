package dev.backplane.shm;

import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Gives back what a dead participant held of a queue: its claims, what it took and had not done, its files.
final class QueueRecovery {
    private final @Nullable QueueShape shape;

    QueueRecovery(Region region) {
        this.shape = shape(region);
    }

    private static @Nullable QueueShape shape(Region region) {
        try {
            return QueueShape.of(region);
        } catch (SegmentException e) {
            return null; // Damaged: whoever uses it is told. A sweep goes on with what others held elsewhere.
        }
    }

    void giveBackOf(int deadOwner) {
        if (shape == null) {
            return;
        }
        final QueueTally tally = shape.joinable()
                ? new QueueTally(shape.region().segment(), shape.region().memory())
                : null;
        new QueueRepair(shape, tally).giveBackOf(deadOwner);
        if (QueueLayout.FILES.getAcquire(shape.region().memory(), 0) != 0) {
            new QueueFiles(shape.region()).sweep(deadOwner, this::isNamed);
        }
    }

    /// Whether a slot that is not free names the file.
    private boolean isNamed(int writer, long number) {
        final QueueShape of = shape;
        if (of == null) {
            return true;
        }
        final MemorySegment memory = of.region().memory();
        final QueueSlots slots = QueueSlots.of(of);
        for (int index = 0; index < of.capacity(); index++) {
            final long slot = slots.slot(index);
            if (QueueWord.phase(slots.state(index)) != QueueWord.FREE
                    && QueueLayout.LENGTH.getAcquire(memory, slot) == QueueLayout.IN_FILE
                    && QueueLayout.WRITER.get(memory, slot) == writer
                    && QueueLayout.FILE_NUMBER.get(memory, slot) == number) {
                return true;
            }
        }
        return false;
    }
}
