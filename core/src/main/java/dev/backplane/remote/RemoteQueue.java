package dev.backplane.remote;

import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A queue of a server.
///
/// An element that the server has given out is lost if the connection ends before it is here.
final class RemoteQueue<E> extends AbstractQueue<E> implements SharedQueue<E>, RemoteObject {
    private static final int DRAINED_AT_ONCE = 256;

    private final RemoteTarget target;
    private final RemoteElements<E> elements;
    private final int capacity;

    /// @param target the server's object
    /// @param elements converts them
    /// @param capacity the most that it holds
    RemoteQueue(RemoteTarget target, RemoteElements<E> elements, int capacity) {
        this.target = target;
        this.elements = elements;
        this.capacity = capacity;
    }

    @Override
    public RemoteTarget target() {
        return target;
    }

    @Override
    public Codec<E> codec() {
        return elements.codec();
    }

    private @Nullable Boolean offerWithin(Object wire, long nanos) {
        return RemoteWait.ifTrue(target.call(nanos, "offer", wire, nanos));
    }

    @Override
    public boolean offer(E element) {
        return offerWithin(elements.toWire(element), 0) != null;
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        final Object wire = elements.toWire(element);
        return RemoteWait.interruptibly(unit.toNanos(timeout), nanos -> offerWithin(wire, nanos)) != null;
    }

    @Override
    public void put(E element) throws InterruptedException {
        offer(element, Caller.FOREVER, TimeUnit.NANOSECONDS);
    }

    private @Nullable E takeWithin(long nanos) {
        return elements.ofNullable(target.call(nanos, "take", nanos));
    }

    @Override
    public @Nullable E poll() {
        return elements.ofNullable(target.call("poll", 0L));
    }

    @Override
    public @Nullable E poll(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return RemoteWait.interruptibly(unit.toNanos(timeout), this::takeWithin);
        } catch (QueueShutDownException e) {
            return null;
        }
    }

    @Override
    public E take() throws InterruptedException {
        return Objects.requireNonNull(RemoteWait.interruptibly(Caller.FOREVER, this::takeWithin));
    }

    @Override
    public @Nullable E peek() {
        return elements.ofNullable(target.call("peek"));
    }

    @Override
    public int size() {
        return (int) target.number("size");
    }

    @Override
    public int remainingCapacity() {
        return (int) target.number("remainingCapacity");
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void clear() {
        target.call("clear");
    }

    private List<@Nullable Object> snapshot() {
        return target.elements("toArray");
    }

    /// Whether an equal element is there: one that the codec writes alike.
    @Override
    @SuppressWarnings("unchecked") // The codec tells.
    public boolean contains(Object element) {
        final Object wire = elements.toWire((E) element);
        return snapshot().stream().anyMatch(other -> RemoteElements.isSame(wire, other));
    }

    @Override
    @SuppressWarnings("unchecked") // The codec tells.
    public boolean remove(Object element) {
        return target.test("remove", elements.toWire((E) element));
    }

    /// The elements that were there when it was made.
    @Override
    public Iterator<E> iterator() {
        final Iterator<E> each = elements.fromAll(snapshot()).iterator();
        return new Iterator<>() {
            private @Nullable E last;

            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public E next() {
                last = each.next();
                return last;
            }

            @Override
            public void remove() {
                if (last == null) {
                    throw new IllegalStateException("next() comes first");
                }
                RemoteQueue.this.remove(last);
                last = null;
            }
        };
    }

    @Override
    public int drainTo(Collection<? super E> sink) {
        return drainTo(sink, Integer.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Queues are equal if they are the same.
    public int drainTo(Collection<? super E> sink, int most) {
        if (sink == this) {
            throw new IllegalArgumentException(this + " cannot be drained into itself");
        }
        int count = 0;
        while (count < most) {
            final List<E> some = elements.fromAll(target.elements("drain", Math.min(most - count, DRAINED_AT_ONCE)));
            sink.addAll(some);
            count += some.size();
            if (some.isEmpty()) {
                break;
            }
        }
        return count;
    }

    @Override
    public boolean publish(long length, Filler filler) {
        throw target.unsupported("publish()");
    }

    @Override
    public boolean publish(long length, Filler filler, long timeout, TimeUnit unit) {
        throw target.unsupported("publish()");
    }

    @Override
    public boolean receive(Handler handler, long timeout, TimeUnit unit) {
        throw target.unsupported("receive(), which hands an element back if its handler fails,");
    }

    @Override
    public int drain(Handler handler, int most) {
        throw target.unsupported("drain(), which hands an element back if its handler fails,");
    }

    @SuppressWarnings("unchecked") // The codec's name tells.
    private <T> RemoteQueue<T> of(Class<T> type) {
        if (!elements.codec().name().equals(Codecs.of(type).name())) {
            throw new IllegalStateException(
                    this + " has elements of codec " + elements.codec().name() + ", not of " + type.getName());
        }
        return (RemoteQueue<T>) this;
    }

    @Override
    public Longs longs() {
        final RemoteQueue<Long> queue = of(Long.class);
        return new Longs() {
            @Override
            public boolean offer(long value) {
                return queue.offer(value);
            }

            @Override
            public void put(long value) throws InterruptedException {
                queue.put(value);
            }

            @Override
            public long poll(long ifEmpty) {
                final Long value = queue.poll();
                return value == null ? ifEmpty : value;
            }

            @Override
            public long take() throws InterruptedException {
                return queue.take();
            }
        };
    }

    @Override
    public Doubles doubles() {
        final RemoteQueue<Double> queue = of(Double.class);
        return new Doubles() {
            @Override
            public boolean offer(double value) {
                return queue.offer(value);
            }

            @Override
            public void put(double value) throws InterruptedException {
                queue.put(value);
            }

            @Override
            public double poll(double ifEmpty) {
                final Double value = queue.poll();
                return value == null ? ifEmpty : value;
            }

            @Override
            public double take() throws InterruptedException {
                return queue.take();
            }
        };
    }

    @Override
    public void shutdown() {
        target.call("shutdown");
    }

    @Override
    public boolean isShutdown() {
        return target.test("isShutdown");
    }

    @Override
    public void taskDone() {
        target.call("taskDone");
    }

    @Override
    public void join() throws InterruptedException {
        join(Caller.FOREVER, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean join(long timeout, TimeUnit unit) throws InterruptedException {
        return Boolean.TRUE.equals(target.waitAside(RemoteWait.nanos(timeout, unit), "join"));
    }

    @Override
    public E remove() {
        final E element = poll();
        if (element == null) {
            throw new NoSuchElementException(this + " is empty");
        }
        return element;
    }

    @Override
    public String toString() {
        return "queue " + target;
    }
}
