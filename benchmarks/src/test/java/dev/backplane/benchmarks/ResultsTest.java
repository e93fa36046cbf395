package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.JsonReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultsTest {
    @Test
    void aNumberThatJsonDoesNotHaveIsNull() {
        final Results results = new Results(List.of(), true);
        results.add("x", List.of(new Row("nothing in no time", Double.NaN, "M/s", "C", 0.0, null)));
        results.add("y", List.of(new Row("for ever", 1, "ns", "C", Double.POSITIVE_INFINITY, null)));
        final String json = results.json();
        assertTrue(json.endsWith("}\n"), json);
        final Map<?, ?> all = assertInstanceOf(Map.class, JsonReader.read(json));
        final List<?> rows = assertInstanceOf(List.class, all.get("rows"));
        final Map<?, ?> first = assertInstanceOf(Map.class, rows.getFirst());
        assertNull(first.get("value"));
        assertNull(first.get("ratio"));
        assertEquals(0.0, first.get("rivalValue"));
        final Map<?, ?> second = assertInstanceOf(Map.class, rows.getLast());
        assertEquals(1.0, second.get("value"));
        assertNull(second.get("rivalValue"));
        assertEquals(true, second.get("rivalInstalled"));
    }
}
