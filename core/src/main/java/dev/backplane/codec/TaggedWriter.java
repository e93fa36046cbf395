package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes one value in the tagged form, and remembers the classes that it has named.
final class TaggedWriter {
    private final CodecOutput out;
    private final long maxDepth;
    private final @Nullable AllowedClasses allowed;
    private @Nullable Map<Class<?>, Integer> classes;
    private long depth;
    private long references;

    /// @param allowed null to leave it to the reader what to refuse
    TaggedWriter(CodecOutput out, long maxDepth, @Nullable AllowedClasses allowed) {
        this.out = out;
        this.maxDepth = maxDepth;
        this.allowed = allowed;
    }

    void write(@Nullable Object value) {
        switch (value) {
            case null -> out.putByte(Tag.NULL);
            case Integer number -> {
                out.putByte(Tag.INT);
                out.putZigzag(number);
            }
            case Long number -> {
                out.putByte(Tag.LONG);
                out.putZigzag(number);
            }
            case String text -> {
                out.putByte(Tag.STRING);
                out.putString(text);
            }
            case Double number -> {
                out.putByte(Tag.DOUBLE);
                out.putDouble(number);
            }
            case Boolean truth -> out.putByte(truth ? Tag.TRUE : Tag.FALSE);
            default -> writeOther(value, TagOfClass.TAG.get(value.getClass()));
        }
    }

    private void writeOther(Object value, int tag) {
        if (++depth > maxDepth) {
            throw new CodecException("cannot write a " + value.getClass().getName() + ": it is nested deeper than "
                    + maxDepth + " levels, or contains itself");
        }
        if (allowed != null && isNested(tag)) {
            allowed.requireReferences(++references);
        }
        switch (tag) {
            case Tag.OBJECT_ARRAY -> writeArray((Object[]) value);
            case Tag.ENUM -> writeEnum((Enum<?>) value);
            case Tag.RECORD -> writeRecord(value);
            case Tag.SERIALIZED -> writeSerialized(value);
            default -> {
                if (value instanceof Collection<?> collection) {
                    writeCollection(tag, collection);
                } else if (value instanceof Map<?, ?> map) {
                    writeMap(tag, map);
                } else {
                    writePrimitive(tag, value);
                }
            }
        }
        depth--;
    }

    private void writePrimitive(int tag, Object value) {
        out.putByte(tag);
        switch (value) {
            case Byte number -> out.putByte(number);
            case Short number -> out.putShort(number);
            case Character unit -> out.putShort(unit);
            case Float number -> out.putFloat(number);
            case byte[] array -> putArray(array.length, MemorySegment.ofArray(array));
            case short[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case char[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case int[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case long[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case float[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case double[] array -> putArray(array.length, PrimitiveArrays.littleEndian(array));
            case boolean[] array -> putArray(array.length, PrimitiveArrays.bytes(array));
            default -> throw new AssertionError(value.getClass());
        }
    }

    /// What counts for the reader as an object.
    private static boolean isNested(int tag) {
        return switch (tag) {
            case Tag.BYTE, Tag.SHORT, Tag.CHAR, Tag.FLOAT -> false;
            default -> true;
        };
    }

    private void putCount(int count) {
        if (allowed != null) {
            allowed.requireCount(count);
        }
        out.putVarint(count);
    }

    private void putArray(int count, MemorySegment bytes) {
        putCount(count);
        out.putBytes(bytes);
    }

    private void writeArray(@Nullable Object[] array) {
        final Class<?> component = array.getClass().getComponentType();
        out.putByte(Tag.OBJECT_ARRAY);
        writeClass(component);
        putCount(array.length);
        for (Object element : array) {
            write(element);
        }
    }

    private void writeEnum(Enum<?> constant) {
        out.putByte(Tag.ENUM);
        writeClass(constant.getDeclaringClass());
        out.putString(constant.name());
    }

    private void writeRecord(Object record) {
        final RecordShape shape = RecordShape.of(record.getClass());
        out.putByte(Tag.RECORD);
        if (writeClass(record.getClass())) {
            out.putString(shape.signature());
        }
        shape.write(record, out, this::write);
    }

    private void writeSerialized(Object value) {
        final byte[] bytes = JavaSerialization.serialize(value, allowed);
        out.putByte(Tag.SERIALIZED);
        out.putVarint(bytes.length);
        out.putBytes(bytes);
    }

    private void writeCollection(int tag, Collection<?> collection) {
        if (collection instanceof TreeSet<?> sorted && sorted.comparator() != null) {
            writeSerialized(collection); // The comparator must go with it.
            return;
        }
        // A snapshot, so that the count is true even of a collection that another thread changes.
        final @Nullable Object[] elements = collection.toArray();
        out.putByte(tag);
        putCount(elements.length);
        for (Object element : elements) {
            write(element);
        }
    }

    private void writeMap(int tag, Map<?, ?> map) {
        if (map instanceof TreeMap<?, ?> sorted && sorted.comparator() != null) {
            writeSerialized(map);
            return;
        }
        out.putByte(tag);
        putCount(map.size());
        int written = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            write(entry.getKey());
            write(entry.getValue());
            written++;
        }
        if (written != map.size()) {
            throw new java.util.ConcurrentModificationException("a map changed while it was written");
        }
    }

    /// Names a class, by number if this value has named it before; whether it was the first time.
    private boolean writeClass(Class<?> type) {
        if (classes == null) {
            classes = new HashMap<>();
        }
        if (allowed != null) {
            allowed.require(type);
        }
        final Integer known = classes.putIfAbsent(type, classes.size() + 1);
        out.putVarint(known == null ? 0 : known);
        if (known == null) {
            out.putString(type.getName());
        }
        return known == null;
    }
}
