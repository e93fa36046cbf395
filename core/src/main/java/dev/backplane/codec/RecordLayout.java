package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// The bytes of a record class whose components are all primitives: where each component is, as a C compiler
/// would lay out a struct of the same fields.
///
/// ```
///   record Quote(long time, double price, int size, boolean bid)
///
///   0             8              16          20      21      24
///  +-------------+--------------+-----------+-------+- - - -+
///  | time    i64 | price    f64 | size  i32 | bid   | zero  |
///  +-------------+--------------+-----------+-------+- - - -+
/// ```
///
/// Components follow each other in the order of the record's header, each aligned to its own size, little-endian;
/// a boolean is a byte, 0 or 1; the whole is padded to a multiple of the largest. So the layout depends on the
/// record's header alone, and [#signature] tells two versions of a record apart.
///
/// [#write] and [#read] copy component after component by plain accesses: whoever shares the memory with others
/// must order them. Both need no box; the record that [#read] returns is all that is allocated.
///
/// Immutable and thread-safe; one for each class.
///
/// @param <R> the record
public final class RecordLayout<R> {
    /// A component's place.
    ///
    /// @param name of the component
    /// @param type a primitive class
    /// @param offset from the start of the record, in bytes; a multiple of [#bytes]
    public record Field(String name, Class<?> type, int offset) {
        /// How many bytes the component takes.
        ///
        /// @return 1, 2, 4 or 8
        public int bytes() {
            return (int) primitive(type).byteSize();
        }
    }

    /// As many parameters as a constructor can have.
    private static final int MOST_COMPONENTS = 254;

    private static final Map<Class<?>, ValueLayout> PRIMITIVES = Map.of(
            boolean.class, ValueLayout.JAVA_BOOLEAN,
            byte.class, ValueLayout.JAVA_BYTE,
            short.class, ValueLayout.JAVA_SHORT_UNALIGNED,
            char.class, ValueLayout.JAVA_CHAR_UNALIGNED,
            int.class, ValueLayout.JAVA_INT_UNALIGNED,
            long.class, ValueLayout.JAVA_LONG_UNALIGNED,
            float.class, ValueLayout.JAVA_FLOAT_UNALIGNED,
            double.class, ValueLayout.JAVA_DOUBLE_UNALIGNED);

    private static final ClassValue<RecordLayout<?>> LAYOUTS = new ClassValue<>() {
        @Override
        protected RecordLayout<?> computeValue(Class<?> type) {
            return made(type);
        }
    };

    private final Class<R> type;
    private final List<Field> fields;
    private final int bytes;
    private final int alignment;
    private final RecordAccess access;

    /// Where the components are.
    private record Places(List<Field> fields, int bytes, int alignment) {
        static Places of(SequencedMap<String, Class<?>> components) {
            final List<Field> found = new ArrayList<>();
            final int[] ends = {0, 1};
            components.forEach((name, type) -> {
                final int size = (int) primitive(type).byteSize();
                final int offset = aligned(ends[0], size);
                found.add(new Field(name, type, offset));
                ends[0] = offset + size;
                ends[1] = Math.max(ends[1], size);
            });
            return new Places(List.copyOf(found), aligned(ends[0], ends[1]), ends[1]);
        }
    }

    private RecordLayout(Class<R> type, Places places, RecordAccess access) {
        this.type = type;
        this.fields = places.fields();
        this.bytes = places.bytes();
        this.alignment = places.alignment();
        this.access = access;
    }

