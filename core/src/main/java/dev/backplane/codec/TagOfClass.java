package dev.backplane.codec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which tag the values of a class get. A subclass of a collection may hold more than its elements, so only the
/// JDK's own classes have tags; all others go through Java serialization.
final class TagOfClass extends ClassValue<Integer> {
    private static final Map<Class<?>, Integer> TAGS = Map.ofEntries(
            Map.entry(Byte.class, Tag.BYTE),
            Map.entry(Short.class, Tag.SHORT),
            Map.entry(Character.class, Tag.CHAR),
            Map.entry(Integer.class, Tag.INT),
            Map.entry(Long.class, Tag.LONG),
            Map.entry(Float.class, Tag.FLOAT),
            Map.entry(Double.class, Tag.DOUBLE),
            Map.entry(String.class, Tag.STRING),
            Map.entry(byte[].class, Tag.BYTE_ARRAY),
            Map.entry(boolean[].class, Tag.BOOLEAN_ARRAY),
            Map.entry(short[].class, Tag.SHORT_ARRAY),
            Map.entry(char[].class, Tag.CHAR_ARRAY),
            Map.entry(int[].class, Tag.INT_ARRAY),
            Map.entry(long[].class, Tag.LONG_ARRAY),
            Map.entry(float[].class, Tag.FLOAT_ARRAY),
            Map.entry(double[].class, Tag.DOUBLE_ARRAY),
            Map.entry(ArrayList.class, Tag.ARRAY_LIST),
            Map.entry(LinkedList.class, Tag.LINKED_LIST),
            Map.entry(ArrayDeque.class, Tag.ARRAY_DEQUE),
            Map.entry(Arrays.asList().getClass(), Tag.FIXED_LIST),
            Map.entry(JoinedList.class, Tag.FIXED_LIST),
            Map.entry(HashSet.class, Tag.HASH_SET),
            Map.entry(LinkedHashSet.class, Tag.LINKED_HASH_SET),
            Map.entry(TreeSet.class, Tag.TREE_SET),
            Map.entry(HashMap.class, Tag.HASH_MAP),
            Map.entry(LinkedHashMap.class, Tag.LINKED_HASH_MAP),
            Map.entry(TreeMap.class, Tag.TREE_MAP));

    static final TagOfClass TAG = new TagOfClass();

    private TagOfClass() {}

    @Override
    protected Integer computeValue(Class<?> type) {
        final Integer known = TAGS.get(type);
        if (known != null) {
            return known;
        }
        if (type.isRecord()) {
            return Tag.RECORD;
        }
        if (type.isEnum()
                || type.getSuperclass() != null && type.getSuperclass().isEnum()) {
            return Tag.ENUM;
        }
        if (type.isArray()) {
            return type.getComponentType().isArray() ? Tag.SERIALIZED : Tag.OBJECT_ARRAY;
        }
        return isUnmodifiable(type.getName()) ? unmodifiable(type) : Tag.SERIALIZED;
    }

    /// The JDK's unmodifiable collections are private classes, and which one a call returns is its own affair.
    private static boolean isUnmodifiable(String name) {
        return name.startsWith("java.util.ImmutableCollections$")
                || name.matches("java\\.util\\.Collections\\$(Empty|Singleton)(List|Set|Map)")
                || name.matches("java\\.util\\.Collections\\$Unmodifiable(List|RandomAccessList|Set|Map)");
    }

    private static int unmodifiable(Class<?> type) {
        if (List.class.isAssignableFrom(type)) {
            return Tag.UNMODIFIABLE_LIST;
        }
        if (Set.class.isAssignableFrom(type)) {
            return Tag.UNMODIFIABLE_SET;
        }
        return Map.class.isAssignableFrom(type) ? Tag.UNMODIFIABLE_MAP : Tag.SERIALIZED;
    }
}
