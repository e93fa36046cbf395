package dev.backplane.shm;

import dev.backplane.store.IntField;
import dev.backplane.store.ObjectLook;

/// Checks values and arrays, of which any bytes are valid but a boolean's.
final class PlainCheck {
    private static final IntField BOOLEAN = new IntField(0);

    private PlainCheck() {}

    static void value(ObjectLook look, ObjectType type) {
        single(look);
        if (look.requireLength(Math.max(Integer.BYTES, type.unitBytes())) && type == ObjectType.BOOLEAN) {
            final int value = BOOLEAN.getAcquire(look.bytes(), 0);
            look.require(value == 0 || value == 1, "value", "is %d, neither 0 nor 1", value);
        }
    }

    /// The first parameter of whatever there is one of.
    static void single(ObjectLook look) {
        look.require(
                look.entry().param0() == 1,
                "first parameter",
                "has the first parameter %d, which is 1 for its type",
                look.entry().param0());
    }

    /// The second parameter of whatever has none.
    static void noSecond(ObjectLook look) {
        look.require(
                look.entry().param1() == 0,
                "second parameter",
                "has the second parameter %d, which is 0 for its type",
                look.entry().param1());
    }

    static void array(ObjectLook look, ObjectType type) {
        final long elements = look.entry().param0();
        if (look.require(
                elements >= 1 && elements <= Long.MAX_VALUE / (2L * type.unitBytes()),
                "parameters",
                "has %d elements",
                elements)) {
            look.requireLength((elements * type.unitBytes() + 3) & -4L);
        }
    }
}
