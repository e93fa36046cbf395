package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Python;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/PYTHON_NAMES.md has all of Python's names, and names of Java that there are.
final class DocumentedPythonNamesTest {
    private static final String DOCUMENT = "docs/PYTHON_NAMES.md";
    private static final Pattern JAVA_NAME =
            Pattern.compile("`([A-Z]\\w*(?:\\.[A-Z]\\w*)*)(?:\\.([a-z]\\w*))?(?:\\([^`]*)?`");
    private static final String SCRIPT = "src/test/resources/python/public_names.py";

    static List<Python.Version> versions() {
        return Python.some();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyNameOfPythonsIsInIt(Python.Version version) throws Exception {
        final Map<String, Set<String>> tables = tables();
        final List<String> missing = new ArrayList<>();
        final List<String> names =
                Python.run(version, SCRIPT).succeeded().lines().toList();
        for (String name : names) {
            final String module = tables.keySet().stream()
                    .filter(one -> name.startsWith(one + "."))
                    .reduce((shorter, longer) -> longer)
                    .orElseThrow(() -> new AssertionError("no section for " + name));
            if (!tables.getOrDefault(module, Set.of()).contains(name.substring(module.length() + 1))) {
                missing.add(name);
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(names.size() > 200, () -> names.size() + " names");
    }

    /// Python's names in the first column, by their module; longer modules come after those that they are in.
    private static Map<String, Set<String>> tables() {
        final Map<String, Set<String>> tables = new TreeMap<>();
        Set<String> current = new HashSet<>();
        for (String line : Documents.of(DOCUMENT).lines().toList()) {
            if (line.startsWith("## `")) {
                current = tables.computeIfAbsent(line.substring(4, line.lastIndexOf('`')), _ -> new HashSet<>());
            }
            final List<String> cells = Documents.cells(line);
            if (!cells.isEmpty()) {
                current.addAll(Documents.code(cells.getFirst()));
            }
        }
        return tables;
    }

    @Test
    void theNamesOfJavaAreThere() {
        final List<String> missing = new ArrayList<>();
        int found = 0;
        for (String line : Documents.of(DOCUMENT).lines().toList()) {
            final List<String> cells = Documents.cells(line);
            if (cells.size() < 2) {
                continue;
            }
            final Matcher names = JAVA_NAME.matcher(cells.get(1));
            while (names.find()) {
                found++;
                final boolean there = Documents.type(names.group(1))
                        .filter(type -> names.group(2) == null || Documents.hasMember(type, names.group(2)))
                        .isPresent();
                if (!there) {
                    missing.add(names.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 150, "found " + found + " names");
    }
}
