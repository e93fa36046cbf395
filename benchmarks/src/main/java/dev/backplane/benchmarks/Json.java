package dev.backplane.benchmarks;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes JSON, of maps, iterables, strings, numbers, truth values and null.
final class Json {
    private static final int INDENT = 2;
    private static final char FIRST_PRINTABLE = ' ';

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /// A value as text.
    static String text(@Nullable Object value) {
        final Json json = new Json();
        json.value(value, 0);
        return json.out.append('\n').toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map, depth);
            case Iterable<?> list -> array(list, depth);
            case Double number when !Double.isFinite(number) -> out.append("null"); // JSON has no such number.
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            line(depth + 1);
            string(entry.getKey().toString());
            out.append(": ");
            value(entry.getValue(), depth + 1);
            separator = ",";
        }
        if (map.isEmpty()) {
            out.append("{}");
        } else {
            line(depth);
            out.append('}');
        }
    }

    /// Lists of numbers stay in one line.
    private void array(Iterable<?> list, int depth) {
        final Iterator<?> elements = list.iterator();
        boolean lines = false;
        out.append('[');
        while (elements.hasNext()) {
            final Object element = elements.next();
            lines |= element instanceof Map || element instanceof Iterable;
            if (lines) {
                line(depth + 1);
            }
            value(element, depth + 1);
            if (elements.hasNext()) {
                out.append(lines ? "," : ", ");
            }
        }
        if (lines) {
            line(depth);
        }
        out.append(']');
    }

    private void line(int depth) {
        out.append('\n').repeat(' ', INDENT * depth);
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
