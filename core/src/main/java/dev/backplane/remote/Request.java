package dev.backplane.remote;

import dev.backplane.pickle.PythonTuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client asks for.
///
/// @param ident of the object; null for what concerns the server
/// @param method its name
/// @param args by position
/// @param kwargs by name
record Request(
        @Nullable Object ident, String method, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
    private static final int PARTS = 4;

    /// Checks that a message is a request.
    ///
    /// @param message what a client sent
    /// @return the request
    static Request of(@Nullable Object message) {
        if (!(message instanceof PythonTuple parts)
                || parts.size() != PARTS
                || !(parts.get(1) instanceof String method)
                || !(parts.get(2) instanceof List<?> args)
                || !(parts.get(3) instanceof Map<?, ?> named)) {
            throw Errors.type("a request is a tuple of identifier, method, arguments and keywords, not a "
                    + PythonValues.typeName(message));
        }
        final Map<String, @Nullable Object> kwargs;
        if (named.isEmpty()) {
            kwargs = Map.of();
        } else {
            kwargs = new LinkedHashMap<>();
            named.forEach((name, value) -> {
                if (!(name instanceof String text)) {
                    throw Errors.type("keywords must be strings");
                }
                kwargs.put(text, value);
            });
        }
        @SuppressWarnings("unchecked") // A list of anything.
        final List<@Nullable Object> all = (List<@Nullable Object>) args;
        return new Request(parts.get(0), method, all, kwargs);
    }
}
