package dev.backplane.shm;

import dev.backplane.store.Region;
import java.lang.foreign.MemorySegment;

/// Gives back what a dead participant held of a queue: its claims, what it took and had not done, its files.
final class QueueRecovery {
    private final QueueShape shape;

    QueueRecovery(Region region) {
        this.shape = QueueShape.of(region);
    }

    /// As [QueueRepair#awaitOwnClaims].
    void awaitOwnThreads() {
        repair().awaitOwnClaims();
    }

    private QueueRepair repair() {
        final QueueTally tally = shape.joinable()
                ? new QueueTally(shape.region().segment(), shape.region().memory())
                : null;
        return new QueueRepair(shape, tally);
    }

    void giveBackOf(int deadOwner) {
        repair().giveBackOf(deadOwner);
        if (QueueLayout.FILES.getAcquire(shape.region().memory(), 0) != 0) {
            new QueueFiles(shape.region()).sweep(deadOwner, this::isNamed);
        }
    }

    /// Whether a slot that is not free names the file.
    private boolean isNamed(int writer, long number) {
        final MemorySegment memory = shape.region().memory();
        final QueueSlots slots = QueueSlots.of(shape);
        for (int index = 0; index < shape.capacity(); index++) {
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
