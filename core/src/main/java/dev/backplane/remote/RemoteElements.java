package dev.backplane.remote;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.pickle.PythonByteArray;
import dev.backplane.pickle.PythonEquality;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonObject;
import dev.backplane.pickle.PythonTuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the elements of a collection go to a server and come back.
///
/// They go as the bytes that their codec writes. If programs of Python use them, they go as values of
/// Python's, as far as there are such: what Python has no value for goes as a tuple `("backplane.java",
/// codec, bytes)`, which Python's programs can hand on.
///
/// @param <E> their type
abstract class RemoteElements<E> {
    /// Comes first in the tuple that holds what Python has no value for.
    static final String WRAPPER = "backplane.java";

    private static final int WRAPPER_PARTS = 3;
    private static final List<Class<?>> NUMBERS = List.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Character.class);

    private final Codec<E> codec;

    private RemoteElements(Codec<E> codec) {
        this.codec = Codecs.symmetric(codec);
    }

    /// The elements of a codec.
    ///
    /// @param codec of the elements
    /// @param pythons whether programs of Python use them
    /// @param <E> their type
    /// @return the conversion
    static <E> RemoteElements<E> of(Codec<E> codec, boolean pythons) {
        return pythons ? new AsValues<>(codec) : new AsBytes<>(codec);
    }

    Codec<E> codec() {
        return codec;
    }

    /// What goes to the server.
    ///
    /// @param element not null
    /// @return what can be pickled
    /// @throws CodecException if the codec refuses it
    abstract Object toWire(E element);

    /// What came from the server.
    ///
    /// @param wire not null
    /// @return the element
    /// @throws CodecException if it is none of the codec's
    abstract E fromWire(Object wire);

    /// What came from the server, or nothing.
    final @Nullable E ofNullable(@Nullable Object wire) {
        return wire == null ? null : fromWire(wire);
    }

    /// Several at once.
    final List<E> fromAll(List<@Nullable Object> wires) {
        final List<E> elements = new ArrayList<>();
        for (Object wire : wires) {
            elements.add(fromWire(Objects.requireNonNull(wire, "an element is None")));
        }
        return elements;
    }

    /// An element, equal to others as a server sees it.
    static final class Key {
        private final @Nullable Object wire;
        private final int hash;

        Key(@Nullable Object wire) {
            this.wire = wire;
            this.hash = hashOf(wire);
        }

        private static int hashOf(@Nullable Object wire) {
            try {
                return Long.hashCode(PythonEquality.hash(wire));
            } catch (PythonException e) {
                return 0; // Lists and dicts have none.
            }
        }

        @Nullable
        Object wire() {
            return wire;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that && hash == that.hash && isSame(wire, that.wire);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /// Whether two are equal for a server.
    static boolean isSame(@Nullable Object a, @Nullable Object b) {
        return PythonEquality.equal(a, b);
    }

    final byte[] encode(E element) {
        Objects.requireNonNull(element, "an element");
        try {
            return codec.toBytes(element);
        } catch (ClassCastException e) {
            throw new CodecException(
                    "codec " + codec.name() + " does not write a "
                            + element.getClass().getName(),
                    e);
        }
    }

    private static final class AsBytes<E> extends RemoteElements<E> {
        AsBytes(Codec<E> codec) {
            super(codec);
        }

        @Override
        Object toWire(E element) {
            return encode(element);
        }

        @Override
        E fromWire(Object wire) {
            if (wire instanceof byte[] bytes) {
                return codec().fromBytes(bytes);
            }
            throw new CodecException(
                    "an element is a " + PythonValues.typeName(wire) + ", not what codec " + codec().name() + " wrote");
        }
    }

    private static final class AsValues<E> extends RemoteElements<E> {
        private final @Nullable Class<?> number;

        AsValues(Codec<E> codec) {
            super(codec);
            this.number = NUMBERS.stream()
                    .filter(type -> Codecs.of(type).name().equals(codec.name()))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        Object toWire(E element) {
            Objects.requireNonNull(element, "an element");
            final Object value = valueOf(element);
            return value != null ? value : PythonTuple.of(WRAPPER, codec().name(), encode(element));
        }

        /// The value of Python's that says the same; null if there is none.
        private static @Nullable Object valueOf(@Nullable Object element) {
            return switch (element) {
                case null -> null;
                case Character c -> c.toString();
                case String text -> text;
                case Boolean truth -> truth;
                case BigInteger whole -> whole;
                case Byte whole -> whole;
                case Short whole -> whole;
                case Integer whole -> whole;
                case Long whole -> whole;
                case Float real -> real;
                case Double real -> real;
                case byte[] bytes -> bytes;
                case PythonByteArray bytes -> bytes;
                case PythonTuple tuple -> tuple;
                case PythonObject object -> object;
                case List<?> list -> ofAll(list, new ArrayList<>());
                case Set<?> set -> ofAll(set, new java.util.LinkedHashSet<>());
                case Map<?, ?> map -> ofMap(map);
                default -> null;
            };
        }

        private static @Nullable Object ofAll(Collection<?> from, Collection<@Nullable Object> into) {
            for (Object element : from) {
                final Object value = valueOf(element);
                if (value == null && element != null) {
                    return null;
                }
                into.add(value);
            }
            return into;
        }

        private static @Nullable Object ofMap(Map<?, ?> map) {
            final Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                final Object key = valueOf(entry.getKey());
                final Object value = valueOf(entry.getValue());
                if (key == null && entry.getKey() != null || value == null && entry.getValue() != null) {
                    return null;
                }
                entries.put(key, value);
            }
            return entries;
        }

        @Override
        @SuppressWarnings("unchecked") // As with what is read from a file: who reads says what he expects.
        E fromWire(Object wire) {
            if (wire instanceof PythonTuple parts
                    && parts.size() == WRAPPER_PARTS
                    && WRAPPER.equals(parts.get(0))
                    && parts.get(2) instanceof byte[] bytes) {
                if (!codec().name().equals(parts.get(1))) {
                    throw new CodecException("an element is of codec " + parts.get(1) + ", not of " + codec().name());
                }
                return codec().fromBytes(bytes);
            }
            if (number != null) {
                try {
                    return (E) Objects.requireNonNull(JavaArguments.convert(wire, number));
                } catch (PythonException e) {
                    throw new CodecException("an element is not what codec " + codec().name() + " is for", e);
                }
            }
            return (E) wire;
        }
    }
}
