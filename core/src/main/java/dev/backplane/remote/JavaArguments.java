package dev.backplane.remote;

import dev.backplane.pickle.PythonByteArray;
import dev.backplane.pickle.PythonRepr;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Values of Python as parameters of Java's methods, by the parameters' types.
///
/// A whole number is any of Java's that it fits, a `float` (or a whole number) a `double` or `float`, `str`
/// a string, a `char`, or the constant of that name of an enum, `bytes` a `byte[]`, a `list` or `tuple` a
/// list, set, array or record, a `dict` a map or record, a number of seconds a [Duration], `None` an empty
/// [Optional] or null; a proxy of an object of a registered interface is that object; a parameter of type
/// `Object` takes values as they are.
final class JavaArguments {
    private static final double NANOS = 1e9;

    private JavaArguments() {}

    /// Converts a value.
    ///
    /// @param value what a client gave
    /// @param type what is needed, with type arguments
    /// @return the value of that type
    static @Nullable Object convert(@Nullable Object value, Type type) {
        final Class<?> raw = rawOf(type);
        if (raw == Optional.class) {
            return value == null ? Optional.empty() : Optional.ofNullable(convert(value, argument(type, 0)));
        }
        if (value == null) {
            if (raw.isPrimitive()) {
                throw mismatch(null, raw);
            }
            return null;
        }
        if (Proxies.referentOf(value) instanceof ApiReferent api && raw.isInstance(api.target())) {
            return api.target();
        }
        final Object converted = raw.isPrimitive() || Number.class.isAssignableFrom(raw) || raw == Boolean.class
                ? number(value, raw)
                : other(value, type, raw);
        if (converted == null) {
            throw mismatch(value, raw);
        }
        return converted;
    }

    private static RuntimeException mismatch(@Nullable Object value, Class<?> raw) {
        return Errors.type(
                "expected what is a " + raw.getSimpleName() + " in Java, not " + PythonValues.typeName(value));
    }

    private static @Nullable Object number(Object value, Class<?> raw) {
        if (raw == boolean.class || raw == Boolean.class) {
            return value instanceof Boolean ? value : null;
        }
        if (raw == char.class) {
            return value instanceof String text && text.length() == 1 ? text.charAt(0) : null;
        }
        if (raw == double.class || raw == Double.class) {
            return PythonValues.number(value);
        }
        if (raw == float.class || raw == Float.class) {
            return (float) PythonValues.number(value);
        }
        if (!PythonValues.isWhole(value)) {
            return value instanceof Number && raw == Number.class ? value : null;
        }
        if (raw == long.class || raw == Long.class || raw == Number.class) {
            return JavaValues.within(value, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (raw == int.class || raw == Integer.class) {
            return (int) JavaValues.within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (raw == short.class || raw == Short.class) {
            return (short) JavaValues.within(value, Short.MIN_VALUE, Short.MAX_VALUE);
        }
        if (raw == byte.class || raw == Byte.class) {
            return (byte) JavaValues.within(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        return raw == BigInteger.class ? PythonValues.whole(value) : null;
    }

    private static @Nullable Object other(Object value, Type type, Class<?> raw) {
        if (raw == Character.class) {
            return number(value, char.class);
        }
        if (raw.isEnum()) {
            return constant(value, raw);
        }
        if (raw == Duration.class) {
            return Duration.ofNanos((long) (PythonValues.number(value) * NANOS));
        }
        if (raw == byte[].class) {
            return value instanceof PythonByteArray array ? array.bytes() : value instanceof byte[] ? value : null;
        }
        if (raw.isRecord()) {
            return fields(value, raw);
        }
        if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
            final Object container = container(value, type, raw);
            if (container != null) {
                return container;
            }
        }
        return raw.isInstance(value) ? value : null;
    }

    private static Object constant(Object value, Class<?> raw) {
        for (Object constant : raw.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(value)) {
                return constant;
            }
        }
        throw Errors.value(PythonRepr.of(value) + " is no constant of " + raw.getSimpleName());
    }

    private static @Nullable Object container(Object value, Type type, Class<?> raw) {
        if (raw.isArray()) {
            return array(value, raw.getComponentType());
        }
        if (type instanceof ParameterizedType && value instanceof Map<?, ?> map && raw == Map.class) {
            final Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
            map.forEach((key, element) ->
                    entries.put(convert(key, argument(type, 0)), convert(element, argument(type, 1))));
            return entries;
        }
        if (!(type instanceof ParameterizedType) || !(value instanceof Collection<?> all)) {
            return null;
        }
        final Collection<@Nullable Object> elements;
        if (raw == Set.class) {
            elements = new LinkedHashSet<>();
        } else if (raw.isAssignableFrom(List.class)) {
            elements = new java.util.ArrayList<>(all.size());
        } else {
            return null;
        }
        all.forEach(element -> elements.add(convert(element, argument(type, 0))));
        return elements;
    }

    private static @Nullable Object array(Object value, Class<?> component) {
        if (!(value instanceof Collection<?> all)) {
            return null;
        }
        final Object array = Array.newInstance(component, all.size());
        int i = 0;
        for (Object element : all) {
            Array.set(array, i++, convert(element, component));
        }
        return array;
    }

    private static Object fields(Object value, Class<?> raw) {
        final RecordComponent[] components = raw.getRecordComponents();
        final @Nullable Object[] values = new Object[components.length];
        final Class<?>[] types = new Class<?>[components.length];
        final List<?> positional = value instanceof List<?> list && list.size() == values.length ? list : null;
        final Map<?, ?> named = value instanceof Map<?, ?> map && map.size() == values.length ? map : null;
        for (int i = 0; i < values.length; i++) {
            final String name = components[i].getName();
            final Object part;
            if (positional != null) {
                part = positional.get(i);
            } else if (named != null && named.containsKey(name)) {
                part = named.get(name);
            } else {
                throw Errors.type("a " + raw.getSimpleName() + " has " + values.length
                        + " components, which a list or a dict must give, " + name + " for one");
            }
            values[i] = convert(part, components[i].getGenericType());
            types[i] = components[i].getType();
        }
        try {
            final Constructor<?> constructor = raw.getDeclaredConstructor(types);
            constructor.trySetAccessible();
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalArgumentException("cannot make a " + raw, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot make a " + raw, e);
        }
    }

    private static Class<?> rawOf(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            case WildcardType wildcard -> rawOf(wildcard.getUpperBounds()[0]);
            default -> Object.class;
        };
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[index] : Object.class;
    }
}
