package dev.backplane.remote;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The arguments of one call, taken one after the other as Python binds them: by position, then by name.
final class Arguments {
    private final String method;
    private final List<@Nullable Object> args;
    private final Map<String, @Nullable Object> kwargs;
    private int taken;

    /// @param method for messages
    /// @param args by position
    /// @param kwargs by name
    Arguments(String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
        this.method = method;
        this.args = args;
        this.kwargs = kwargs.isEmpty() ? Map.of() : new LinkedHashMap<>(kwargs);
    }

    /// The next argument, which must be there.
    ///
    /// @param name of the parameter
    /// @return its value
    @Nullable
    Object take(String name) {
        if (!has(name)) {
            throw Errors.type(method + "() missing required argument: '" + name + "'");
        }
        return next(name, null);
    }

    /// The next argument.
    ///
    /// @param name of the parameter
    /// @param otherwise its default
    /// @return its value
    @Nullable
    Object take(String name, @Nullable Object otherwise) {
        return next(name, otherwise);
    }

    /// Whether the next argument is there.
    ///
    /// @param name of the parameter
    /// @return true if it is
    boolean has(String name) {
        return taken < args.size() || kwargs.containsKey(name);
    }

    /// Whether no argument is left.
    ///
    /// @return true if so
    boolean isEmpty() {
        return taken >= args.size() && kwargs.isEmpty();
    }

    /// How many arguments there are by position.
    ///
    /// @return 0 or more
    int args() {
        return args.size();
    }

    private @Nullable Object next(String name, @Nullable Object otherwise) {
        if (taken < args.size()) {
            if (kwargs.containsKey(name)) {
                throw Errors.type(method + "() got multiple values for argument '" + name + "'");
            }
            return args.get(taken++);
        }
        taken++;
        return kwargs.containsKey(name) ? kwargs.remove(name) : otherwise;
    }

    /// All that is left by name.
    ///
    /// @return in the order in which they were given
    Map<String, @Nullable Object> named() {
        final Map<String, @Nullable Object> rest = new LinkedHashMap<>(kwargs);
        if (!kwargs.isEmpty()) {
            kwargs.clear();
        }
        return rest;
    }

    /// Refuses what is left.
    void end() {
        if (taken < args.size()) {
            throw Errors.type(
                    method + "() takes at most " + taken + " positional arguments but " + args.size() + " were given");
        }
        if (!kwargs.isEmpty()) {
            throw Errors.type(method + "() got an unexpected keyword argument '"
                    + kwargs.keySet().iterator().next() + "'");
        }
    }

    /// The next argument as a truth value.
    ///
    /// @param name of the parameter
    /// @param otherwise its default
    /// @return what Python's `bool` makes of it
    boolean truth(String name, boolean otherwise) {
        return PythonValues.truth(take(name, otherwise));
    }

    /// The next argument as a whole number.
    ///
    /// @param name of the parameter
    /// @param otherwise its default
    /// @return its value
    long index(String name, long otherwise) {
        return PythonValues.index(take(name, otherwise));
    }

    /// The next argument as text.
    ///
    /// @param name of the parameter
    /// @return its value
    String text(String name) {
        final Object value = take(name);
        if (value instanceof String text) {
            return text;
        }
        throw Errors.type(method + "() argument '" + name + "' must be str, not " + PythonValues.typeName(value));
    }

    /// The next argument as a time-out in seconds.
    ///
    /// @param name of the parameter
    /// @return nanoseconds, negative ones as they are; [Caller#FOREVER] for None, and if there is none
    long timeout(String name) {
        final Object value = take(name, null);
        if (value == null) {
            return Caller.FOREVER;
        }
        final double seconds = PythonValues.number(value);
        if (Double.isNaN(seconds)) {
            throw Errors.value("Invalid value NaN (not a number)");
        }
        return (long) (seconds * 1e9); // Saturates.
    }
}
