package dev.backplane;

import dev.backplane.codec.Codec;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Messages of bytes from one sender, or from many, to one receiver, in the order in which they were sent.
///
/// **Ends.** One thread receives: the first that does, until it calls [#leave], or its process ends. If only the
/// thread ends, another one of its process may go on. Likewise one thread sends, unless the channel is created for
/// many senders; then any thread of any process may. Another thread that tries gets an [IllegalStateException] that
/// names the process at that end.
///
/// **Back-pressure.** A full channel refuses [#trySend] and makes [#send] wait.
///
/// **End.** After [#shutdown] nothing more can be sent; the receiver gets what was sent before, and then the
/// end.
///
/// **Closing.** Close the [Manager] once the threads of this process have come back from the channel. Closing gives
/// its ends away at once and waits for nobody: if that happens between a thread's look whether it is closed and
/// its next store, the thread may write where another process does by then.
///
/// **Fairness.** None between senders that wait for room.
///
/// **Interruption.** Waits notice an interrupt within 50 ms, clear the status and throw.
///
/// **Process death.** What was sent stays, and whoever receives next gets it, once; only the message whose
/// handler was running when the receiver was killed is delivered again. A message that its sender was killed
/// in is dropped whole, and those behind it arrive within 200 ms. A slow sender is waited for, however slow,
/// as long as it lives. The place of a dead receiver or sole sender is free for the next. Nobody is woken by
/// a death: who waits for a process that may die sets a time-out and asks [#hasSender] or [#hasReceiver].
///
/// **Memory consistency.** Actions before a message was sent happen-before its handler.
///
/// **Cost.** No allocation and no system call while the other end is awake. An end that may sleep, which is
/// every receiver but those whose [Manager#waiting] never sleeps, costs a sender a memory fence for each
/// message.
public interface SharedChannel extends SharedObject {
    /// What [#tryClaim] returns when there is no room.
    long NO_ROOM = -1;

    /// What is done with a message, in place.
    @FunctionalInterface
    interface Handler {
        /// Looks at a message. If it throws, the message counts as received all the same.
        ///
        /// @param memory the channel's memory
        /// @param offset of the message in it
        /// @param lengthBytes of the message; the bytes are the channel's again when the call returns
        void onMessage(MemorySegment memory, long offset, int lengthBytes);
    }

    /// The longest message.
    ///
    /// @return bytes: an eighth of the capacity
    int maxMessageBytes();

    /// Sends a message, waiting for room.
    ///
    /// @param message all of it
    /// @throws InterruptedException if interrupted; nothing is sent then
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    default void send(byte[] message) throws InterruptedException {
        send(MemorySegment.ofArray(message), 0, message.length);
    }

    /// Sends a message, waiting for room.
    ///
    /// @param source what the message is copied from; a [java.nio.ByteBuffer] goes by
    ///     [MemorySegment#ofBuffer]
    /// @param offset of the first byte
    /// @param lengthBytes of the message, 0 to [#maxMessageBytes]
    /// @throws InterruptedException if interrupted; nothing is sent then
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    void send(MemorySegment source, long offset, int lengthBytes) throws InterruptedException;

    /// Sends a message, waiting for room, but not for ever.
    ///
    /// @param source what the message is copied from
    /// @param offset of the first byte
    /// @param lengthBytes of the message, 0 to [#maxMessageBytes]
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first; nothing is sent then
    /// @throws InterruptedException if interrupted; nothing is sent then
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    boolean send(MemorySegment source, long offset, int lengthBytes, long timeout, TimeUnit unit)
            throws InterruptedException;

    /// Sends a message if there is room.
    ///
    /// @param source what the message is copied from
    /// @param offset of the first byte
    /// @param lengthBytes of the message, 0 to [#maxMessageBytes]
    /// @return whether it was sent
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    boolean trySend(MemorySegment source, long offset, int lengthBytes);

    /// Sends a message if there is room.
    ///
    /// @param message all of it
    /// @return whether it was sent
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    default boolean trySend(byte[] message) {
        return trySend(MemorySegment.ofArray(message), 0, message.length);
    }

    /// Claims room for a message that the caller writes in place, at [#offsetOf] in [#memory]. [#commit] or
    /// [#abort] must follow, by the same thread; until then nothing behind the message is received.
    ///
    /// @param lengthBytes of the message, 0 to [#maxMessageBytes]
    /// @return the claim, or [#NO_ROOM]
    /// @throws IllegalStateException if the channel was shut down, or another thread is its sole sender
    long tryClaim(int lengthBytes);

    /// Sends the message of a claim.
    ///
    /// @param claim from [#tryClaim]
    /// @throws IllegalStateException if it was sent or given up already, by [#leave] too
    void commit(long claim);

    /// Gives the room of a claim up.
    ///
    /// @param claim from [#tryClaim]
    /// @throws IllegalStateException if it was sent or given up already, by [#leave] too
    void abort(long claim);

    /// Where a claim's message is written.
    ///
    /// @param claim from [#tryClaim]
    /// @return the offset in [#memory], in bytes; a multiple of 8
    long offsetOf(long claim);

    /// The channel's memory.
    ///
    /// @return what claims and messages are in; to be written to nowhere else
    MemorySegment memory();

