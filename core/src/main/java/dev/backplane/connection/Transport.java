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

    /// What stands for this end in a stream of serialized objects.
    ///
    /// @throws ObjectStreamException if it cannot be sent to other processes
    Object serialForm() throws ObjectStreamException;

    /// Closes this end. Does nothing if it is closed.
    void close() throws IOException;
}
