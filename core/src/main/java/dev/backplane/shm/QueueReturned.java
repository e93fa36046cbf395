package dev.backplane.shm;

/// Walks over the elements that were given back before head, the oldest first.
final class QueueReturned {
    private final QueueSlots slots;
    private final int capacity;
    private final long head;
    private final int headIndex;
    private int looked;

    /// @param head a position that head had
    QueueReturned(QueueShape shape, QueueSlots slots, long head) {
        this.slots = slots;
        this.capacity = shape.capacity();
        this.head = head;
        this.headIndex = shape.index(head);
    }

    /// The position of the next such element, or [QueueRing#NOTHING].
    long next() {
        while (looked < capacity) {
            final int index = indexFromOldest(looked++);
            final long state = slots.state(index);
            final long position = QueueWord.position(state, index);
            if (QueueWord.phase(state) == QueueWord.FULL && isBefore(position)) {
                return position;
            }
        }
        return QueueRing.NOTHING;
    }

    /// The slots one after the other from head's on. What stands before head, a lap at most, is met in its order
    /// so.
    private int indexFromOldest(int number) {
        final int atEnd = capacity - headIndex;
        return number < atEnd ? headIndex + number : number - atEnd;
    }

    /// Whether an element was given back and is taken before those in turn.
    boolean isBefore(long position) {
        return QueueWord.distance(head, position, capacity) < 0;
    }
}