    /// Receives what is there, without waiting for more.
    ///
    /// While messages stream in as quickly as lines of cache go from one processor to another, ten million a second
    /// or more, a poll for 16 or more first waits until up to two microseconds have passed since one that caught
    /// up with the sender: many more arrive in the same time if both do not always want the same line. Messages
    /// that come slower are received at once.
    ///
    /// @param handler of each message
    /// @param most how many messages at most, at least 1
    /// @return how many were received, 0 to `most`; fewer than there are where the ring's end comes between
    /// @throws IllegalStateException if another thread is the receiver
    int poll(Handler handler, int most);

    /// Receives one message, waiting for it.
    ///
    /// @param handler of the message
    /// @return false at the channel's end
    /// @throws InterruptedException if interrupted; nothing is received then
    /// @throws IllegalStateException if another thread is the receiver
    boolean receive(Handler handler) throws InterruptedException;

    /// Receives one message, waiting for it, but not for ever.
    ///
    /// @param handler of the message
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first, and at the channel's end
    /// @throws InterruptedException if interrupted; nothing is received then
    /// @throws IllegalStateException if another thread is the receiver
    boolean receive(Handler handler, long timeout, TimeUnit unit) throws InterruptedException;

    /// Looks at the next message, waiting for it, but not for ever. It stays the next one until [#poll] or
    /// [#receive] gets it, by this receiver or a later one.
    ///
    /// @param handler of the message
    /// @param timeout the longest wait; zero or less does not wait
    /// @param unit of `timeout`
    /// @return false if the time was up first, and at the channel's end
    /// @throws InterruptedException if interrupted; nothing was seen then
    /// @throws IllegalStateException if another thread is the receiver
    boolean peek(Handler handler, long timeout, TimeUnit unit) throws InterruptedException;

    /// Gives the calling thread's ends up, so that another thread may have them. Does nothing if it has none. In a
    /// handler the receiving end is given up when the call is over that it was called by. What a sole sender has
    /// claimed and not sent is given up with its end; with many, a claim stays until it is sent or aborted.
    void leave();

    /// Ends the channel: every later send is refused. Again does nothing. A message whose sending overlaps
    /// with this may come after the end.
    void shutdown();

    /// Whether [#shutdown] was called.
    ///
    /// @return true from then on
    boolean isShutDown();

    /// Whether a living process has the receiving end at this instant.
    ///
    /// @return false too before anybody received
    boolean hasReceiver();

    /// Whether a living process has a sending end at this instant: the sole sender's, or, with many, any
    /// process that has sent.
    ///
    /// @return false too before anybody sent
    boolean hasSender();

    /// How many bytes are used, of messages and what is between them.
    ///
    /// @return 0 to the capacity, a multiple of 8
    int usedBytes();

    /// The channel as one of values.
    ///
    /// @param codec of the values; receiving what another codec has sent is refused, and sending what the policy of
    ///     this one would not let in
    /// @param <E> the type of the values
    /// @return a view of this channel, whose ends are this one's
    <E> Values<E> values(Codec<E> codec);

    /// A channel as one of values. Its ends, waits and end are those of the channel.
    ///
    /// @param <E> the type of the values
    interface Values<E> {
        /// Sends a value, waiting for room.
        ///
        /// @param value what is sent, not null
        /// @throws InterruptedException if interrupted; nothing is sent then
        /// @throws dev.backplane.codec.CodecException if the codec refuses the value; nothing is sent then
        /// @throws IllegalArgumentException if the value takes more than [SharedChannel#maxMessageBytes]
        void send(E value) throws InterruptedException;

        /// Sends a value, waiting for room, but not for ever.
        ///
        /// @param value what is sent, not null
        /// @param timeout the longest wait; zero or less does not wait
        /// @param unit of `timeout`
        /// @return false if the time was up first; nothing is sent then
        /// @throws InterruptedException if interrupted; nothing is sent then
        /// @throws dev.backplane.codec.CodecException if the codec refuses the value; nothing is sent then
        /// @throws IllegalArgumentException if the value takes more than [SharedChannel#maxMessageBytes]
        boolean send(E value, long timeout, TimeUnit unit) throws InterruptedException;

        /// Receives a value, waiting for it.
        ///
        /// @return the value, or null at the channel's end
        /// @throws InterruptedException if interrupted; nothing is received then
        /// @throws dev.backplane.codec.CodecException if the message is not of this codec; it is gone then
        @Nullable
        E receive() throws InterruptedException;

        /// Receives a value, waiting for it, but not for ever.
        ///
        /// @param timeout the longest wait; zero or less does not wait
        /// @param unit of `timeout`
        /// @return the value, or null if the time was up first, and at the channel's end
        /// @throws InterruptedException if interrupted; nothing is received then
        /// @throws dev.backplane.codec.CodecException if the message is not of this codec; it is gone then
        @Nullable
        E receive(long timeout, TimeUnit unit) throws InterruptedException;

        /// Looks at the next value, waiting for it, but not for ever. It stays the next one.
        ///
        /// @param timeout the longest wait; zero or less does not wait
        /// @param unit of `timeout`
        /// @return the value, or null if the time was up first, and at the channel's end
        /// @throws InterruptedException if interrupted; nothing was seen then
        /// @throws dev.backplane.codec.CodecException if the message is not of this codec; it stays
        @Nullable
        E peek(long timeout, TimeUnit unit) throws InterruptedException;
    }
}
