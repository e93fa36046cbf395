package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads one value in the tagged form. Whatever the bytes are, the result is a value whose classes the policy
/// allows, within its limits, or a [CodecException].
final class TaggedReader {
    private final CodecInput in;
    private final SerializationPolicy policy;
    private final ClassLoader loader;
    private final List<Class<?>> classes = new ArrayList<>(0);
    private long depth;
    private long references;
    /// The least bytes that all elements of all arrays and collections so far must take. Each has bytes of its
    /// own, so they cannot be more than the input has, however deeply counts that lie are nested.
    private long claimed;

    TaggedReader(CodecInput in, SerializationPolicy policy, ClassLoader loader) {
        this.in = in;
        this.policy = policy;
        this.loader = loader;
    }

    @Nullable
    Object read() {
        return read(in.getByte());
    }

    /// Reads a value whose tag was read already.
    @Nullable
    Object read(int tag) {
        return switch (tag) {
            case Tag.NULL -> null;
            case Tag.TRUE -> true;
            case Tag.FALSE -> false;
            case Tag.INT -> readInt();
            case Tag.LONG -> in.getZigzag();
            case Tag.DOUBLE -> in.getDouble();
            case Tag.STRING -> in.getString();
            case Tag.BYTE -> in.getByte();
            case Tag.SHORT -> in.getShort();
            case Tag.CHAR -> (char) in.getShort();
            case Tag.FLOAT -> in.getFloat();
            default -> readNested(tag);
        };
    }

    private int readInt() {
        final long value = in.getZigzag();
        if (value != (int) value) {
            throw new CodecException("an int of " + value + " at position " + in.position());
        }
        return (int) value;
    }

    private Object readNested(int tag) {
        if (++depth > policy.maxDepth() || ++references > policy.maxReferences()) {
            throw new ValueRefusedException("refused a value beyond the limits of the policy: depth "
                    + policy.maxDepth() + ", " + policy.maxReferences() + " references");
        }
        final Object value = switch (tag) {
            case Tag.OBJECT_ARRAY -> readArray();
            case Tag.ENUM -> readEnum();
            case Tag.RECORD -> readRecord();
            case Tag.SERIALIZED -> readSerialized();
            default -> tag < Tag.ARRAY_LIST ? readPrimitives(tag) : readGroup(tag);
        };
        depth--;
        return value;
    }

    private Object readPrimitives(int tag) {
        return switch (tag) {
            case Tag.BYTE_ARRAY -> bytes(1).toArray(ValueLayout.JAVA_BYTE);
            case Tag.BOOLEAN_ARRAY -> PrimitiveArrays.booleans(bytes(1));
            case Tag.SHORT_ARRAY -> bytes(Short.BYTES).toArray(CodecOutput.SHORT);
            case Tag.CHAR_ARRAY ->
                bytes(Character.BYTES).toArray(ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(CodecOutput.SHORT.order()));
            case Tag.INT_ARRAY -> bytes(Integer.BYTES).toArray(CodecOutput.INT);
            case Tag.LONG_ARRAY -> bytes(Long.BYTES).toArray(CodecOutput.LONG);
            case Tag.FLOAT_ARRAY -> bytes(Float.BYTES).toArray(CodecOutput.FLOAT);
            case Tag.DOUBLE_ARRAY -> bytes(Double.BYTES).toArray(CodecOutput.DOUBLE);
            default -> throw unknown(tag);
        };
    }

    private CodecException unknown(int tag) {
        return new CodecException("unknown tag " + tag + " before position " + in.position());
    }

    private MemorySegment bytes(int unitBytes) {
        return in.getSlice((long) count(unitBytes) * unitBytes);
    }

    private int count(int unitBytes) {
        final int count = in.getCount(unitBytes);
        if (count > policy.maxArrayLength()) {
            throw new ValueRefusedException(
                    "refused " + count + " elements, the policy allows " + policy.maxArrayLength());
        }
        claimed += (long) count * unitBytes;
        if (claimed > in.position() + in.remaining()) {
            throw new CodecException("claims elements of " + claimed + " bytes in all before position " + in.position()
                    + ", the input has " + (in.position() + in.remaining()));
        }
        return count;
    }

