package dev.backplane.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A socket that waits for others to connect. Thread-safe.
///
/// A socket of the file system is readable and writable by its owner only, and its file is deleted on
/// [#close]. One that a killed listener has left is replaced; one that somebody listens on is not. Waits
/// notice an interrupt within a slice of [WaitLoop#SLICE_NANOS].
public interface StreamListener extends Closeable {
    /// Listens at an endpoint.
    ///
    /// @param at where
    /// @param backlog how many may wait to be accepted, as far as the system heeds it; at least 1
    /// @return the listening socket
    /// @throws IOException if the address is taken, or not this host's
    static StreamListener listen(Endpoint at, int backlog) throws IOException {
        return Platform.current().listen(at, backlog);
    }

    /// Takes over the descriptor of a listening socket that [StreamSocket#receiveDescriptor] got, or that was
    /// inherited. Its file, if it has one, is left to whoever made it.
    ///
    /// @param descriptor is this listener's from now on, and is closed if it is refused; it becomes
    ///     non-blocking, for other processes that have it too
    /// @return the listener
    /// @throws UnsupportedOperationException where sockets have no descriptors that can be sent
    /// @throws IOException if it is not a listening stream socket
    static StreamListener ofDescriptor(int descriptor) throws IOException {
        return ofDescriptor(descriptor, false);
    }

    /// [#ofDescriptor(int)], which deletes the socket's file on [#close] if told so.
    ///
    /// @param descriptor is this listener's from now on, and is closed if it is refused
    /// @param deletesFile whether this listener deletes the file
    /// @return the listener
    /// @throws UnsupportedOperationException where sockets have no descriptors that can be sent
    /// @throws IOException if it is not a listening stream socket, or its file is not there
    static StreamListener ofDescriptor(int descriptor, boolean deletesFile) throws IOException {
        return Platform.current().listenerOf(descriptor, deletesFile);
    }

    /// The next who connects.
    ///
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, [StreamSocket#FOREVER] for no limit; zero or less does not wait
    /// @return null if the time was up first
    /// @throws java.nio.channels.ClosedChannelException if the listener is closed, now or while it waits
    /// @throws IOException if the system refuses
    /// @throws InterruptedException if interrupted
    @Nullable
    StreamSocket accept(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException;

    /// Whether [#accept] would return at once.
    ///
    /// @param waiting how to wait
    /// @param timeoutNanos the longest wait, as for [#accept]
    /// @return false if the time was up first
    /// @throws IOException if the listener is closed
    /// @throws InterruptedException if interrupted
    boolean poll(Waiting waiting, long timeoutNanos) throws IOException, InterruptedException;

    /// Where it listens: with the port that the system chose, if that was asked for.
    ///
    /// @return the endpoint
    Endpoint endpoint();

    /// Another descriptor of this socket, to be sent to another process of this host. It stays open when
    /// this is closed.
    ///
    /// @return a descriptor that is the caller's to close by [Platform#closeDescriptor]; nothing where
    ///     sockets have none that can be sent
    /// @throws java.nio.channels.ClosedChannelException if this is closed
    /// @throws IOException if this process has too many open files
    OptionalInt openDescriptor() throws IOException;

    /// Stops listening in this process only, which has sent the socket to another one: a file that it has stays, and is
    /// the other one's to delete. Does nothing if it is closed.
    ///
    /// @throws UnsupportedOperationException where sockets have no descriptors that can be sent
    /// @throws IOException if the system refuses
    default void release() throws IOException {
        throw new UnsupportedOperationException("listeners cannot be sent to other processes here");
    }

    /// Stops listening, and deletes the file of a socket that has one. Who waits in [#accept] gets a
    /// [java.nio.channels.ClosedChannelException]. Does nothing if it is closed.
    @Override
    void close() throws IOException;
}
