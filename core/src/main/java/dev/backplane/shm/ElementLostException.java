package dev.backplane.shm;

import dev.backplane.store.SegmentException;
import java.io.Serial;

/// An element of a queue whose bytes are gone or damaged: nobody can ever read it.
final class ElementLostException extends SegmentException {
    @Serial
    private static final long serialVersionUID = 1L;

    ElementLostException(String message) {
        super(message);
    }
}
