package dev.backplane.remote;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An object of a remote manager, with what all who ask for it share.
///
/// @param kind of the object
/// @param parameters with which it was opened
/// @param target the server's object
/// @param holds who holds it, of a lock; for writing, of a read-write lock
/// @param reads who holds it for reading, of a read-write lock
record RemoteOpened(
        String kind, List<@Nullable Object> parameters, RemoteTarget target, RemoteHolds holds, RemoteHolds reads) {
    RemoteOpened(String kind, List<@Nullable Object> parameters, RemoteTarget target) {
        this(kind, parameters, target, new RemoteHolds(target), new RemoteHolds(target));
    }
}