    private static RecordLayout<?> made(Class<?> type) {
        if (!hasLayout(type)) {
            throw new CodecException(type.getName() + " has no fixed layout: it must be a record with at least one"
                    + " component and none that is not primitive");
        }
        final SequencedMap<String, Class<?>> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(component.getName(), component.getType());
        }
        final Places places = Places.of(components);
        return new RecordLayout<>(type, places, RecordAccess.of(type, places.fields()));
    }

    private static int aligned(int offset, int size) {
        return offset + size - 1 & -size;
    }

    static ValueLayout primitive(Class<?> type) {
        final ValueLayout layout = PRIMITIVES.get(type);
        if (layout == null) {
            throw new CodecException(type.getName() + " is not primitive");
        }
        return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
    }

    /// Whether a class is a record of primitives.
    ///
    /// @param type any class
    /// @return whether [#of] takes it
    public static boolean hasLayout(Class<?> type) {
        final RecordComponent[] components = type.getRecordComponents();
        return components != null
                && components.length > 0
                && Arrays.stream(components)
                        .allMatch(component -> component.getType().isPrimitive());
    }

    /// The layout of a record class.
    ///
    /// @param type the class
    /// @param <R> the record
    /// @return its layout, the same each time
    /// @throws CodecException if it is no record of primitives, or its package is closed to this library
    @SuppressWarnings("unchecked")
    public static <R> RecordLayout<R> of(Class<R> type) {
        return (RecordLayout<R>) LAYOUTS.get(type);
    }

    /// The layout of a record whose class is not here: its records are their bytes, of which [#write] takes
    /// only those that such a record may have.
    ///
    /// @param components their types by their names, in the order of the record's header
    /// @return the layout
    /// @throws CodecException if there is none, one is not primitive, or a name is none of Java's
    public static RecordLayout<byte[]> ofBytes(SequencedMap<String, Class<?>> components) {
        final Places places = placesOf(components);
        return new RecordLayout<>(byte[].class, places, new BytesAccess(places.fields(), places.bytes()));
    }

    /// The layout of a record whose class is not here: its records are maps of their components' values by
    /// their names.
    ///
    /// @param components their types by their names, in the order of the record's header
    /// @return the layout
    /// @throws CodecException if there is none, one is not primitive, or a name is none of Java's
    @SuppressWarnings("unchecked")
    public static RecordLayout<Map<String, Object>> ofMaps(SequencedMap<String, Class<?>> components) {
        final Places places = placesOf(components);
        return new RecordLayout<>(
                (Class<Map<String, Object>>) (Class<?>) Map.class, places, new MapAccess(places.fields()));
    }

    private static Places placesOf(SequencedMap<String, Class<?>> components) {
        if (components.isEmpty() || components.size() > MOST_COMPONENTS) {
            throw new CodecException(
                    components.size() + " components are none of a record, must be 1 to " + MOST_COMPONENTS);
        }
        for (String name : components.keySet()) {
            if (name.isEmpty()
                    || !Character.isJavaIdentifierStart(name.codePointAt(0))
                    || !name.codePoints().allMatch(Character::isJavaIdentifierPart)) {
                throw new CodecException("'" + name + "' is no name of a record's component");
            }
        }
        return Places.of(components);
    }

    /// The record class.
    ///
    /// @return as given to [#of]; of [#ofBytes] that of `byte[]`, of [#ofMaps] that of `Map`
    public Class<R> type() {
        return type;
    }

    /// Where each component is.
    ///
    /// @return in the order of the record's header
    public List<Field> fields() {
        return fields;
    }

    /// The place of a component.
    ///
    /// @param name of the component
    /// @return its place, or nothing if the record has none of that name
    public Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /// How many bytes a record takes.
    ///
    /// @return a multiple of [#alignment]
    public int bytes() {
        return bytes;
    }

    /// What a record's address must be a multiple of for each component to be aligned.
    ///
    /// @return 1, 2, 4 or 8
    public int alignment() {
        return alignment;
    }

    /// Name, type and offset of every component, in words: equal for layouts of equal bytes and names.
    ///
    /// @return for example `{long time@0, double price@8, int size@16, boolean bid@20} 24 bytes`
    public String signature() {
        return fields.stream()
                .map(field -> field.type().getName() + " " + field.name() + "@" + field.offset())
                .collect(Collectors.joining(", ", "{", "} " + bytes + " bytes"));
    }

    /// Copies a record's components into memory, one plain store each. What is between them is left alone.
    ///
    /// @param record what to write
    /// @param memory where to; may be on the heap, and need not be aligned
    /// @param base of the record in `memory`, in bytes
    /// @throws IndexOutOfBoundsException if the record does not fit there; nothing is written then
    /// @throws CodecException if an accessor of the record throws; the components before it are written then
    /// @throws ClassCastException if it is of another class; nothing is written then
    public void write(R record, MemorySegment memory, long base) {
        Objects.checkFromIndexSize(base, bytes, memory.byteSize());
        access.write(record, memory, base);
    }

    /// Makes a record of the components in memory, one plain load each.
    ///
    /// @param memory where from; may be on the heap, and need not be aligned
    /// @param base of the record in `memory`, in bytes
    /// @return a new record
    /// @throws IndexOutOfBoundsException if the memory ends before the record does
    /// @throws CodecException if the record's constructor throws: it does not accept these components
    @SuppressWarnings("unchecked") // The constructor is that of the record class.
    public R read(MemorySegment memory, long base) {
        Objects.checkFromIndexSize(base, bytes, memory.byteSize());
        return (R) access.read(memory, base);
    }

    @Override
    public String toString() {
        return type.getName() + " " + signature();
    }
}
