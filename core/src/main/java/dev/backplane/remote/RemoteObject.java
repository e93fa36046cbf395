package dev.backplane.remote;

import dev.backplane.SharedHandle;
import dev.backplane.SharedObject;

/// What all objects of a remote manager have in common.
interface RemoteObject extends SharedObject {
    /// The server's object.
    ///
    /// @return what calls go to
    RemoteTarget target();

    @Override
    default String name() {
        return target().name();
    }

    /// Not possible: a handle names a segment of this host.
    @Override
    default SharedHandle handle() {
        throw new UnsupportedOperationException(target() + " has no handle, and cannot be serialized: other processes"
                + " get it by its name, from a manager of their own");
    }
}
