package dev.backplane.remote;

import dev.backplane.pickle.PythonRepr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `array.array` of a fixed length.
final class ArrayReferent implements Referent {
    private static final String CLASS = "array.array";

    private final Object guard = new Object();
    private final TypeCode type;
    private final ByteBuffer bytes;
    private final int length;

    /// @param type of the elements
    /// @param elements their first values
    ArrayReferent(TypeCode type, List<@Nullable Object> elements) {
        PythonValues.checkLength(elements.size());
        this.type = type;
        this.length = elements.size();
        this.bytes = ByteBuffer.allocate(length * type.bytes()).order(ByteOrder.nativeOrder());
        for (int i = 0; i < length; i++) {
            type.put(bytes, i, elements.get(i));
        }
    }

    /// Python's `Array(typecode, sequence, lock=True)`.
    static ArrayReferent create(Arguments arguments) {
        final TypeCode type = TypeCode.of(arguments.take("typecode"));
        final Object sequence = arguments.take("sequence");
        arguments.take("lock", true);
        arguments.end();
        return new ArrayReferent(
                type, sequence instanceof byte[] raw ? elements(type, raw) : PythonValues.elements(sequence));
    }

    private static List<@Nullable Object> elements(TypeCode type, byte[] raw) {
        if (raw.length % type.bytes() != 0) {
            throw Errors.value("bytes length not a multiple of item size");
        }
        final ByteBuffer from = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
        final List<@Nullable Object> elements = new ArrayList<>(raw.length / type.bytes());
        for (int i = 0; i < raw.length / type.bytes(); i++) {
            elements.add(type.get(from, i));
        }
        return elements;
    }

    @Override
    public String typeId() {
        return "Array";
    }

    @Override
    public List<String> exposed() {
        return List.of("__len__", "__getitem__", "__setitem__");
    }

    /// A copy.
    ///
    /// @return the elements of this instant
    List<@Nullable Object> elements() {
        synchronized (guard) {
            return elements(type, bytes.array());
        }
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "__len__" -> {
                arguments.end();
                yield (long) length;
            }
            case "__getitem__" -> {
                final Object key = arguments.take("key");
                arguments.end();
                yield get(key);
            }
            case "__setitem__" -> {
                final Object key = arguments.take("key");
                final Object value = arguments.take("value");
                arguments.end();
                set(key, value);
                yield null;
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    private Object get(@Nullable Object key) {
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        synchronized (guard) {
            if (bounds == null) {
                return type.get(bytes, ListReferent.position(key, length, "array index"));
            }
            final Slice slice = Slice.fitted(bounds.get(0), bounds.get(1), bounds.get(2), length);
            final byte[] part = new byte[slice.count() * type.bytes()];
            for (int i = 0; i < slice.count(); i++) {
                bytes.get(slice.at(i) * type.bytes(), part, i * type.bytes(), type.bytes());
            }
            return array(part);
        }
    }

    private Object array(byte[] content) {
        return Opaque.call(CLASS, String.valueOf(type.code()), content);
    }

    private void set(@Nullable Object key, @Nullable Object value) {
        final List<@Nullable Object> bounds = Opaque.sliceOf(key);
        if (bounds == null) {
            synchronized (guard) {
                type.put(bytes, ListReferent.position(key, length, "array assignment index"), value);
                return;
            }
        }
        final List<@Nullable Object> content = Opaque.callOf(value, CLASS);
        if (content == null
                || content.size() != 2
                || !(content.get(1) instanceof byte[] raw)
                || TypeCode.of(content.get(0)).code() != type.code()) {
            throw Errors.type("can only assign an array of typecode '" + type.code() + "' (not \""
                    + PythonValues.typeName(value) + "\") to array slice");
        }
        synchronized (guard) {
            final Slice slice = Slice.fitted(bounds.get(0), bounds.get(1), bounds.get(2), length);
            if (raw.length != slice.count() * type.bytes()) {
                throw Errors.value("attempt to assign " + raw.length / type.bytes() + " elements to a slice of "
                        + slice.count() + ": an array of this server keeps its length");
            }
            for (int i = 0; i < slice.count(); i++) {
                bytes.put(slice.at(i) * type.bytes(), raw, i * type.bytes(), type.bytes());
            }
        }
    }

    @Override
    public Object value() {
        synchronized (guard) {
            return array(bytes.array().clone());
        }
    }

    @Override
    public String repr() {
        final List<@Nullable Object> elements = elements();
        final String shown = elements.isEmpty() ? "" : ", " + PythonRepr.of(elements);
        return "array('" + type.code() + "'" + shown + ")";
    }
}
