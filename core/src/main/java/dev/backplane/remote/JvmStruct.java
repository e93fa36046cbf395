package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedStruct;
import dev.backplane.codec.RecordLayout;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A [SharedStruct] for clients that are JVMs: they say what its record's components are, and send records as
/// the bytes of its [RecordLayout]. Its class need not be here.
final class JvmStruct extends JvmReferent {
    private static final Map<String, Class<?>> PRIMITIVES = Stream.<Class<?>>of(
                    boolean.class,
                    byte.class,
                    short.class,
                    char.class,
                    int.class,
                    long.class,
                    float.class,
                    double.class)
            .collect(Collectors.toMap(Class::getName, Function.identity()));

    private final SharedStruct<byte[]> struct;

    private JvmStruct(SharedStruct<byte[]> struct) {
        super("struct");
        this.struct = struct;
    }

    /// Opens one.
    ///
    /// @param manager whose object it is
    /// @param name of the object
    /// @param arguments its components, each as [#component] writes it
    /// @return the struct
    /// @throws IOException if it cannot be opened
    static JvmStruct open(Manager manager, String name, Arguments arguments) throws IOException {
        final SequencedMap<String, Class<?>> components = new LinkedHashMap<>();
        for (Object component : PythonValues.elements(arguments.take("components"))) {
            final String text = String.valueOf(component);
            final int space = text.indexOf(' ');
            final Class<?> type = space < 0 ? null : PRIMITIVES.get(text.substring(0, space));
            if (type == null || components.put(text.substring(space + 1), type) != null) {
                throw Errors.value("'" + text + "' is not the type and name of one more component of a struct");
            }
        }
        return new JvmStruct(ManagerProvider.local().struct(manager, name, RecordLayout.ofBytes(components)));
    }

    /// A component as a client sends it.
    static String component(RecordLayout.Field field) {
        return field.type().getName() + " " + field.name();
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) {
        switch (method) {
            case "get" -> {
                return struct.get();
            }
            case "set" -> struct.set(bytes(arguments.take("record")));
            case "compareAndSet" -> {
                final byte[] expected = bytes(arguments.take("expected"));
                return struct.compareAndSet(expected, bytes(arguments.take("record")));
            }
            case "version" -> {
                return struct.version();
            }
            default -> {
                return ofField(method, arguments);
            }
        }
        return null;
    }

    private @Nullable Object ofField(String method, Arguments arguments) {
        switch (method) {
            case "getLong" -> {
                return field(arguments).getLong();
            }
            case "setLong" -> field(arguments).setLong(PythonValues.index(arguments.take("value")));
            case "getAndAdd" -> {
                return field(arguments).getAndAdd(PythonValues.index(arguments.take("delta")));
            }
            case "getDouble" -> {
                return field(arguments).getDouble();
            }
            case "setDouble" -> field(arguments).setDouble(PythonValues.number(arguments.take("value")));
            default -> throw new UnknownMethodException(method, this);
        }
        return null;
    }

    private SharedStruct.Field field(Arguments arguments) {
        return struct.field(arguments.text("field"));
    }
}
