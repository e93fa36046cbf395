package dev.backplane.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values as JSON (RFC 8259): maps, lists, texts, numbers, truth values and null.
///
/// Every text is safe to print to a terminal: what is not printable ASCII is escaped. JSON has no word for
/// numbers that are none: `NaN` and the infinities are texts. A list without maps and lists in it is one line.
public final class Json {
    private static final String INDENT = "  ";
    private static final int LAST_CONTROL = 0x1F;
    private static final int LAST_ASCII = 0x7E;

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /// A value as a text of several lines, without a line's end after the last.
    ///
    /// @param value what is written; of another kind than those above, as its `toString` has it
    /// @return the text
    public static String of(@Nullable Object value) {
        final Json json = new Json();
        json.value(value, 0);
        return json.text.toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> map(map, depth);
            case List<?> list -> list(list, depth);
            case Boolean truth -> text.append(truth.booleanValue());
            case Double number -> number(number);
            case Float number -> number(number);
            case Number number -> text.append(number.longValue());
            default -> string(value.toString());
        }
    }

    private void number(Number number) {
        if (Double.isFinite(number.doubleValue())) {
            text.append(number);
        } else {
            string(number.toString());
        }
    }

    private void map(Map<?, ?> map, int depth) {
        boolean first = true;
        text.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            next(first, depth + 1);
            string(String.valueOf(entry.getKey()));
            text.append(": ");
            value(entry.getValue(), depth + 1);
            first = false;
        }
        end(first, depth, '}');
    }

    private void list(List<?> list, int depth) {
        final boolean lines = list.stream().anyMatch(element -> element instanceof Map || element instanceof List);
        boolean first = true;
        text.append('[');
        for (Object element : list) {
            if (lines) {
                next(first, depth + 1);
            } else if (!first) {
                text.append(", ");
            }
            value(element, depth + 1);
            first = false;
        }
        end(!lines, depth, ']');
    }

    private void next(boolean first, int depth) {
        text.append(first ? "\n" : ",\n").repeat(INDENT, depth);
    }

    private void end(boolean oneLine, int depth, char bracket) {
        if (!oneLine) {
            text.append('\n').repeat(INDENT, depth);
        }
        text.append(bracket);
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            final char one = value.charAt(i);
            if (one == '"' || one == '\\') {
                text.append('\\').append(one);
            } else if (one > LAST_CONTROL && one <= LAST_ASCII) {
                text.append(one);
            } else {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) one));
            }
        }
        text.append('"');
    }
}
