package dev.backplane.connection;

import dev.backplane.codec.Codec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One end of a connection to another process: whole messages in both directions, in their order.
///
/// Over a socket, the bytes are those of Python's `multiprocessing.connection.Connection`, so that the other
/// end may be a Python; over shared memory, see [Pipe]. A message is bytes, or a value that a [Codec] writes.
///
/// **Threads.** Thread-safe, as Python's is not: one thread sends and one receives at a time, others wait for
/// their turn. A message is never mixed with another.
///
/// **End.** When the other end is closed or its process has ended, what it had sent is received first, and
/// then each receive throws [java.io.EOFException].
///
/// **Interruption.** Waits notice an interrupt within 50 ms, clear the status and throw. Between messages
/// nothing is lost by that, and the connection stays open; it is closed if a part of a message was sent or
/// received, since nobody could tell any more where the next one begins; but see
/// [ConnectionOptions#interruptGrace].
///
/// **Bytes from outside.** A message above the limit of [ConnectionOptions#maxFrameBytes] is refused as soon
/// as its length is known, and the connection is closed. Memory for a long one is allocated as its bytes
/// arrive.
///
/// **Cost.** A message of up to 16 KiB is one call of the system to send, and mostly one to receive.
public interface Connection extends AutoCloseable {
    /// Sends a value, waiting for room.
    ///
    /// @param value what this connection's codec can write
    /// @throws dev.backplane.codec.CodecException if the codec refuses the value; nothing is sent then
    /// @throws java.nio.channels.ClosedChannelException if this end is closed
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    void send(@Nullable Object value) throws IOException, InterruptedException;

    /// Receives a value, waiting for it.
    ///
    /// @return the value
    /// @throws dev.backplane.codec.CodecException if the message is not of this connection's codec; it is
    ///     gone then, and the connection as good as before
    /// @throws java.io.EOFException if the other end has nothing more to send
    /// @throws java.nio.channels.ClosedChannelException if this end is closed
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    @Nullable
    Object receive() throws IOException, InterruptedException;

    /// Sends bytes as one message, waiting for room.
    ///
    /// @param message all of it
    /// @throws IOException as [#send]
    /// @throws InterruptedException if interrupted
    default void sendBytes(byte[] message) throws IOException, InterruptedException {
        sendBytes(MemorySegment.ofArray(message), 0, message.length);
    }

    /// Sends bytes as one message, waiting for room.
    ///
    /// @param source what holds the message
    /// @param offset of its first byte
    /// @param lengthBytes of the message, 0 or more
    /// @throws IOException as [#send]
    /// @throws InterruptedException if interrupted
    default void sendBytes(byte[] source, int offset, int lengthBytes) throws IOException, InterruptedException {
        sendBytes(MemorySegment.ofArray(source), offset, lengthBytes);
    }

    /// Sends the remaining bytes of a buffer as one message, waiting for room.
    ///
    /// @param message its position is then its limit
    /// @throws IOException as [#send]
    /// @throws InterruptedException if interrupted
    default void sendBytes(ByteBuffer message) throws IOException, InterruptedException {
        sendBytes(MemorySegment.ofBuffer(message), 0, message.remaining());
        message.position(message.limit());
    }

