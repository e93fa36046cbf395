package dev.backplane.pickle;

import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A Python exception on Java's side: the name of its type and its arguments.
///
/// [Pickle] writes it as a call of its type, so that Python gets the exception itself, and reads exceptions
/// of the standard library that [PickleGlobals] lists into it. One that was read has no stack trace, until
/// [#fillInStackTrace] is called before it is thrown here.
public final class PythonException extends RuntimeException {
    private static final String BUILTINS = "builtins.";

    @Serial
    private static final long serialVersionUID = 1L;

    /// The name of its class, with the module.
    private final String type;
    private final transient PythonTuple args;
    private transient @Nullable Object state;
    private transient boolean untraced;

    /// Creates an exception.
    ///
    /// @param type the type's name with its module, such as `builtins.KeyError` or `queue.Empty`
    /// @param args the exception's arguments
    /// @throws IllegalArgumentException if the name has no module
    public PythonException(String type, @Nullable Object... args) {
        this(type, PythonTuple.of(args), false);
    }

    /// Takes the place of the constructor for a reader, whose exceptions were not raised where it stands.
    PythonException(String type, PythonTuple args, boolean untraced) {
        Objects.requireNonNull(type, "type");
        final int dot = type.lastIndexOf('.');
        if (dot < 1 || dot == type.length() - 1) {
            throw new IllegalArgumentException(
                    "the name of an exception's type is 'module.name', as in 'builtins.KeyError', not '" + type + "'");
        }
        this.untraced = untraced;
        this.type = type;
        this.args = args;
        super();
    }

    /// A `RecursionError`.
    ///
    /// @param doing what it says that was done too deeply
    /// @param cause where the stack ended, or null if a depth of our own did
    static PythonException tooDeep(String doing, @Nullable StackOverflowError cause) {
        final PythonException refusal =
                new PythonException(BUILTINS + "RecursionError", "maximum recursion depth exceeded " + doing);
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    /// The type's name with its module.
    ///
    /// @return such as `builtins.KeyError`
    public String type() {
        return type;
    }

    /// The arguments.
    ///
    /// @return what Python's `args` has
    public PythonTuple args() {
        return args == null ? PythonTuple.EMPTY : args; // Null after Java's serialization, which leaves them behind.
    }

    /// Whether it is of this type; subclasses of the type are not known here and do not count.
    ///
    /// @param qualifiedName a name with its module
    /// @return whether that is its type
    public boolean isType(String qualifiedName) {
        return type.equals(qualifiedName);
    }

    /// What the exception has besides its arguments, such as a dict with `__notes__`.
    @Nullable
    Object state() {
        return state;
    }

    void build(@Nullable Object more) {
        state = more;
    }

    /// The text that Python's `str` gives for it.
    ///
    /// @return the argument's text, all arguments if there are several, or the empty string
    public String text() {
        final PythonTuple all = args();
        if (all.isEmpty()) {
            return "";
        }
        if (all.size() > 1) {
            return PythonRepr.brief(all);
        }
        return all.get(0) instanceof String string && !type.equals("builtins.KeyError")
                ? string
                : PythonRepr.brief(all.get(0));
    }

    /// The last line of a Python traceback, such as `KeyError: 'x'`.
    @Override
    public String getMessage() {
        final String name = type.startsWith(BUILTINS) ? type.substring(BUILTINS.length()) : type;
        final String text = text();
        return text.isEmpty() ? name : name + ": " + text;
    }

    /// Records where the calling thread is; when a reader makes the exception, nothing.
    @Override
    public synchronized Throwable fillInStackTrace() {
        if (untraced) {
            untraced = false;
            return this;
        }
        return super.fillInStackTrace();
    }
}
