package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.JsonReader;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is written as JSON is read back as it was.
final class JsonTest {
    @Test
    void everyKindOfValueComesBack() {
        final Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put(
                "text: \" and \\ and\nlines\tand \u0001 and µ",
                "a \"quoted\" \\ back\u001b[31m\n\ttab é \ud83d\ude00 \u007f end");
        value.put("", List.of());
        value.put("empty", Map.of());
        value.put(
                "numbers", Arrays.asList(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 0.1, -1e300, Double.MIN_VALUE, null));
        value.put("truth", List.of(true, false, List.of(List.of(1L))));
        value.put("rows", List.of(Map.of("a", 1.0), List.of(List.of(1.0, 2.0))));
        value.put("nothing", null);
        final String json = Json.of(value);
        assertEquals(value, JsonReader.read(json));
        assertTrue(json.chars().allMatch(one -> one == '\n' || one >= ' ' && one < 0x7f), json);
    }

    @Test
    void numbersThatAreNoneAreTextsAndOtherThingsToo() {
        assertEquals(
                List.of("NaN", "-Infinity", 2.5, 7L, "/a/path"),
                JsonReader.read(Json.of(List.of(
                        Double.NaN, Float.NEGATIVE_INFINITY, 2.5f, (byte) 7, java.nio.file.Path.of("/a/path")))));
    }

    @Test
    void aListOfPlainValuesIsOneLine() {
        final Map<String, Object> value = new LinkedHashMap<>();
        value.put("users", List.of());
        value.put("points", List.of(List.of(1, 2.5), List.of(3, "x")));
        assertEquals("""
                {
                  "users": [],
                  "points": [
                    [1, 2.5],
                    [3, "x"]
                  ]
                }""", Json.of(value));
    }
}
