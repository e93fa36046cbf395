package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import org.jspecify.annotations.Nullable;

/// The exceptions of Python that this server raises.
final class Errors {
    private Errors() {}

    static PythonException type(String message) {
        return new PythonException("builtins.TypeError", message);
    }

    static PythonException value(String message) {
        return new PythonException("builtins.ValueError", message);
    }

    static PythonException runtime(String message) {
        return new PythonException("builtins.RuntimeError", message);
    }

    static PythonException index(String message) {
        return new PythonException("builtins.IndexError", message);
    }

    static PythonException overflow(String message) {
        return new PythonException("builtins.OverflowError", message);
    }

    static PythonException attribute(String message) {
        return new PythonException("builtins.AttributeError", message);
    }

    static PythonException key(@Nullable Object key) {
        return new PythonException("builtins.KeyError", key);
    }

    static PythonException memory(String message) {
        return new PythonException("builtins.MemoryError", message);
    }

    static PythonException of(String type) {
        return new PythonException(type);
    }
}
