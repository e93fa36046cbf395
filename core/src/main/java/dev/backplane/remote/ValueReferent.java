package dev.backplane.remote;

import dev.backplane.pickle.PythonRepr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Python's `multiprocessing.managers.Value`: holds anything, whatever its type code says.
final class ValueReferent implements Referent {
    private final @Nullable Object typecode;
    private volatile @Nullable Object value;

    ValueReferent(@Nullable Object typecode, @Nullable Object value) {
        this.typecode = typecode;
        this.value = value;
    }

    /// Python's `Value(typecode, value, lock=True)`.
    static ValueReferent create(Arguments arguments) {
        final Object typecode = arguments.take("typecode");
        final Object value = arguments.take("value");
        arguments.take("lock", true);
        arguments.end();
        return new ValueReferent(typecode, value);
    }

    @Override
    public String typeId() {
        return "Value";
    }

    @Override
    public List<String> exposed() {
        return List.of("get", "set");
    }

    @Override
    public @Nullable Object call(
            String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, Caller caller) {
        final Arguments arguments = new Arguments(method, args, kwargs);
        return switch (method) {
            case "get" -> {
                arguments.end();
                yield value;
            }
            case "set" -> {
                final Object news = arguments.take("value");
                arguments.end();
                value = news;
                yield null;
            }
            default -> throw new UnknownMethodException(method, this);
        };
    }

    @Override
    public Object value() {
        final Map<String, @Nullable Object> state = new LinkedHashMap<>();
        state.put("_typecode", typecode);
        state.put("_value", value);
        return Opaque.object("multiprocessing.managers.Value", state);
    }

    @Override
    public String repr() {
        return "Value(" + PythonRepr.of(typecode) + ", " + PythonRepr.of(value) + ")";
    }
}
