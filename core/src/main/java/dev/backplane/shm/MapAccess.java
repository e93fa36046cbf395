package dev.backplane.shm;

import dev.backplane.shm.MapLayout.Shape;

/// What one thread works with while it looks something up or changes it: its bytes, and where it found the key.
final class MapAccess {
    /// The key that is looked for.
    final EncodedBytes key;

    /// The value to store.
    final EncodedBytes value;

    /// The value that was found.
    final EncodedBytes found;

    /// Of the key.
    long hash;

    /// Where the link to the key's cell stands, and the link, while the stripe is entered.
    long linkAt;

    long link;

    private boolean busy;
    private boolean inFunction;

    MapAccess(Shape shape) {
        this.key = new EncodedBytes(shape.keyBytes());
        this.value = new EncodedBytes(shape.valueBytes());
        this.found = new EncodedBytes(shape.valueBytes());
    }

    boolean isBusy() {
        return busy;
    }

    /// Says that a call begins or ends which works with this.
    void busy(boolean is) {
        busy = is;
    }

    /// Whether the thread runs a function of its caller's in a stripe.
    boolean isInFunction() {
        return inFunction;
    }

    void inFunction(boolean is) {
        inFunction = is;
    }
}
