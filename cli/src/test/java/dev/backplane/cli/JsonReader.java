package dev.backplane.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON, strictly, into maps, lists, texts, numbers, truth values and nulls.
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static @Nullable Object read(String text) {
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

    private String string() {
        final StringBuilder string = new StringBuilder();
        while (text.charAt(at) != '"') {
            final char one = text.charAt(at++);
            if (one < ' ') {
                throw refusal("no control character");
            }
            if (one != '\\') {
                string.append(one);
                continue;
            }
            final char escaped = text.charAt(at++);
            switch (escaped) {
                case '"', '\\' -> string.append(escaped);
                case 'u' -> {
                    string.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> throw refusal("an escape that is written");
            }
        }
        at++;
        return string.toString();
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
