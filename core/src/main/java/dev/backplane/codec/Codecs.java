package dev.backplane.codec;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The codecs that come with the library. All are thread-safe and hold nothing.
public final class Codecs {
    private static final Codec<Boolean> BOOLEAN =
            new SimpleCodec<>("boolean", 1, (out, value) -> out.putByte(value ? 1 : 0), in -> in.getByte() != 0);
    private static final Codec<Byte> BYTE =
            new SimpleCodec<>("int8", 1, (out, value) -> out.putByte(value), CodecInput::getByte);
    private static final Codec<Short> SHORT =
            new SimpleCodec<>("int16", 2, (out, value) -> out.putShort(value), CodecInput::getShort);
    private static final Codec<Character> CHAR =
            new SimpleCodec<>("char16", 2, (out, value) -> out.putShort(value), in -> (char) in.getShort());
    private static final Codec<Integer> INT =
            new SimpleCodec<>("int32", 4, (out, value) -> out.putInt(value), CodecInput::getInt);
    private static final Codec<Long> LONG =
            new SimpleCodec<>("int64", 8, (out, value) -> out.putLong(value), CodecInput::getLong);
    private static final Codec<Float> FLOAT =
            new SimpleCodec<>("float32", 4, (out, value) -> out.putFloat(value), CodecInput::getFloat);
    private static final Codec<Double> DOUBLE =
            new SimpleCodec<>("float64", 8, (out, value) -> out.putDouble(value), CodecInput::getDouble);
    private static final Codec<String> STRING =
            new SimpleCodec<>("string", Codec.VARIABLE, CodecOutput::putString, CodecInput::getString);
    private static final Codec<byte[]> BYTES = new SimpleCodec<>(
            "bytes",
            Codec.VARIABLE,
            (out, value) -> {
                out.putVarint(value.length);
                out.putBytes(value);
            },
            in -> in.getBytes(in.getCount(1)));

    private static final Map<Class<?>, Codec<?>> BY_CLASS = Map.ofEntries(
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(byte.class, BYTE),
            Map.entry(Byte.class, BYTE),
            Map.entry(short.class, SHORT),
            Map.entry(Short.class, SHORT),
            Map.entry(char.class, CHAR),
            Map.entry(Character.class, CHAR),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(float.class, FLOAT),
            Map.entry(Float.class, FLOAT),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(String.class, STRING),
            Map.entry(byte[].class, BYTES));

    private Codecs() {}

    /// The codec for a class: of a primitive or its box in its own length, of a string or byte array with a
    /// length, of an enum by ordinal, of a record by component, of anything else in the tagged form. What is
    /// tagged is read under the standard policy, which also allows `type` itself and the enums and records that
    /// are its components, or components of those, or elements of their collections and arrays as declared.
    ///
    /// @param type a class; a primitive class stands for its box
    /// @param <T> the type of the values
    /// @return its codec, which writes no null
    /// @throws CodecException if `type` is a record that cannot be reached
    @SuppressWarnings("unchecked")
    public static <T> Codec<T> of(Class<T> type) {
        final Codec<?> builtIn = BY_CLASS.get(type);
        if (builtIn != null) {
            return (Codec<T>) builtIn;
        }
        if (type.isEnum()) {
            return (Codec<T>) new EnumCodec<>(type.asSubclass(Enum.class));
        }
        final Set<String> named = new LinkedHashSet<>();
        addNamed(type, named);
        final SerializationPolicy policy = SerializationPolicy.standard().allowing(named.toArray(String[]::new));
        final Codec<@Nullable Object> tagged =
                new TaggedCodec(policy, loader()).symmetric(); // The type tells both sides the same policy.
        return type.isRecord() ? new RecordCodec<>(type, tagged) : typed(type, tagged);
    }

    /// Adds a class and every record and enum that it is declared to hold, be it as an element of a collection.
    private static void addNamed(Type type, Set<String> named) {
        switch (type) {
            case ParameterizedType generic -> {
                addComponent(generic.getRawType(), named);
                for (Type argument : generic.getActualTypeArguments()) {
                    addComponent(argument, named);
                }
            }
            case GenericArrayType array -> addComponent(array.getGenericComponentType(), named);
            case WildcardType wildcard -> addComponent(wildcard.getUpperBounds()[0], named);
            case Class<?> plain when plain.isArray() -> addNamed(plain.getComponentType(), named);
            case Class<?> plain
            when named.add(plain.getName()) && plain.isRecord() -> {
                for (RecordComponent component : plain.getRecordComponents()) {
                    addComponent(component.getGenericType(), named);
                }
            }
            default -> {} // A variable, whose values the caller's policy must name, or a class that is known by now.
        }
    }

    private static void addComponent(Type type, Set<String> named) {
        if (!(type instanceof Class<?> plain) || plain.isRecord() || plain.isEnum() || plain.isArray()) {
            addNamed(type, named);
        }
    }

