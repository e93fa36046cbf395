package dev.backplane.connection;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/// What carries the messages of a connection. One thread sends and one receives at a time; any thread may
/// close.
interface Transport {
    /// Sends a message. Closes itself if that fails with a part of it sent.
    void send(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException;

    /// Receives a message. Closes itself if that fails with a part of it received.
    ///
    /// @return false at the end
    boolean receive(Sink sink) throws IOException, InterruptedException;

    /// Until when a send may take; of the thread that sends.
    Limit sending();

    /// Until when a receive may take; of the thread that receives.
    Limit receiving();

    /// Whether something has arrived, or the end.
    boolean poll(long timeoutNanos) throws IOException, InterruptedException;

    /// Says that nothing more will be sent.
    void shutdownOutput() throws IOException;

    /// Whether it was not closed yet.
    boolean isOpen();

    /// Where the other end is.
    String peer();

    /// The process at the other end, if the system tells.
    default OptionalLong peerProcess() {
        return OptionalLong.empty();
    }

    /// See [Connection#keepWhileIdle].
    default void keepWhileIdle() {}

    /// What opens a descriptor to be given away, which is its caller's to close.
    @FunctionalInterface
    interface DescriptorSource {
        /// Opens one.
        int open() throws IOException;
    }

    /// Gives a descriptor to the other end, as soon as that asks for one of this kind. It is opened then,
    /// and closed when it has been sent.
    ///
    /// @throws UnsupportedOperationException if this transport cannot
    default void giveDescriptor(byte kind, DescriptorSource source) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(
                "sockets and segments are sent over a Unix-domain socket of Linux, not over a pipe");
    }

    /// Asks the other end for a descriptor of a kind.
    ///
    /// @return the descriptor, which is this process's to close
    /// @throws UnsupportedOperationException if this transport cannot
    default int takeDescriptor(byte kind) throws IOException, InterruptedException {
        throw new UnsupportedOperationException(
                "sockets and segments are sent over a Unix-domain socket of Linux, not over a pipe");
    }

    /// Another descriptor of this transport's socket, to be given away; the caller's to close.
    ///
    /// @throws UnsupportedOperationException if it has none, or cannot be given away
    /// @throws IllegalStateException if something was read ahead, which would be lost
    default int openDescriptor() throws IOException {
        throw new UnsupportedOperationException(
                "only a connection over a socket can be sent so; a pipe's end is captured in what another JVM runs");
    }

    /// What stands for this end in a stream of serialized objects.
    ///
    /// @throws ObjectStreamException if it cannot be sent to other processes
    Object serialForm() throws ObjectStreamException;

    /// Closes this end. Does nothing if it is closed.
    void close() throws IOException;
}
