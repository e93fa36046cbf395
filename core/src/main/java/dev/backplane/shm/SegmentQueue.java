package dev.backplane.shm;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// [SharedQueue]: elements in a [QueueRing], in and out of which they get by [QueueElements].
///
/// @param <E> the type of the elements
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentQueue<E> extends SegmentObject implements SharedQueue<E> {
    private final Waiting waiting;
    private final MemorySegment memory;
    private final QueueRing ring;
    private final QueueElements<E> elements;
    private final QueueTransfer<E> transfer;
    private final Codec<E> codec;
    private final Collected collected = new Collected();

    SegmentQueue(SegmentManager manager, Region region, Codec<E> codec) {
        super(manager, region);
        final QueueShape shape = QueueShape.of(region);
        QueueCodec.check(region, codec);
        this.waiting = manager.waiting();
        this.memory = region.memory();
        this.codec = codec;
        this.ring = new QueueRing(shape);
        this.elements = new QueueElements<>(shape, codec, new QueueFiles(region));
        this.transfer = new QueueTransfer<>(shape, ring, elements, waiting);
    }

    /// Everything of a collection that follows from a queue's few operations.
    private final class Collected extends AbstractQueue<E> {
        @Override
        public boolean offer(E element) {
            return SegmentQueue.this.offer(element);
        }

        @Override
        public @Nullable E poll() {
            return SegmentQueue.this.poll();
        }

        @Override
        public @Nullable E peek() {
            return SegmentQueue.this.peek();
        }

        @Override
        public Iterator<E> iterator() {
            return SegmentQueue.this.iterator();
        }

        @Override
        public int size() {
            return SegmentQueue.this.size();
        }
    }

    private static long nanos(long timeout, TimeUnit unit) {
        return Math.clamp(unit.toNanos(timeout), 0, WaitLoop.FOREVER - 1);
    }

    @Override
    public boolean offer(E element) {
        return transfer.offer(element);
    }

    @Override
    public void put(E element) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        transfer.put(element, WaitLoop.FOREVER);
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        return transfer.put(element, nanos(timeout, unit));
    }

    @Override
    public boolean publish(long length, Filler filler) {
        return transfer.publish(length, filler);
    }

    @Override
    public boolean publish(long length, Filler filler, long timeout, TimeUnit unit) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        return transfer.publish(length, filler, nanos(timeout, unit));
    }

    @Override
    public E take() throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        final long position = transfer.awaitFull(WaitLoop.FOREVER);
        if (position < 0) {
            throw new QueueShutDownException("queue " + region() + " was shut down and is empty");
        }
        return transfer.take(position);
    }

    @Override
    public @Nullable E poll() {
        final long position = transfer.claimFullNow();
        return position < 0 ? null : transfer.take(position);
    }

    @Override
    public @Nullable E poll(long timeout, TimeUnit unit) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        final long position = transfer.awaitFull(nanos(timeout, unit));
        return position < 0 ? null : transfer.take(position);
    }

    /// As [dev.backplane.ManagerProvider#poll].
    @Nullable
    E poll(Consumer<? super E> check, long nanos) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        final long position = transfer.awaitFull(Math.clamp(nanos, 0, WaitLoop.FOREVER - 1));
        return position < 0 ? null : transfer.take(position, check);
    }

    @Override
    public boolean receive(Handler handler, long timeout, TimeUnit unit) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        return transfer.receive(handler, nanos(timeout, unit));
    }

    @Override
    public int drain(Handler handler, int most) {
        return transfer.drain(handler, most);
    }

    @Override
    public int drainTo(Collection<? super E> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    /// Whether it is this queue, be it another object that leads to it.
    private boolean isThis(Object other) {
        return other instanceof SegmentQueue<?> queue
                && queue.region().incarnation() == region().incarnation()
                && queue.region().segment().id().equals(region().segment().id());
    }

    @Override
    public int drainTo(Collection<? super E> target, int most) {
        Objects.requireNonNull(target);
        if (isThis(target)) {
            throw new IllegalArgumentException("queue " + name() + " cannot be drained to itself");
        }
        int count = 0;
        while (count < most) {
            final E element = poll();
            if (element == null) {
                break;
            }
            target.add(element);
            count++;
        }
        return count;
    }

    @Override
    public @Nullable E peek() {
        region().segment().ensureOpen();
        while (true) {
            final long position = QueueScan.oldest(ring, memory);
            if (position < 0) {
                return null;
            }
            final E element = look(position);
            if (element != null) {
                return element;
            }
        }
    }

    /// A copy of the element at a position, if it is there before and after it was copied.
    @Nullable
    E look(long position) {
        final long slot = ring.slot(position);
        final long full = QueueWord.full(position);
        if (ring.state(position) != full) {
            return null;
        }
        final MemorySegment copy;
        try {
            copy = elements.copy(slot);
        } catch (SegmentException e) {
            if (ring.state(position) != full) {
                return null; // It was being changed while it was copied.
            }
            throw e;
        }
        VarHandle.acquireFence(); // The copy is made before the state is looked at again.
        return ring.state(position) == full ? elements.decode(copy) : null;
    }

    /// Removes the element at a position; whether it was still there.
    boolean remove(long position) {
        region().segment().ensureOpen();
        if (!ring.takes().claimToRemove(position)) {
            return false;
        }
        transfer.drop(position);
        return true;
    }

    @Override
    public Iterator<E> iterator() {
        region().segment().ensureOpen();
        return new QueueIterator<>(this, new QueueScan(ring, memory));
    }

    /// Not sized: elements come and go meanwhile.
    @Override
    public Spliterator<E> spliterator() {
        return Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.CONCURRENT);
    }

    @Override
    public boolean remove(@Nullable Object element) {
        region().segment().ensureOpen();
        final QueueIterator<E> iterator = new QueueIterator<>(this, new QueueScan(ring, memory));
        while (iterator.hasNext()) {
            if (iterator.next().equals(element) && iterator.removeLast()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void clear() {
        long position = transfer.claimFullNow();
        while (position >= 0) {
            transfer.drop(position); // Unread: also what is too long for this heap, or damaged.
            position = transfer.claimFullNow();
        }
    }

    @Override
    public int size() {
        region().segment().ensureOpen();
        return QueueScan.size(ring, memory);
    }

    @Override
    public int remainingCapacity() {
        region().segment().ensureOpen();
        return QueueScan.room(ring, memory);
    }

    @Override
    public int capacity() {
        return ring.capacity();
    }

    @Override
    public boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public boolean add(E element) {
        return collected.add(element);
    }

    @Override
    public E remove() {
        return collected.remove();
    }

    @Override
    public E element() {
        return collected.element();
    }

    @Override
    public boolean contains(@Nullable Object element) {
        return collected.contains(element);
    }

    @Override
    public boolean containsAll(Collection<?> all) {
        return collected.containsAll(all);
    }

    @Override
    public boolean addAll(Collection<? extends E> all) {
        if (isThis(all)) {
            throw new IllegalArgumentException("queue " + name() + " cannot be added to itself");
        }
        return collected.addAll(all);
    }

    @Override
    public boolean removeAll(Collection<?> all) {
        return collected.removeAll(all);
    }

    @Override
    public boolean retainAll(Collection<?> all) {
        return collected.retainAll(all);
    }

    @Override
    public Object[] toArray() {
        return collected.toArray();
    }

    @Override
    public <T> T[] toArray(T[] array) {
        return collected.toArray(array);
    }

    @Override
    public Longs longs() {
        return new QueueLongs(requirePrimitive(Long.class));
    }

    @Override
    public Doubles doubles() {
        return new QueueDoubles(new QueueLongs(requirePrimitive(Double.class)));
    }

    private QueueTransfer<E> requirePrimitive(Class<?> type) {
        if (!codec.name().equals(Codecs.of(type).name())) {
            throw new IllegalStateException("queue " + region() + " has elements of codec " + codec.name() + ", not of "
                    + Codecs.of(type).name());
        }
        return transfer;
    }

    @Override
    public void shutdown() {
        region().segment().ensureOpen();
        ring.shutDown();
    }

    @Override
    public boolean isShutdown() {
        return ring.isShutDown();
    }

    private QueueTally tally() {
        final QueueTally tally = ring.tally();
        if (tally == null) {
            throw new UnsupportedOperationException(
                    "queue " + region() + " does not count what is done: create it with QueueOptions.asJoinable()");
        }
        return tally;
    }

    @Override
    public void taskDone() {
        region().segment().ensureOpen();
        if (!tally().done()) {
            throw new IllegalStateException(
                    "taskDone() was called more often than this process took elements from queue " + region());
        }
    }

    @Override
    public void join() throws InterruptedException {
        join(WaitLoop.FOREVER);
    }

    @Override
    public boolean join(long timeout, TimeUnit unit) throws InterruptedException {
        return join(nanos(timeout, unit));
    }

    private boolean join(long nanos) throws InterruptedException {
        QueueTransfer.throwIfInterrupted();
        final QueueTally tally = tally();
        final LongSupplier attempt = () -> QueueScan.isFinished(ring, memory, tally) ? 0 : QueueRing.NOTHING;
        final QueueGate gate =
                new QueueGate(region().segment(), tally.allDone(), attempt, attempt, () -> {}, QueueGate.NEVER_FULL);
        return gate.await(waiting, nanos) >= 0;
    }

    @Override
    public Codec<E> codec() {
        return codec;
    }

    @Override
    public String toString() {
        return super.toString() + ", capacity " + ring.capacity() + ", codec " + codec.name();
    }
}
