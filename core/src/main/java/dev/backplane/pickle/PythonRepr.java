package dev.backplane.pickle;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The text that Python's `repr` gives for a value.
///
/// The same text as Python's for all that has a form of its own here. The elements of a set come in the
/// order in which they were added, while Python's order is that of a hash table. An object that Java does
/// not know is shown by its class.
public final class PythonRepr {
    private static final int LONGEST = 1 << 28;
    private static final int BRIEF = 10_000;
    private static final int DEEPEST = 500;
    private static final String ELLIPSIS = "...";
    private static final String DOING = "while getting the repr of an object";

    private final StringBuilder out = new StringBuilder();
    private final IdentityHashMap<Object, Boolean> open = new IdentityHashMap<>();
    private final int most;
    private final boolean brief;

    private PythonRepr(int most, boolean brief) {
        this.most = most;
        this.brief = brief;
    }

    /// Python's `repr` of a value.
    ///
    /// @param value any value
    /// @return the text
    /// @throws PythonException a `RecursionError` if the value is nested too deeply, a `MemoryError` if the
    ///     text would be longer than 256 Mi characters, as that of values that share their parts may be
    public static String of(@Nullable Object value) {
        final PythonRepr repr = new PythonRepr(LONGEST, false);
        try {
            repr.append(value, 0);
        } catch (StackOverflowError e) {
            throw PythonException.tooDeep(DOING, e);
        }
        if (repr.isFull()) {
            throw new PythonException("builtins.MemoryError");
        }
        return repr.out.toString();
    }

    /// Python's `str` of a value: a string itself, the message of an exception, the `repr` of anything else.
    ///
    /// @param value any value
    /// @return the text
    /// @throws PythonException as [#of] does
    public static String text(@Nullable Object value) {
        return value instanceof String string ? string : value instanceof PythonException e ? e.text() : of(value);
    }

    /// The first characters of a value's text, for messages: never fails, never takes long.
    static String brief(@Nullable Object value) {
        final PythonRepr repr = new PythonRepr(BRIEF, true);
        try {
            repr.append(value, 0);
        } catch (StackOverflowError _) { // Somebody who says what went wrong may be near the end of the stack.
            repr.out.append(ELLIPSIS);
        }
        if (repr.isFull()) {
            repr.out.setLength(BRIEF);
            repr.out.append(ELLIPSIS);
        }
        return repr.out.toString();
    }

    private boolean isFull() {
        return out.length() > most;
    }

    private void append(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("None");
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Double number -> out.append(PythonText.number(number));
            case Float number -> out.append(PythonText.number(number));
            case Number integer -> out.append(integer);
            case String text -> PythonText.quote(text, out, most);
            case byte[] bytes -> PythonText.quote(bytes, out, most);
            case PythonByteArray array -> {
                out.append("bytearray(");
                PythonText.quote(array.bytes(), out, most);
                out.append(')');
            }
            default -> appendContainer(value, depth);
        }
    }

    private void appendContainer(Object value, int depth) {
        if (depth > DEEPEST) {
            if (brief) {
                out.append(ELLIPSIS);
                return;
            }
            throw PythonException.tooDeep(DOING, null);
        }
        final boolean again = open.put(value, true) != null;
        switch (PythonKind.of(value)) {
            case LIST -> appendAll("[", again ? null : PythonKind.listOf(value), "]", depth);
            case TUPLE -> appendTuple(again ? null : PythonKind.listOf(value), depth);
            case DICT -> appendDict(again ? null : (Map<?, ?>) value, depth);
            case SET, FROZENSET -> appendSet((Set<?>) value, again, depth);
            case EXCEPTION -> {
                out.append(PythonKind.typeName(value));
                final PythonTuple args = ((PythonException) value).args();
                appendAll("(", again ? null : args, ")", depth);
            }
            case OBJECT -> appendObject((PythonObject) value);
            default -> out.append('<').append(value.getClass().getName()).append('>');
        }
        if (!again) {
            open.remove(value);
        }
    }

    private void appendAll(String before, @Nullable Iterable<?> elements, String after, int depth) {
        out.append(before);
        if (elements == null) {
            out.append(ELLIPSIS);
        } else {
            String separator = "";
            for (Object element : elements) {
                if (isFull()) {
                    return;
                }
                out.append(separator);
                append(element, depth + 1);
                separator = ", ";
            }
        }
        out.append(after);
    }

    private void appendTuple(@Nullable List<?> elements, int depth) {
        appendAll("(", elements, elements != null && elements.size() == 1 ? ",)" : ")", depth);
    }

    private void appendDict(@Nullable Map<?, ?> map, int depth) {
        if (map == null) {
            out.append("{...}");
            return;
        }
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (isFull()) {
                return;
            }
            out.append(separator);
            append(entry.getKey(), depth + 1);
            out.append(": ");
            append(entry.getValue(), depth + 1);
            separator = ", ";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private void appendSet(Set<?> set, boolean again, int depth) {
        final String name = PythonKind.typeName(set);
        if (again) {
            out.append(name).append("(...)");
        } else if (set.isEmpty()) {
            out.append(name).append("()");
        } else if (PythonKind.of(set) == PythonKind.FROZENSET) {
            appendAll("frozenset({", set, "})", depth);
        } else {
            appendAll("{", set, "}", depth);
        }
    }

    private void appendObject(PythonObject object) {
        if (object.isGlobal()) {
            out.append("<global ").append(object.global()).append('>');
            return;
        }
        PythonObject callable = object.callable();
        if (callable != null
                && callable.isGlobal("copyreg", "_reconstructor")
                && !object.arguments().isEmpty()
                && object.arguments().get(0) instanceof PythonObject type) {
            callable = type;
        }
        final String type = callable == null || !callable.isGlobal() ? "unknown" : callable.global();
        out.append('<').append(type).append(" object>");
    }
}
