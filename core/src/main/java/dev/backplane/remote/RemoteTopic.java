package dev.backplane.remote;

import dev.backplane.ConnectionLostException;
import dev.backplane.SharedTopic;
import dev.backplane.pickle.PythonTuple;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A topic on a server, see [JvmTopic]. A subscription ends with the connection that stands for this process, and
/// says so by a [ConnectionLostException].
///
/// @param target the server's object
/// @param places this client's subscriptions
/// @param elements converts values
/// @param maxValueBytes the most that a value may take
/// @param <E> the type of the values
record RemoteTopic<E>(RemoteTarget target, RemotePlaces places, RemoteElements<E> elements, int maxValueBytes)
        implements SharedTopic<E>, RemoteObject {
    @Override
    public void publish(E value) {
        final byte[] bytes = elements.encode(value);
        if (bytes.length > maxValueBytes) {
            throw new IllegalArgumentException("value of " + bytes.length + " bytes for " + target + ", must be 0 to "
                    + maxValueBytes + ", an eighth of the capacity less 8");
        }
        target.call("publish", bytes);
    }

    @Override
    public Subscription<E> subscribe() {
        final Object ident = target.call("subscribe", places.takeUnused());
        if (ident instanceof String text) {
            final Subscription<E> made = new Place<>(target, elements, text);
            places.add(made, text);
            return made;
        }
        throw target.unexpected(ident, "subscribe");
    }

    @Override
    public void shutdown() {
        target.call("shutdown");
    }

    @Override
    public boolean isShutDown() {
        return target.test("isShutDown");
    }

    @Override
    public String toString() {
        return "topic " + target + " of " + elements.codec().name();
    }

    /// One subscription, which the server has.
    private static final class Place<E> implements Subscription<E> {
        private static final int PARTS = 3;

        private final RemoteTarget target;
        private final RemoteElements<E> elements;
        private final String ident;
        private long received;
        private long lost;

        Place(RemoteTarget target, RemoteElements<E> elements, String ident) {
            this.target = target;
            this.elements = elements;
            this.ident = ident;
        }

        /// What a call brought: a value, or the end.
        private record Arrival(byte @Nullable [] value) {}

        private @Nullable Arrival within(long nanos) {
            final Object reply;
            try {
                reply = target.call(nanos, "receive", ident, received, nanos);
            } catch (NoSuchElementException e) {
                throw new ConnectionLostException(
                        "the subscription of " + target + " has ended with the connection for this process:"
                                + " subscribe again",
                        e);
            }
            if (!(reply instanceof PythonTuple parts) || parts.size() != PARTS) {
                throw target.unexpected(reply, "receive");
            }
            lost = target.longOf(parts.get(1), "receive");
            if (parts.get(0) instanceof byte[] value) {
                received++;
                return new Arrival(value);
            }
            return Boolean.TRUE.equals(parts.get(2)) ? new Arrival(null) : null;
        }

        private @Nullable E valueOf(@Nullable Arrival arrival) {
            return elements.ofNullable(arrival == null ? null : arrival.value());
        }

        @Override
        public @Nullable E poll() {
            return valueOf(within(0));
        }

        @Override
        public @Nullable E receive() throws InterruptedException {
            return receive(Caller.FOREVER, TimeUnit.NANOSECONDS);
        }

        @Override
        public @Nullable E receive(long timeout, TimeUnit unit) throws InterruptedException {
            return valueOf(RemoteWait.interruptibly(unit.toNanos(timeout), this::within));
        }

        @Override
        public long lost() {
            return lost;
        }
    }
}
