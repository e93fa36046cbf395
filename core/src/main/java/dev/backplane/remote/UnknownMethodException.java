package dev.backplane.remote;

import java.io.Serial;

/// A client called a method that the object does not have, or does not expose.
final class UnknownMethodException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnknownMethodException(String method, Referent referent) {
        super("method '" + method + "' of '" + referent.typeId() + "' object is not in exposed=" + referent.exposed());
    }
}
