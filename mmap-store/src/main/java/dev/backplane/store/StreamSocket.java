package dev.backplane.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// One end of a connected stream of bytes to another process, of this host or another one.
///
/// One thread reads and one writes at a time; any thread may close. **Interruption:** waits notice an interrupt
/// within a slice of [WaitLoop#SLICE_NANOS], clear the status and throw; what was read or written before
/// stays so, and the socket stays open. **Process death:** when the other end's process ends, reads get the
/// bytes that it had sent, and then the end. **Virtual threads** park and let go of their carriers.
public interface StreamSocket extends Closeable {
    /// What waits for no longer than it must.
    long FOREVER = WaitLoop.FOREVER;

    /// How long it takes until a connection of TCP breaks whose other end's host has vanished without a word, by
    /// loss of power or of the cable: every TCP socket is probed for that. If something was sent meanwhile, see
    /// [#limitUnacknowledged].
    Duration HOST_VANISHED =
            Duration.ofSeconds(KeepAlive.IDLE_SECONDS + (long) KeepAlive.INTERVAL_SECONDS * KeepAlive.PROBES);

    /// Connects to whoever listens at an endpoint.
    ///
    /// @param to where
    /// @param timeout the longest wait, positive
    /// @return the connected socket, with Nagle's algorithm off where it is TCP
    /// @throws IOException if nobody listens there, or the time was up; the message says where and why
    /// @throws InterruptedException if interrupted
    static StreamSocket connect(Endpoint to, Duration timeout) throws IOException, InterruptedException {
        return Platform.current().connect(to, timeout);
    }

    /// Takes over the descriptor of a connected socket that [#receiveDescriptor] got, or that was inherited.
    ///
    /// @param descriptor is this socket's from now on, and is closed if it is refused
    /// @return the socket
    /// @throws UnsupportedOperationException where sockets have no descriptors that can be sent
    /// @throws IOException if it is not a connected stream socket
    static StreamSocket ofDescriptor(int descriptor) throws IOException {
        return Platform.current().socketOf(descriptor);
    }

    /// Reads what has arrived, at least one byte.
    ///
    /// @param into gets up to its remaining bytes, of which there is at least one; heap or direct
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit; zero or less does not wait
    /// @return how many bytes, 0 if the time was up, -1 at the end of the stream
    /// @throws java.nio.channels.ClosedChannelException if this end is closed, now or while it waits
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    int read(ByteBuffer into, Waiting waiting, long timeoutNanos) throws IOException, InterruptedException;

    /// Writes all of the buffers, in their order, in as few calls of the system as it takes.
    ///
    /// @param from their remaining bytes are written; heap or direct
    /// @param waiting how to wait for room
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit; zero or less does not wait
    /// @return false if the time was up first; the buffers' positions say what was written
    /// @throws java.nio.channels.ClosedChannelException if this end is closed, now or while it waits
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    boolean write(ByteBuffer[] from, Waiting waiting, long timeoutNanos) throws IOException, InterruptedException;

    /// Whether a read would return at once: there are bytes, or the end.
    ///
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [#FOREVER] for no limit; zero or less does not wait
    /// @return false if the time was up first
    /// @throws java.nio.channels.ClosedChannelException if this end is closed, now or while it waits
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException;

    /// Says that nothing more will be written: the other end reads the end of the stream.
    ///
    /// @throws IOException if the connection is broken
    void shutdownOutput() throws IOException;

    /// Breaks the connection when its other end has taken nothing of what was sent for some time: its host has
    /// vanished, or its process reads nothing and the buffers are full. Without such a limit, what was sent is sent
    /// again for some 15 minutes, and a process that does not read keeps a write waiting for ever.
    ///
    /// Only Linux has it, and only for TCP; elsewhere nothing is done.
    ///
    /// @param longest at least a millisecond
    /// @throws java.nio.channels.ClosedChannelException if this end is closed
    /// @throws IOException if the connection is broken
    default void limitUnacknowledged(Duration longest) throws IOException {}

    /// Whether [#close] was called.
    ///
    /// @return false from then on
    boolean isOpen();

    /// Where the other end is, as far as the system tells.
    ///
    /// @return for messages
    String peer();

    /// The process at the other end, as of when it connected.
    ///
    /// @return its id; nothing over TCP, and where the system does not tell
    default OptionalLong peerProcess() {
        return OptionalLong.empty();
    }

    /// Another descriptor of this socket, to be sent to another process of this host. It stays open when
    /// this is closed.
    ///
    /// @return a descriptor that is the caller's to close by [Platform#closeDescriptor]; nothing where
    ///     sockets have none that can be sent
    /// @throws java.nio.channels.ClosedChannelException if this is closed
    /// @throws IOException if this process has too many open files
    OptionalInt openDescriptor() throws IOException;

    /// Sends bytes and with them a descriptor, over a socket of this host.
    ///
    /// @param from at least one byte
    /// @param descriptor of an open file, which stays open here
    /// @param waiting how to wait for room
    /// @throws UnsupportedOperationException if this kind of socket cannot
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    void sendDescriptor(ByteBuffer from, int descriptor, Waiting waiting) throws IOException, InterruptedException;

    /// Reads bytes and the descriptor that came with them.
    ///
    /// @param into gets up to its remaining bytes
    /// @param waiting how to wait
    /// @return the descriptor, which is this process's to close, or -1 if none came or the stream has ended
    /// @throws UnsupportedOperationException if this kind of socket cannot
    /// @throws IOException if the connection is broken
    /// @throws InterruptedException if interrupted
    int receiveDescriptor(ByteBuffer into, Waiting waiting) throws IOException, InterruptedException;

    /// Closes this end; who waits in another call gets a [java.nio.channels.ClosedChannelException]. Does
    /// nothing if it is closed.
    @Override
    void close() throws IOException;
}
