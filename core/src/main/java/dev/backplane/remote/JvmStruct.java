package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedStruct;
import dev.backplane.codec.RecordLayout;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A [SharedStruct] for clients that are JVMs: they say what its record's components are, and send records as
/// the bytes of its [RecordLayout]. Its class need not be here.
final class JvmStruct extends JvmReferent {
    private final SharedStruct<byte[]> struct;

    private JvmStruct(SharedStruct<byte[]> struct) {
        super("struct");
        this.struct = struct;
    }

    /// Opens one.
    ///
    /// @param manager whose object it is
    /// @param name of the object
    /// @param arguments its components, as [#components(RecordLayout)] writes them
    /// @return the struct
    /// @throws IOException if it cannot be opened
    static JvmStruct open(Manager manager, String name, Arguments arguments) throws IOException {
        final SequencedMap<String, Class<?>> components = components(arguments.take("components"));
        return new JvmStruct(ManagerProvider.local().struct(manager, name, RecordLayout.ofBytes(components)));
    }

    /// The types of components by their names, as the other side has sent them.
    ///
    /// @param sent what [#components(RecordLayout)] returned, or anything else
    /// @return in the order of the record
    /// @throws dev.backplane.pickle.PythonException if it is something else
    static SequencedMap<String, Class<?>> components(@Nullable Object sent) {
        final SequencedMap<String, Class<?>> components = new LinkedHashMap<>();
        for (Object component : PythonValues.elements(sent)) {
            final String text = String.valueOf(component);
            final int space = text.indexOf(' ');
            final Class<?> type = space < 0 ? null : Class.forPrimitiveName(text.substring(0, space));
            if (type == null || type == void.class || components.put(text.substring(space + 1), type) != null) {
                throw Errors.value("'" + text + "' is not the type and name of one more component of a struct");
            }
        }
        return components;
    }

    /// The components as they are sent.
    static List<String> components(RecordLayout<?> layout) {
        return layout.fields().stream()
                .map(field -> field.type().getName() + " " + field.name())
                .toList();
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
