package dev.backplane;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Values published to whoever subscribes: each subscriber gets each value, at its own pace, and is told how
/// many it missed if it is too slow.
///
/// **Publishing.** Any number of threads and processes publish, one at a time; nobody waits for a subscriber.
/// What no longer fits replaces the oldest.
///
/// **Subscribing.** A subscription begins with what is published after it. It costs the others nothing and
/// needs no room in the segment.
///
/// **Fairness.** None between publishers.
///
/// **Interruption.** Waiting subscribers notice an interrupt within 50 ms, clear the status and throw;
/// publishing and [#shutdown], which waits for who publishes, are uninterruptible.
///
/// **Process death.** A value that its publisher was killed in is published whole or not at all, and the next
/// publisher goes on within 200 ms. A killed subscriber leaves nothing.
///
/// **Memory consistency.** Actions before a value was published happen-before its receipt.
///
/// **Cost.** Publishing takes two compare-and-sets and two copies of the value's bytes, receiving one copy; a
/// system call only if a subscriber sleeps.
///
/// @param <E> the type of the values
public interface SharedTopic<E> extends SharedObject {
    /// The least capacity, in bytes.
    int LEAST_CAPACITY = 256;
    /// The largest capacity, in bytes.
    int LARGEST_CAPACITY = 1 << 29;

    /// Publishes a value.
    ///
    /// @param value what subscribers get, not null
    /// @throws dev.backplane.codec.CodecException if the codec refuses the value; nothing is published then
    /// @throws IllegalArgumentException if the value takes more than [#maxValueBytes]
    /// @throws IllegalStateException if the topic was shut down
    void publish(E value);

    /// Subscribes to what is published from now on.
    ///
    /// @return a subscription, for one thread at a time
    Subscription<E> subscribe();

    /// The longest value.
    ///
    /// @return bytes: an eighth of the capacity, less 8
    int maxValueBytes();

    /// Ends the topic: publishing is refused, and subscribers get what was published before and then the end.
    /// Again does nothing.
    void shutdown();

    /// Whether [#shutdown] was called.
    ///
    /// @return true from then on
    boolean isShutDown();

    /// One subscriber's place in a topic. Nothing need be closed. Not thread-safe.
    ///
    /// @param <E> the type of the values
    interface Subscription<E> {
        /// The next value, if there is one.
        ///
        /// @return the value, or null
        /// @throws dev.backplane.codec.CodecException if it was published with another codec; it is passed
        ///     then
        @Nullable
        E poll();

        /// The next value, waiting for it.
        ///
        /// @return the value, or null at the topic's end
        /// @throws InterruptedException if interrupted; nothing is received then
        /// @throws dev.backplane.codec.CodecException if it was published with another codec; it is passed
        ///     then
        @Nullable
        E receive() throws InterruptedException;

        /// The next value, waiting for it, but not for ever.
        ///
        /// @param timeout the longest wait; zero or less does not wait
        /// @param unit of `timeout`
        /// @return the value, or null if the time was up first, and at the topic's end
        /// @throws InterruptedException if interrupted; nothing is received then
        /// @throws dev.backplane.codec.CodecException if it was published with another codec; it is passed
        ///     then
        @Nullable
        E receive(long timeout, TimeUnit unit) throws InterruptedException;

        /// How many values were published since the subscription began and replaced before they were
        /// received: known when the first one behind them is received, after which reading goes on with the
        /// newest.
        ///
        /// @return a number that never falls
        long lost();
    }
}
