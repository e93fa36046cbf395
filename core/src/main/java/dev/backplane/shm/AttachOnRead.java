package dev.backplane.shm;

import dev.backplane.ManagerProvider;
import dev.backplane.SharedHandle;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;

/// The serialized form of every shared object: its handle in text. Reading it attaches the object that the
/// handle names.
final class AttachOnRead implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /// In text, since records are slow to read for the first time, which is when a child JVM starts.
    private final String handle;

    AttachOnRead(SharedHandle handle) {
        this.handle = handle.toString();
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
        try {
            return ManagerProvider.local().attach(SharedHandle.parse(handle));
        } catch (IOException | RuntimeException e) {
            throw new InvalidObjectException("cannot attach " + handle + ": " + e.getMessage(), e);
        }
    }
}
