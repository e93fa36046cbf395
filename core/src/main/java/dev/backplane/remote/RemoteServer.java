package dev.backplane.remote;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server as a client sees it: of this library or of Python.
interface RemoteServer {
    /// Attaches an object, or makes it.
    ///
    /// @param kind what it is
    /// @param name of the object
    /// @param parameters as [JvmClient] takes them
    /// @return the object
    /// @throws IOException if the server cannot make it
    RemoteTarget open(String kind, String name, @Nullable Object... parameters) throws IOException;

    /// Attaches the condition of a lock, or makes it.
    ///
    /// @param name of the condition
    /// @param lock of this server
    /// @param fair whether the lock is
    /// @return the condition
    /// @throws IOException if the server cannot make it
    RemoteTarget condition(String name, RemoteTarget lock, boolean fair) throws IOException;

    /// What a name means.
    ///
    /// @param name of the object
    /// @return its kind, and parameters of some kinds
    /// @throws IOException if the server fails
    List<@Nullable Object> describe(String name) throws IOException;

    /// Removes a name.
    ///
    /// @param name of an object
    /// @return whether there was one; false if the server has no names
    /// @throws IOException if the server fails
    boolean remove(String name) throws IOException;

    /// All names.
    ///
    /// @return a snapshot; null if the server has no names
    @Nullable
    List<String> names();

    /// Whether elements are to be values of Python's, since its programs use them.
    ///
    /// @param name of an object
    /// @return true if so
    boolean isPythons(String name);

    /// Looks after the connections; called every second or so.
    void tick();

    /// Leaves.
    void close();
}