    private Object readArray() {
        final Class<?> component = readClass();
        if (component.isPrimitive()) {
            throw new CodecException("an array of objects claims to have elements of " + component);
        }
        final int count = count(1);
        final @Nullable Object[] array = (Object[]) Array.newInstance(component, count);
        for (int i = 0; i < count; i++) {
            final Object element = read();
            if (element != null && !component.isInstance(element)) {
                throw new CodecException("an array of " + component.getName() + " claims to hold a "
                        + element.getClass().getName());
            }
            array[i] = element;
        }
        return array;
    }

    private Object readEnum() {
        final Class<?> type = readClass();
        final String name = in.getString();
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
        }
        throw new CodecException(type.getName() + " has no constant " + name);
    }

    private Object readRecord() {
        final int known = classes.size();
        final Class<?> type = readClass();
        if (!type.isRecord()) {
            throw new CodecException(type.getName() + " is not a record");
        }
        final RecordShape shape = RecordShape.of(type);
        if (classes.size() > known) {
            final String signature = in.getString();
            if (!signature.equals(shape.signature())) {
                throw new ClassRefusedException("record " + type.getName() + shape.signature() + " was written as "
                        + signature + ": the two processes have different versions of it");
            }
        }
        return shape.read(in, this::read);
    }

    private Object readSerialized() {
        final byte[] bytes = in.getBytes(in.getCount(1));
        final Object value = JavaSerialization.deserialize(bytes, loader, policy);
        if (value == null) {
            throw new CodecException("a serialized object is null");
        }
        return value;
    }

    private Object readGroup(int tag) {
        try {
            return Tag.isMap(tag) ? readMap(tag) : readCollection(tag);
        } catch (ClassCastException | NullPointerException e) {
            // Elements that cannot be compared, a null where the collection takes none.
            throw new CodecException("cannot rebuild a collection of what was read: " + e, e);
        }
    }

    @SuppressWarnings("JdkObsolete") // What was a linked list comes back as one.
    private Object readCollection(int tag) {
        final int count = count(1);
        final Collection<@Nullable Object> elements = switch (tag) {
            case Tag.ARRAY_LIST, Tag.FIXED_LIST, Tag.UNMODIFIABLE_LIST -> new ArrayList<>(count);
            case Tag.LINKED_LIST -> new LinkedList<>();
            case Tag.ARRAY_DEQUE -> new ArrayDeque<>(count);
            case Tag.HASH_SET -> HashSet.newHashSet(count);
            case Tag.LINKED_HASH_SET, Tag.UNMODIFIABLE_SET -> LinkedHashSet.newLinkedHashSet(count);
            case Tag.TREE_SET -> new TreeSet<>();
            default -> throw unknown(tag);
        };
        for (int i = 0; i < count; i++) {
            elements.add(read());
        }
        return switch (tag) {
            case Tag.FIXED_LIST -> Arrays.asList(elements.toArray());
            case Tag.UNMODIFIABLE_LIST -> Collections.unmodifiableList((List<?>) elements);
            case Tag.UNMODIFIABLE_SET -> Collections.unmodifiableSet((LinkedHashSet<?>) elements);
            default -> elements;
        };
    }

    private Object readMap(int tag) {
        final int count = count(2);
        final Map<@Nullable Object, @Nullable Object> map = switch (tag) {
            case Tag.HASH_MAP -> HashMap.newHashMap(count);
            case Tag.LINKED_HASH_MAP, Tag.UNMODIFIABLE_MAP -> LinkedHashMap.newLinkedHashMap(count);
            case Tag.TREE_MAP -> new TreeMap<>();
            default -> throw unknown(tag);
        };
        for (int i = 0; i < count; i++) {
            map.put(read(), read());
        }
        return tag == Tag.UNMODIFIABLE_MAP ? Collections.unmodifiableMap(map) : map;
    }

    private Class<?> readClass() {
        final long number = in.getVarint();
        if (number != 0) {
            if (number < 0 || number > classes.size()) {
                throw new CodecException("class number " + Long.toUnsignedString(number) + " of " + classes.size());
            }
            return classes.get((int) number - 1);
        }
        final String name = in.getString();
        if (!policy.allowsName(name)) {
            throw new ClassRefusedException("refused class " + name + ": add it with SerializationPolicy.allowing");
        }
        try {
            final Class<?> type = Class.forName(name, false, loader);
            classes.add(type);
            return type;
        } catch (ClassNotFoundException | LinkageError e) {
            throw new ClassRefusedException("class " + name + " is missing here", e);
        }
    }
}
