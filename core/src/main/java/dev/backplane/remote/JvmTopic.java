package dev.backplane.remote;

import dev.backplane.SharedTopic;
import dev.backplane.SharedTopic.Subscription;
import dev.backplane.pickle.PythonTuple;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [SharedTopic] for one client that is a JVM, with its subscriptions.
///
/// A subscription lasts as long as the client's lease, or until the client says with another one that it is in
/// use no more. The value that was sent last is sent again until the client says that it has it.
///
/// **Client death.** Its subscriptions are forgotten.
final class JvmTopic extends JvmReferent implements JvmAccount {
    private static final int MOST_SUBSCRIPTIONS = 1 << 16;

    private final SharedTopic<Encoded> topic;
    private final JvmLease lease;
    /// By identifier. Guarded by this.
    private final Map<String, Place> places = new HashMap<>();

    /// @param topic the topic
    /// @param lease of the client
    JvmTopic(SharedTopic<Encoded> topic, JvmLease lease) {
        super("topic");
        this.topic = topic;
        this.lease = lease;
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        switch (method) {
            case "publish" -> topic.publish(element(arguments));
            case "subscribe" -> {
                return subscribe(arguments);
            }
            case "receive" -> {
                final Place place = place(arguments.text("subscription"));
                final long received = PythonValues.index(arguments.take("received"));
                return place.next(received, caller, nanos(arguments));
            }
            case "shutdown" -> topic.shutdown();
            case "isShutDown" -> {
                return topic.isShutDown();
            }
            default -> throw new UnknownMethodException(method, this);
        }
        return null;
    }

    private synchronized String subscribe(Arguments arguments) {
        PythonValues.elements(arguments.take("unused")).forEach(places::remove);
        if (places.size() >= MOST_SUBSCRIPTIONS) {
            throw new IllegalStateException("this client has " + MOST_SUBSCRIPTIONS + " subscriptions of topic "
                    + topic.name() + ", which is the most: use one for each thread, again and again");
        }
        final String ident = UUID.randomUUID().toString();
        places.put(ident, new Place(topic));
        if (!lease.add(this)) {
            places.clear();
            throw new IllegalStateException("this client is gone: its subscriptions were forgotten");
        }
        return ident;
    }

    private synchronized Place place(String ident) {
        final Place place = places.get(ident);
        if (place == null) {
            throw new NoSuchElementException("topic " + topic.name() + " has no subscription " + ident);
        }
        return place;
    }

    @Override
    public synchronized void settle() {
        places.clear();
    }

    /// One subscription, and what it gave last.
    private static final class Place {
        private final SharedTopic<Encoded> topic;
        private final Subscription<Encoded> subscription;
        /// A call whose connection has ended may not be over when the next one comes.
        private final ReentrantLock turn = new ReentrantLock();
        private long given;
        private @Nullable PythonTuple last;

        Place(SharedTopic<Encoded> topic) {
            this.topic = topic;
            this.subscription = topic.subscribe();
        }

        /// The next value.
        ///
        /// @param received how many the client has
        /// @return the value, or None; how many were lost; whether the topic has ended
        PythonTuple next(long received, Caller caller, long timeoutNanos) throws InterruptedException {
            turn.lockInterruptibly();
            try {
                final PythonTuple again = last;
                if (again != null && received < given) {
                    return again;
                }
                final boolean ended = topic.isShutDown(); // Asked first: what was published before is there then.
                final AtomicReference<@Nullable Encoded> value = new AtomicReference<>();
                caller.await(
                        nanos -> {
                            value.set(subscription.receive(nanos, TimeUnit.NANOSECONDS));
                            return value.get() != null || topic.isShutDown();
                        },
                        timeoutNanos);
                final byte[] bytes = bytesOf(value.get());
                final PythonTuple reply = PythonTuple.of(bytes, subscription.lost(), bytes == null && ended);
                if (bytes != null) {
                    given++;
                    last = reply;
                }
                return reply;
            } finally {
                turn.unlock();
            }
        }
    }
}
