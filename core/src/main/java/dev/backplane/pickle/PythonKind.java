package dev.backplane.pickle;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which of Python's types a value has.
enum PythonKind {
    NONE("NoneType"),
    BOOL("bool"),
    INT("int"),
    FLOAT("float"),
    STR("str"),
    BYTES("bytes"),
    BYTEARRAY("bytearray"),
    LIST("list"),
    TUPLE("tuple"),
    DICT("dict"),
    SET("set"),
    FROZENSET("frozenset"),
    EXCEPTION("Exception"),
    OBJECT("object"),
    /// A Java object that has no form in Python.
    FOREIGN("foreign");

    private final String typeName;

    PythonKind(String typeName) {
        this.typeName = typeName;
    }

    static PythonKind of(@Nullable Object value) {
        return switch (value) {
            case null -> NONE;
            case String text -> STR;
            case Long number -> INT;
            case Boolean flag -> BOOL;
            case Double number -> FLOAT;
            case PythonTuple tuple -> TUPLE;
            case List<?> list -> LIST;
            case Map<?, ?> map -> DICT;
            case byte[] bytes -> BYTES;
            case PythonSet set -> set.isFrozen() ? FROZENSET : SET;
            case Set<?> set -> SET;
            case PythonObject object -> OBJECT;
            case PythonException exception -> EXCEPTION;
            case PythonByteArray bytes -> BYTEARRAY;
            case BigInteger number -> INT;
            case Integer number -> INT;
            case Short number -> INT;
            case Byte number -> INT;
            case Float number -> FLOAT;
            case Object[] array -> TUPLE;
            default -> FOREIGN;
        };
    }

    boolean isNumber() {
        return this == INT || this == FLOAT || this == BOOL;
    }

    boolean isBytes() {
        return this == BYTES || this == BYTEARRAY;
    }

    boolean isSet() {
        return this == SET || this == FROZENSET;
    }

    /// What Python's messages call a value's type.
    static String typeName(@Nullable Object value) {
        final PythonKind kind = of(value);
        return switch (value) {
            case PythonObject object -> typeNameOf(object);
            case PythonException exception ->
                exception.type().substring(exception.type().lastIndexOf('.') + 1);
            case null, default ->
                kind == FOREIGN && value != null ? value.getClass().getName() : kind.typeName;
        };
    }

    private static String typeNameOf(PythonObject object) {
        final PythonObject callable = object.callable();
        if (callable == null) {
            return "type";
        }
        if (callable.isGlobal("copyreg", "_reconstructor")
                && !object.arguments().isEmpty()) {
            return object.arguments().get(0) instanceof PythonObject type && type.isGlobal() ? last(type) : "object";
        }
        return callable.isGlobal() ? last(callable) : "object";
    }

    private static String last(PythonObject type) {
        return type.name().substring(type.name().lastIndexOf('.') + 1);
    }

    static byte[] bytesOf(Object value) {
        return value instanceof PythonByteArray array ? array.bytes() : (byte[]) value;
    }

    @SuppressWarnings("unchecked")
    static List<@Nullable Object> listOf(Object value) {
        return value instanceof Object[] array ? Arrays.asList(array) : (List<@Nullable Object>) value;
    }
}