    private static <T> Codec<T> typed(Class<T> type, Codec<@Nullable Object> tagged) {
        return new SimpleCodec<>(
                tagged.name() + " " + type.getName(),
                Codec.VARIABLE,
                (out, value) -> tagged.encode(own(type, value), out),
                in -> checked(type, tagged.decode(in)));
    }

    /// What may be written: a raw caller's value may be of another class, which nobody could read.
    static <T> T own(Class<T> type, T value) {
        return type.cast(Objects.requireNonNull(value, "value"));
    }

    static <T> T checked(Class<T> type, @Nullable Object value) {
        if (!type.isInstance(value)) {
            throw new CodecException("expected a " + type.getName() + ", the bytes hold "
                    + (value == null ? "null" : "a " + value.getClass().getName()));
        }
        return type.cast(value);
    }

    /// The tagged form: a byte that says what follows, then the value, compactly. Nulls, boxed primitives,
    /// strings, arrays, the common collections, enums and records have tags of their own; anything else that is
    /// serializable, such as a lambda or a shared object, goes through Java serialization.
    ///
    /// Collections come back as what they were: array lists, linked lists, deques, hash, linked and naturally
    /// ordered tree sets and maps, unmodifiable ones. That two references named one object is not kept, except
    /// inside what Java serialization wrote.
    ///
    /// @param policy which classes of enums, records and serialized objects may be read, how deeply and how
    ///     much
    /// @return the codec, which writes nulls
    public static Codec<@Nullable Object> tagged(SerializationPolicy policy) {
        return tagged(policy, loader());
    }

    /// The tagged form of classes that a given loader finds.
    ///
    /// @param policy which classes of enums, records and serialized objects may be read, how deeply and how
    ///     much
    /// @param loader where their names are looked up; elsewhere the calling thread's context decides
    /// @return the codec, which writes nulls
    public static Codec<@Nullable Object> tagged(SerializationPolicy policy, ClassLoader loader) {
        return new TaggedCodec(policy, loader);
    }

    /// The tagged form under the standard policy.
    ///
    /// @return the codec, which writes nulls
    /// @see SerializationPolicy#standard
    public static Codec<@Nullable Object> tagged() {
        return tagged(SerializationPolicy.standard());
    }

    /// Java serialization behind an allow-list, for types whose own `writeObject` must run.
    ///
    /// @param type what the values are
    /// @param policy which classes may be read, how deeply and how much
    /// @param <T> the type of the values
    /// @return the codec, which writes no null
    public static <T> Codec<T> java(Class<T> type, SerializationPolicy policy) {
        return new JavaCodec<>(type, policy, loader());
    }

    /// A codec that also refuses to write what its own policy would refuse to read: for what lies where others
    /// find it, and must not turn out to be unreadable only then. Queues, and whatever else holds values in a
    /// segment, use codecs so; connections do not, since the peer's policy is its own.
    ///
    /// @param codec any
    /// @param <T> the type of the values
    /// @return one of the same form and name; `codec` itself if it has no policy
    @SuppressWarnings("unchecked") // The same type of values.
    public static <T> Codec<T> symmetric(Codec<T> codec) {
        if (codec instanceof JavaCodec<T> serialized) {
            return serialized.symmetric();
        }
        return codec instanceof TaggedCodec tagged ? (Codec<T>) tagged.symmetric() : codec;
    }

    /// The codec of a [Codec#name], if a name suffices to find it: the tagged form, which is then read under
    /// the standard policy, and those for primitives, strings, byte arrays, enums, records and fixed records
    /// whose classes, as they are here, have the same constants or components as where the name was made.
    ///
    /// @param name of the codec
    /// @return the codec, or nothing
    public static Optional<Codec<?>> named(String name) {
        return CodecNames.find(name, loader());
    }

    /// The codec of a [Codec#name] that somebody else gave, who need not be trusted: as [#named(String)] finds
    /// it, but of records and enums that a policy allows only. Others are not even loaded.
    ///
    /// @param beginning the name, or the beginning of a long one
    /// @param bytes how many bytes the whole name has in UTF-8
    /// @param policy which classes there may be; the tagged form is read under it
    /// @return the codec
    /// @throws ClassRefusedException if the name is of a class that is not allowed, or not here, or here in
    ///     another version
    /// @throws CodecException if a name does not suffice to find the codec
    public static Codec<?> named(String beginning, int bytes, SerializationPolicy policy) {
        return CodecNames.find(beginning, bytes, policy, loader());
    }

    /// The class whose values a codec writes, if its [Codec#name] tells, and the class is here: primitives, strings,
    /// byte arrays, enums, records and fixed records.
    ///
    /// @param name of the codec
    /// @return the class, or nothing
    public static Optional<Class<?>> typeNamed(String name) {
        return CodecNames.typeOf(name, loader());
    }

    /// Where classes that bytes name are found: where the calling thread finds its own.
    private static ClassLoader loader() {
        final ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : Codecs.class.getClassLoader();
    }
}
