package dev.backplane.remote;

import dev.backplane.pickle.PythonTuple;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values of Java as a Python client gets them.
///
/// | Java | Python |
/// |---|---|
/// | null, an empty `Optional` | `None` |
/// | numbers, `boolean`, strings, `byte[]` | `int` or `float`, `bool`, `str`, `bytes` |
/// | `char`, an enum constant | `str` |
/// | a `Duration` | `float`, in seconds |
/// | a `BigDecimal`, a `UUID` | `decimal.Decimal`, `uuid.UUID` |
/// | an `Instant`, a date or time of [java.time] | `datetime`, `date`, `time`, see [PythonTimes] |
/// | a record | `dict` of its components |
/// | arrays, collections, sets, maps | `list`, `list`, `set`, `dict` |
/// | values of [dev.backplane.pickle] | what they are |
///
/// Anything else cannot be sent.
final class JavaValues {
    private static final double NANOS = 1e9;

    private JavaValues() {}

    /// Converts a value.
    ///
    /// @param value any
    /// @return one that can be pickled, if there is one
    static @Nullable Object toPython(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Optional<?> optional -> toPython(optional.orElse(null));
            case Character c -> c.toString();
            case Enum<?> constant -> constant.name();
            case Duration duration -> duration.getSeconds() + duration.getNano() / NANOS;
            case BigDecimal number -> Opaque.call("decimal.Decimal", number.toString());
            case UUID id -> Opaque.call("uuid.UUID", id.toString());
            case Temporal time -> PythonTimes.toPython(time);
            case Record fields -> ofRecord(fields);
            case byte[] bytes -> bytes;
            case PythonTuple tuple -> tuple;
            case Set<?> set -> {
                final Set<@Nullable Object> elements = new LinkedHashSet<>();
                set.forEach(element -> elements.add(toPython(element)));
                yield elements;
            }
            case Collection<?> all -> {
                final List<@Nullable Object> elements = new ArrayList<>(all.size());
                all.forEach(element -> elements.add(toPython(element)));
                yield elements;
            }
            case Map<?, ?> map -> {
                final Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                map.forEach((key, element) -> entries.put(toPython(key), toPython(element)));
                yield entries;
            }
            default -> value.getClass().isArray() ? ofArray(value) : value;
        };
    }

    private static List<@Nullable Object> ofArray(Object array) {
        final int length = Array.getLength(array);
        final List<@Nullable Object> elements = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            elements.add(toPython(Array.get(array, i)));
        }
        return elements;
    }

    private static Map<String, @Nullable Object> ofRecord(Record fields) {
        final Map<String, @Nullable Object> components = new LinkedHashMap<>();
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
            try {
                component.getAccessor().trySetAccessible();
                components.put(
                        component.getName(), toPython(component.getAccessor().invoke(fields)));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalArgumentException("cannot read the components of " + fields.getClass(), e);
            }
        }
        return components;
    }

    /// A value of a client's as plain values of Java, for objects that other JVMs read too.
    ///
    /// @param value as it was unpickled
    /// @return the same with tuples as lists, dicts and sets as those of [java.util]
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> {
                final List<@Nullable Object> elements = new ArrayList<>(list.size());
                list.forEach(element -> elements.add(plain(element)));
                yield elements;
            }
            case Set<?> set -> {
                final Set<@Nullable Object> elements = new LinkedHashSet<>();
                set.forEach(element -> elements.add(plain(element)));
                yield elements;
            }
            case Map<?, ?> map -> {
                final Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
                map.forEach((key, element) -> entries.put(plain(key), plain(element)));
                yield entries;
            }
            case null, default -> value;
        };
    }

    /// A whole number within limits.
    ///
    /// @param value what a client gave
    /// @param least the smallest
    /// @param most the greatest
    /// @return the number
    static long within(@Nullable Object value, long least, long most) {
        final BigInteger number = PythonValues.whole(value);
        if (number.bitLength() > Long.SIZE - 1 || number.longValue() < least || number.longValue() > most) {
            throw Errors.overflow(number + " is not within " + least + " and " + most);
        }
        return number.longValue();
    }
}
