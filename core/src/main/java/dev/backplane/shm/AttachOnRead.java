package dev.backplane.shm;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedHandle;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;

/// The serialized form of every shared object: reading it attaches the object that the handle names.
///
/// @param handle of the object
record AttachOnRead(SharedHandle handle) implements Serializable {
    @Serial
    private Object readResolve() throws InvalidObjectException {
        try {
            return ManagerProvider.local().attach(handle);
        } catch (IOException | RuntimeException e) {
            throw new InvalidObjectException("cannot attach " + handle + ": " + e.getMessage(), e);
        }
    }
}
