package dev.backplane.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultsTest {
    @Test
    void aNumberThatJsonDoesNotHaveIsNull() {
        final Results results = new Results(List.of(), true);
        results.add("x", List.of(new Row("nothing in no time", Figure.of(Double.NaN), "M/s", "C", Figure.of(0), null)));
        results.add(
                "y", List.of(new Row("for ever", Figure.of(1), "ns", "C", Figure.of(Double.POSITIVE_INFINITY), null)));
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

    @Test
    void eachFigureHasItsRoundsAndWhatTheyWereBetween() {
        final Results results = new Results(List.of(), false);
        final Figure ours = Figure.median(List.of(3.0, 1.0, 2.0));
        results.add("x", List.of(new Row("a", ours, "ns", "C", Figure.median(List.of(4.0, 6.0)), null)));
        final Map<?, ?> row = row(results);
        assertEquals(3L, row.get("rounds"));
        assertEquals(Map.of("rounds", 3L, "lowest", 1.0, "highest", 3.0, "plusOrMinus", 0.5), row.get("spread"));
        assertEquals(Map.of("rounds", 2L, "lowest", 4.0, "highest", 6.0, "plusOrMinus", 0.2), row.get("rivalSpread"));
    }

    @Test
    void whatIsNotInstalledAndWhatFailedAreToldApart() {
        final Results results = new Results(List.of(), false);
        final Figure failed = Figure.absent(AbsentException.failed("killed", "").reason());
        results.add("x", List.of(new Row("a", Figure.of(1), "ns", "C", failed, null)));
        results.add("y", List.of(new Row("a", Figure.of(1), "ns", "C", Figure.absent(Figure.NOT_HERE), null)));
        assertEquals(
                "0 of 0 goals reached; rivals of 1 rows are not on this machine; rivals of 1 rows failed",
                results.summary());
        assertEquals("failed: killed", row(results).get("rivalAbsence"));
        assertEquals(true, row(results).get("rivalInstalled"));
    }

    @Test
    void theMachineIsToldButNotItsName() throws IOException {
        final Map<?, ?> machine = assertInstanceOf(
                Map.class,
                assertInstanceOf(Map.class, JsonReader.read(new Results(List.of(), true).json()))
                        .get("machine"));
        for (String name :
                List.of("processor", "processors", "system", "java", "virtualMachine", "flags", "memoryBytes")) {
            assertNotNull(machine.get(name), name + " in " + machine);
        }
        assertTrue(
                String.valueOf(machine.get("system")).contains(System.getProperty("os.version")), machine.toString());
        final String host =
                Files.readString(Path.of("/proc/sys/kernel/hostname")).trim();
        assertFalse(machine.containsValue(host), machine.toString());
    }

    private static Map<?, ?> row(Results results) {
        final Map<?, ?> all = assertInstanceOf(Map.class, JsonReader.read(results.json()));
        return assertInstanceOf(
                Map.class, assertInstanceOf(List.class, all.get("rows")).getFirst());
    }
}
