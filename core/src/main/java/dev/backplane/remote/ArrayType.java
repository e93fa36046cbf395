package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.SharedArray;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The types of arrays, by the codes that Python has for their elements.
@SuppressWarnings("ImmutableEnumChecker") // Layouts and the functions are immutable, though they do not say so.
enum ArrayType {
    /// `b`
    BYTE("b", SharedByteArray.class, byte.class, ValueLayout.JAVA_BYTE, Manager::byteArray),
    /// `i`
    INT("i", SharedIntArray.class, int.class, ValueLayout.JAVA_INT_UNALIGNED, Manager::intArray),
    /// `q`
    LONG("q", SharedLongArray.class, long.class, ValueLayout.JAVA_LONG_UNALIGNED, Manager::longArray),
    /// `f`
    FLOAT("f", SharedFloatArray.class, float.class, ValueLayout.JAVA_FLOAT_UNALIGNED, Manager::floatArray),
    /// `d`
    DOUBLE("d", SharedDoubleArray.class, double.class, ValueLayout.JAVA_DOUBLE_UNALIGNED, Manager::doubleArray);

    private final String code;
    private final Class<? extends SharedArray> api;
    private final Class<?> element;
    private final ValueLayout layout;
    private final Opening opening;

    /// Opens an array.
    @FunctionalInterface
    private interface Opening {
        SharedArray open(Manager manager, String name, long length) throws IOException;
    }

    ArrayType(String code, Class<? extends SharedArray> api, Class<?> element, ValueLayout layout, Opening opening) {
        this.code = code;
        this.api = api;
        this.element = element;
        this.layout = layout.withOrder(ByteOrder.LITTLE_ENDIAN);
        this.opening = opening;
    }

    /// What Python calls it.
    String code() {
        return code;
    }

    /// The interface of such arrays.
    Class<? extends SharedArray> api() {
        return api;
    }

    /// A primitive class.
    Class<?> element() {
        return element;
    }

    /// How an element lies in a message.
    ValueLayout layout() {
        return layout;
    }

    int bytes() {
        return (int) layout.byteSize();
    }

    /// The type with a code.
    ///
    /// @return null if there is none
    static @Nullable ArrayType of(Object code) {
        for (ArrayType type : values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }
        return null;
    }

    /// The type of an array.
    static ArrayType of(SharedArray array) {
        for (ArrayType type : values()) {
            if (type.api.isInstance(array)) {
                return type;
            }
        }
        throw Errors.type("an array of a type that clients do not know: " + array);
    }

    /// Attaches or makes the array that a client asks for.
    ///
    /// @param manager whose it is
    /// @param name of it
    /// @param code as the client has it
    /// @param length of it
    /// @return the array
    /// @throws IOException if the system refuses it
    static SharedArray open(Manager manager, String name, String code, long length) throws IOException {
        final ArrayType type = of(code);
        if (type == null) {
            throw Errors.value("bad typecode '" + code + "' (must be b, i, q, f or d)");
        }
        return type.opening.open(manager, name, length);
    }

    /// A number as an element.
    Object element(Number number) {
        return switch (this) {
            case BYTE -> number.byteValue();
            case INT -> number.intValue();
            case LONG -> number.longValue();
            case FLOAT -> number.floatValue();
            case DOUBLE -> number.doubleValue();
        };
    }
}
