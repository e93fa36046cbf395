package dev.backplane.shm;

import dev.backplane.store.MappedAccess;

/// The words of a queue, without a check of each offset. All are of [QueueLayout]'s fields or, by [QueueSlots], of a
/// slot whose index [QueueShape#index(long)] has checked where its position came from the segment; and that the
/// slots are within the region was checked when the shape was made.
final class QueueWords extends MappedAccess {
    QueueWords(QueueShape shape) {
        super(shape.region().memory());
    }

    @Override
    protected long intWithin(long offset) {
        return offset;
    }

    @Override
    protected long longWithin(long offset) {
        return offset;
    }
}
