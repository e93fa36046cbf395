package dev.backplane.remote;

/// An object of a remote manager, with what all who ask for it share.
///
/// @param target the server's object
/// @param holds who holds it, of a lock; for writing, of a read-write lock
/// @param reads who holds it for reading, of a read-write lock
/// @param places this client's subscriptions, of a topic
record RemoteOpened(RemoteTarget target, RemoteHolds holds, RemoteHolds reads, RemotePlaces places) {
    RemoteOpened(RemoteTarget target) {
        this(target, new RemoteHolds(target), new RemoteHolds(target), new RemotePlaces());
    }
}
