package dev.backplane.store.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON (RFC 8259) as its grammar has it, and refuses everything else, and a key that is there twice.
public final class JsonReader {
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /// Reads a text.
    ///
    /// @param text the whole of it
    /// @return maps, lists, texts, truth values and null; whole numbers as `Long`, others as `Double`
    /// @throws IllegalArgumentException if it is not JSON
    public static @Nullable Object read(String text) {
        final JsonReader reader = new JsonReader(text);
        final Object value = reader.value();
        reader.space();
        if (reader.at != text.length()) {
            throw reader.refusal("the end");
        }
        return value;
    }

    private IllegalArgumentException refusal(String expected) {
        return new IllegalArgumentException(
                "expected " + expected + " at " + at + ": " + text.substring(at, Math.min(at + 20, text.length())));
    }

    private void space() {
        while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean next(String token) {
        space();
        final boolean there = text.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private void expect(String token) {
        if (!next(token)) {
            throw refusal(token);
        }
    }

    private @Nullable Object value() {
        if (next("{")) {
            return map();
        }
        if (next("[")) {
            return list();
        }
        if (next("\"")) {
            return string();
        }
        if (next("null")) {
            return null;
        }
        if (next("true")) {
            return true;
        }
        return next("false") ? (Object) false : number();
    }

    private Map<String, @Nullable Object> map() {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (next("}")) {
            return map;
        }
        do {
            expect("\"");
            final String key = string();
            expect(":");
            if (map.containsKey(key)) {
                throw refusal("no second " + key);
            }
            map.put(key, value());
        } while (next(","));
        expect("}");
        return map;
    }

    private List<@Nullable Object> list() {
        final List<@Nullable Object> list = new ArrayList<>();
        if (next("]")) {
            return list;
        }
        do {
            list.add(value());
        } while (next(","));
        expect("]");
        return list;
    }

    private char character() {
        if (at == text.length()) {
            throw refusal("the end of a text");
        }
        return text.charAt(at++);
    }

    private String string() {
        final StringBuilder string = new StringBuilder();
        for (char one = character(); one != '"'; one = character()) {
            if (one < ' ') {
                throw refusal("no control character");
            }
            string.append(one == '\\' ? escaped() : one);
        }
        return string.toString();
    }

    private char escaped() {
        final char one = character();
        if (one == 'u') {
            final String digits = text.substring(at, Math.min(at + 4, text.length()));
            if (!digits.matches("[0-9a-fA-F]{4}")) {
                throw refusal("four digits");
            }
            at += digits.length();
            return (char) Integer.parseInt(digits, 16);
        }
        final int which = ESCAPES.indexOf(one);
        if (which < 0) {
            throw refusal("an escape");
        }
        return ESCAPED.charAt(which);
    }

    private Object number() {
        final int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        final String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?")) {
            throw refusal("a number");
        }
        return number.matches("-?\\d+") ? (Object) Long.parseLong(number) : (Object) Double.parseDouble(number);
    }
}
