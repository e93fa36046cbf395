package dev.backplane.shm;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The elements of a queue, weakly consistent: each as it was at some instant, those that are taken meanwhile
/// or not.
final class QueueIterator<E> implements Iterator<E> {
    private final SegmentQueue<E> queue;
    private final QueueScan scan;
    private @Nullable E next;
    private long nextPosition = QueueRing.NOTHING;
    private long lastPosition = QueueRing.NOTHING;

    QueueIterator(SegmentQueue<E> queue, QueueScan scan) {
        this.queue = queue;
        this.scan = scan;
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            nextPosition = scan.next();
            if (nextPosition < 0) {
                return false;
            }
            next = queue.look(nextPosition);
        }
        return true;
    }

    @Override
    public E next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        final E element = next;
        if (element == null) {
            throw new NoSuchElementException();
        }
        next = null;
        lastPosition = nextPosition;
        return element;
    }

    /// Removes what [#next] returned, unless somebody took it meanwhile.
    @Override
    public void remove() {
        removeLast();
    }

    /// Removes what [#next] returned; whether it was there still.
    boolean removeLast() {
        if (lastPosition < 0) {
            throw new IllegalStateException("there is no last element");
        }
        final long position = lastPosition;
        lastPosition = QueueRing.NOTHING;
        return queue.remove(position);
    }
}
