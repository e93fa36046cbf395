package dev.backplane.shm;

import dev.backplane.SharedHandle;
import dev.backplane.codec.Reference;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.Serial;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// The serialized form of every shared object: its handle in text. Reading it attaches the object that the
/// handle names.
final class AttachOnRead implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /// In text, since records are slow to read for the first time, which is when a child JVM starts.
    private final String handle;

    /// The name of the class of its elements, null if the object needs none.
    private final @Nullable String elementType;

    AttachOnRead(SharedHandle handle) {
        this(handle, null);
    }

    AttachOnRead(SharedHandle handle, @Nullable String elementType) {
        this.handle = handle.toString();
        this.elementType = elementType;
    }

    /// The same, for a function's bytes.
    Reference reference() {
        return new Reference(handle, elementType);
    }

    @Serial
    private Object readResolve() throws InvalidObjectException {
        try {
            return SegmentReferences.attach(reference());
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw new InvalidObjectException("cannot attach " + handle + ": " + e.getMessage(), e);
        }
    }
}
