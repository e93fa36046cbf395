package dev.backplane.store.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
    @Test
    void eachKindOfValueIsRead() {
        assertEquals(Map.of("a", List.of(), "b", Map.of()), JsonReader.read(" {\"a\":[ ],\n\"b\" : {}\t} "));
        assertEquals(
                Arrays.asList(true, false, null, "x", 0L, -12L, Long.MAX_VALUE, 1.0, -2.5e-3, 4e2),
                JsonReader.read("[true,false,null,\"x\",0,-12,9223372036854775807,1.0,-2.5e-3,4E+2]"));
    }

    @Test
    void eachEscapeIsRead() {
        assertEquals("\"\\/\b\f\n\r\té🙂µ", JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude42µ\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nul",
                "NaN",
                "01",
                "1.",
                ".5",
                "+1",
                "1 2",
                "[1,]",
                "[1",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "{\"a\":1,\"a\":1}",
                "'a'",
                "\"a",
                "\"a\\",
                "\"\\x\"",
                "\"\\u00g0\"",
                "\"\\u00\"",
                "\"\n\""
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> JsonReader.read(text));
    }
}
