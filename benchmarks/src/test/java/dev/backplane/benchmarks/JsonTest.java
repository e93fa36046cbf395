package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonTest {
    @Test
    void whatIsWrittenIsReadAgain() {
        final Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("quotes \" and \\ and\nlines\tand \u0001 and µ and 🙂", "x");
        value.put("nothing", null);
        value.put("truth", true);
        value.put("numbers", Arrays.asList(0.0, -1.5, 1e-9, 3.4e300));
        value.put("empty", List.of());
        value.put("rows", List.of(Map.of("a", 1.0), List.of(List.of(1.0, 2.0))));
        value.put("object", Map.of());
        assertEquals(value, JsonReader.read(Json.text(value)));
    }

    @Test
    void aNumberThatJsonDoesNotHaveIsNull() {
        assertEquals(
                Arrays.asList(null, null), JsonReader.read(Json.text(List.of(Double.NaN, Double.POSITIVE_INFINITY))));
    }
}