    /// Sends bytes as one message, waiting for room.
    ///
    /// @param source what holds the message
    /// @param offset of its first byte
    /// @param lengthBytes of the message, 0 or more
    /// @throws IndexOutOfBoundsException if the range is not within `source`
    /// @throws IOException as [#send]
    /// @throws InterruptedException if interrupted
    void sendBytes(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException;

    /// Sends bytes as one message, all of it within some time.
    ///
    /// @param message all of it
    /// @param timeout the longest it may take
    /// @throws java.net.SocketTimeoutException if the time was up; this end is closed then if a part of the message
    ///     was sent
    /// @throws IOException as [#send]
    /// @throws InterruptedException if interrupted
    void sendBytes(byte[] message, Duration timeout) throws IOException, InterruptedException;

    /// Receives the bytes of one message, all of it within some time. To wait for one that may come later, see
    /// [#poll].
    ///
    /// @param timeout the longest it may take
    /// @return all of them
    /// @throws java.net.SocketTimeoutException if the time was up; this end is closed then, unless another thread
    ///     was receiving all the while
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    byte[] receiveBytes(Duration timeout) throws IOException, InterruptedException;

    /// Receives the bytes of one message, waiting for it.
    ///
    /// @return all of them
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    default byte[] receiveBytes() throws IOException, InterruptedException {
        return receiveBytes(Integer.MAX_VALUE);
    }

    /// Receives the bytes of one message that must not be long, waiting for it.
    ///
    /// @param most the longest message, 0 or more; the connection is closed if it is longer
    /// @return all of them
    /// @throws java.net.ProtocolException if the message is longer
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    byte[] receiveBytes(int most) throws IOException, InterruptedException;

    /// Receives the bytes of one message into an array, waiting for it.
    ///
    /// @param into gets them
    /// @param offset where the first goes
    /// @return how many they are
    /// @throws BufferTooShortException if there is not enough room; it has the message
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    default int receiveBytesInto(byte[] into, int offset) throws IOException, InterruptedException {
        Objects.checkFromToIndex(offset, into.length, into.length);
        return (int) receiveBytesInto(MemorySegment.ofArray(into), offset);
    }

    /// Receives the bytes of one message into a buffer's remaining bytes, waiting for it.
    ///
    /// @param into its position is then behind the message
    /// @return how many bytes they are
    /// @throws BufferTooShortException if there is not enough room; it has the message
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    default int receiveBytesInto(ByteBuffer into) throws IOException, InterruptedException {
        final int length = (int) receiveBytesInto(MemorySegment.ofBuffer(into), 0);
        into.position(into.position() + length);
        return length;
    }

    /// Receives the bytes of one message into memory, waiting for it.
    ///
    /// @param into gets them
    /// @param offset where the first goes
    /// @return how many they are
    /// @throws BufferTooShortException if there is not enough room; it has the message
    /// @throws IOException as [#receive]
    /// @throws InterruptedException if interrupted
    long receiveBytesInto(MemorySegment into, long offset) throws IOException, InterruptedException;

    /// Whether something has arrived, or the end: a receive would then not wait for a message to begin.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return false if the time was up first
    /// @throws java.nio.channels.ClosedChannelException if this end is closed
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    boolean poll(Duration timeout) throws IOException, InterruptedException;

    /// Says that nothing more will be sent: the other end receives what was sent, and then the end. Receiving
    /// goes on.
    ///
    /// @throws IOException if the connection is broken
    void shutdownOutput() throws IOException;

    /// This connection with another codec.
    ///
    /// @param codec of the values that [#send] and [#receive] have to do with, nulls included
    /// @return a view of this connection, which is closed together with it
    Connection withCodec(Codec<@Nullable Object> codec);

    /// Whether [#close] was called, here or by the library after what could not go on.
    ///
    /// @return false from then on
    boolean isOpen();

    /// Where the other end is, as far as the system tells.
    ///
    /// @return for messages
    String peer();

    /// The process at the other end, as of when it connected.
    ///
    /// @return its id; nothing where it has not connected here over a socket of this host, and where the
    ///     system does not tell
    default OptionalLong peerProcess() {
        return OptionalLong.empty();
    }

    /// Keeps this connection however long nothing goes over it, whatever its listener's
    /// [ListenerOptions#idleTimeout] says: for one that is there only to tell that the other end is.
    default void keepWhileIdle() {}

    /// Closes this end; who waits in another call gets a [java.nio.channels.ClosedChannelException]. Does
    /// nothing if it is closed.
    ///
    /// @throws IOException if the system refuses; this end is closed in any case
    @Override
    void close() throws IOException;
}
