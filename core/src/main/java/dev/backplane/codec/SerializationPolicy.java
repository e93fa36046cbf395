package dev.backplane.codec;

import java.io.ObjectInputFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which classes may be built from bytes, and how much.
///
/// A policy is an allow-list: a class that no pattern names is refused before any of its code runs. A pattern
/// is a class name, a package followed by `.*`, or a package followed by `.**` for its subpackages too.
/// Immutable.
///
/// @param allowed the patterns; `**` alone allows every class
/// @param maxDepth how deeply objects may nest
/// @param maxReferences how many objects one stream may hold
/// @param maxArrayLength how long an array may be
/// @param maxBytes how long the stream may be
public record SerializationPolicy(
        List<String> allowed, long maxDepth, long maxReferences, long maxArrayLength, long maxBytes) {
    /// The longest table that a map makes for its entries, which take two bytes each at least, is four slots for each
    /// byte; twice that is allowed.
    private static final int SLOTS_PER_BYTE = 8;

    /// A map of nothing has a table, too.
    private static final int LEAST_SLOTS = 64;

    private static final String EVERYTHING = "**";
    private static final List<String> STANDARD = List.of(
            "java.lang.Object",
            "java.lang.Number",
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Short",
            "java.lang.Character",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.lang.String",
            "java.lang.Enum",
            "java.lang.Record",
            "java.lang.invoke.SerializedLambda",
            "java.math.*",
            "java.time.*",
            "java.time.chrono.*",
            "java.util.ArrayList",
            "java.util.ArrayDeque",
            "java.util.Arrays$ArrayList",
            "java.util.BitSet",
            "java.util.CollSer",
            "java.util.Date",
            "java.util.EnumMap",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.LinkedList",
            "java.util.Locale",
            "java.util.Map$Entry",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.UUID",
            "dev.backplane.*",
            "dev.backplane.store.SegmentHandle",
            "dev.backplane.shm.AttachOnRead");

    /// Copies the list and checks the limits.
    public SerializationPolicy {
        allowed = List.copyOf(allowed);
        if (maxDepth < 1 || maxReferences < 1 || maxArrayLength < 0 || maxBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: depth " + maxDepth + ", references "
                    + maxReferences + ", array length " + maxArrayLength + ", bytes " + maxBytes);
        }
    }

    /// Boxed numbers, strings, the collections of java.util, java.time, java.math, lambdas and shared objects;
    /// at most 64 deep, 10⁶ objects, 64 MiB. Classes of the application are added with [#allowing].
    ///
    /// A lambda runs code of the class that made it, so that class must be allowed as well.
    ///
    /// @return the policy
    public static SerializationPolicy standard() {
        return new SerializationPolicy(STANDARD, 64, 1_000_000, 1 << 26, 1 << 26);
    }

    /// Every class, within limits: for channels that only processes of this user can write, such as a pool's.
    ///
    /// @return the policy
    public static SerializationPolicy sameUser() {
        return new SerializationPolicy(List.of(EVERYTHING), 1_000, 100_000_000, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /// This policy with more classes allowed.
    ///
    /// @param patterns class names, or packages followed by `.*` or `.**`
    /// @return a copy
    public SerializationPolicy allowing(String... patterns) {
        final List<String> all = new ArrayList<>(allowed);
        all.addAll(List.of(patterns));
        return new SerializationPolicy(all, maxDepth, maxReferences, maxArrayLength, maxBytes);
    }

    /// This policy with other limits.
    ///
    /// @param depth how deeply objects may nest
    /// @param bytes how long the stream may be
    /// @return a copy
    public SerializationPolicy limitedTo(long depth, long bytes) {
        return new SerializationPolicy(allowed, depth, maxReferences, maxArrayLength, bytes);
    }

    /// Whether a class may be built.
    ///
    /// @param type the class; of an array, its element type is what counts
    /// @return true if some pattern names it
    public boolean allows(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.isPrimitive() || allowsName(element.getName());
    }

    /// Whether a class of that name may be built.
    ///
    /// @param name as [Class#getName] gives it, not of an array
    /// @return true if some pattern names it
    public boolean allowsName(String name) {
        for (String pattern : allowed) {
            if (matches(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String name) {
        if (pattern.equals(EVERYTHING) || pattern.equals(name)) {
            return true;
        }
        if (pattern.endsWith(".**")) {
            return name.startsWith(pattern.substring(0, pattern.length() - 2));
        }
        return pattern.endsWith(".*")
                && name.startsWith(pattern.substring(0, pattern.length() - 1))
                && name.lastIndexOf('.') == pattern.length() - 2;
    }

    /// The limits as a filter of Java serialization.
    ///
    /// Classes are checked by name before they are loaded, see [JavaSerialization]; a filter is also asked
    /// about what an object resolves to, such as the list behind a serialized `List.of`, which no stream can
    /// name.
    ///
    /// @param bytes how many there are to read: no array may be longer than they can hold, since it is made first
    ObjectInputFilter limits(int bytes) {
        return info -> info.depth() > maxDepth
                        || info.references() > maxReferences
                        || info.arrayLength() > Math.min(maxArrayLength, mostElements(info.serialClass(), bytes))
                        || info.streamBytes() > maxBytes
                ? ObjectInputFilter.Status.REJECTED
                : ObjectInputFilter.Status.ALLOWED;
    }

    /// How long an array may be that is read from so many bytes. One of references may be the table that a map makes
    /// for its entries, hardly filled.
    private static long mostElements(@Nullable Class<?> array, int bytes) {
        final Class<?> element = array == null ? null : array.getComponentType();
        if (element == null || !element.isPrimitive()) {
            return (long) SLOTS_PER_BYTE * bytes + LEAST_SLOTS;
        }
        return bytes / bytesOf(element);
    }

    private static int bytesOf(Class<?> primitive) {
        if (primitive == long.class || primitive == double.class) {
            return Long.BYTES;
        }
        if (primitive == int.class || primitive == float.class) {
            return Integer.BYTES;
        }
        return primitive == short.class || primitive == char.class ? Short.BYTES : 1;
    }
}
