package dev.backplane.pickle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which calls in a pickle become values of Java; every other one is kept as a [PythonObject] and never made.
///
/// Immutable. Nothing is ever looked up by a name that a pickle has, save here: no class is loaded, no
/// method is called that this list does not have.
public final class PickleGlobals {
    private static final PickleGlobals OPAQUE = new PickleGlobals(Map.of());
    private static final PickleGlobals STANDARD = new PickleGlobals(StandardGlobals.all());

    private final Map<String, Function<PythonTuple, @Nullable Object>> calls;

    private PickleGlobals(Map<String, Function<PythonTuple, @Nullable Object>> calls) {
        this.calls = calls;
    }

    /// Calls that Python's picklers use for plain values (`set`, `frozenset`, `bytes`, `bytearray`, and
    /// `_codecs.encode` for the bytes of protocols up to 2), and the exceptions of `builtins`, `queue`,
    /// `threading` and `multiprocessing`.
    ///
    /// @return that list
    public static PickleGlobals standard() {
        return STANDARD;
    }

    /// No call at all: everything that is not plain in the pickle itself is opaque.
    ///
    /// @return an empty list
    public static PickleGlobals opaque() {
        return OPAQUE;
    }

    /// The same with another call.
    ///
    /// @param module a module's name
    /// @param name a name in it
    /// @param call gets the arguments, as untrusted as the pickle is, and returns the value; null to leave that
    ///     call opaque
    /// @return a new list
    public PickleGlobals with(String module, String name, Function<PythonTuple, @Nullable Object> call) {
        Objects.requireNonNull(call, "call");
        final Map<String, Function<PythonTuple, @Nullable Object>> all = new HashMap<>(calls);
        all.put(module + '.' + name, call);
        return new PickleGlobals(Map.copyOf(all));
    }

    /// The same with another exception.
    ///
    /// @param module a module's name
    /// @param name an exception's name in it
    /// @return a new list
    public PickleGlobals withException(String module, String name) {
        return with(module, name, args -> new PythonException(module + '.' + name, args, true));
    }

    /// The names that are on the list.
    ///
    /// @return names with their modules, sorted
    public List<String> names() {
        final List<String> names = new ArrayList<>(calls.keySet());
        names.sort(null);
        return names;
    }

    /// What a call returns: a value of Java, or itself as an object.
    Object call(PythonObject callable, PythonTuple arguments) {
        final Function<PythonTuple, @Nullable Object> call = callable.isGlobal() ? calls.get(callable.global()) : null;
        final Object value = call == null ? null : call.apply(arguments);
        return value == null ? PythonObject.reduce(callable, arguments) : value;
    }
}
