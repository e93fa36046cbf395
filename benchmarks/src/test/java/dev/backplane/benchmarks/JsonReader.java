package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON as its grammar has it, and refuses everything else.
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static @Nullable Object read(String text) {
        final JsonReader reader = new JsonReader(text);
        final Object value = reader.value();
        reader.skip();
        if (reader.at != text.length()) {
            throw reader.wrong("nothing");
        }
        return value;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException(
                "expected " + expected + " at " + at + ": " + text.substring(at, Math.min(text.length(), at + 20)));
    }

    private void skip() {
        while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(String token) {
        skip();
        final boolean found = text.startsWith(token, at);
        at += found ? token.length() : 0;
        return found;
    }

    private void need(String token) {
        if (!take(token)) {
            throw wrong(token);
        }
    }

    private @Nullable Object value() {
        if (take("{")) {
            return object();
        }
        if (take("[")) {
            return array();
        }
        if (take("\"")) {
            return string();
        }
        if (take("null")) {
            return null;
        }
        if (take("true")) {
            return true;
        }
        if (take("false")) {
            return false;
        }
        return number();
    }

    private Map<String, @Nullable Object> object() {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (take("}")) {
            return map;
        }
        do {
            need("\"");
            final String name = string();
            need(":");
            map.put(name, value());
        } while (take(","));
        need("}");
        return map;
    }

    private List<@Nullable Object> array() {
        final List<@Nullable Object> list = new ArrayList<>();
        if (take("]")) {
            return list;
        }
        do {
            list.add(value());
        } while (take(","));
        need("]");
        return list;
    }

    private String string() {
        final StringBuilder out = new StringBuilder();
        while (text.charAt(at) != '"') {
            final char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("no control character");
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            final char escaped = text.charAt(at++);
            switch (escaped) {
                case '"', '\\', '/' -> out.append(escaped);
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'u' -> {
                    out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> throw wrong("an escape");
            }
        }
        at++;
        return out.toString();
    }

    private Double number() {
        final int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        final String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            throw wrong("a number");
        }
        return Double.valueOf(number);
    }
}
