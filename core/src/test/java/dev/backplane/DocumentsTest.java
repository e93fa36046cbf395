package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What the documents name is there, and what should be in them is.
final class DocumentsTest {
    private static final Pattern TEST =
            Pattern.compile("(?<![\\w…])([A-Z]\\w*(?:Test|Contract))\\b(?:\\.([a-z]\\w+))?");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern EXCEPTION = Pattern.compile("^public (?:final )?class (\\w+Exception)\\b");
    private static final Pattern MEMBER = Pattern.compile("\\b([A-Z]\\w+|manager|pool)\\.([a-z]\\w*)\\(");
    /// The first cell of rows that begin with code: what it is called in Python.
    private static final Pattern PYTHONS = Pattern.compile("^\\| `[^|]*\\|", Pattern.MULTILINE);
    private static final Set<String> NOT_OBJECTS = Set.of("SharedObject", "SharedHandle");

    @Test
    void theTestsThatTheyNameAreThere() throws IOException {
        final Map<String, Path> tests = Documents.sources("src/test/java");
        final List<String> missing = new ArrayList<>();
        int named = 0;
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            final Matcher names = TEST.matcher(document.getValue());
            while (names.find()) {
                named++;
                final Path source = tests.get(names.group(1));
                final String method = names.group(2);
                if (source == null
                        || method != null && !Files.readString(source).contains("void " + method + "(")) {
                    missing.add(document.getKey() + ": " + names.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 150, "found " + named + " names of tests");
    }

    @Test
    void eachClaimThatIsSaidToBeShownNamesItsTest() {
        final List<String> unshown = new ArrayList<>();
        int rows = 0;
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            boolean shown = false;
            for (String line : document.getValue().lines().toList()) {
                final List<String> cells = Documents.cells(line);
                if (cells.isEmpty()) {
                    shown &= line.startsWith("|");
                } else if (cells.getLast().equals("shown by")) {
                    shown = true;
                } else if (shown) {
                    rows++;
                    if (!TEST.matcher(cells.getLast()).find()) {
                        unshown.add(document.getKey() + ": " + line);
                    }
                }
            }
        }
        assertEquals(List.of(), unshown);
        assertTrue(rows > 100, "found " + rows + " rows");
    }

    @Test
    void everySharedTypeHasItsGuarantees() {
        final String brief = Documents.section(Documents.of("README.md"), "Guarantees");
        final String full = Documents.of("docs/GUARANTEES.md");
        final List<String> missing = new ArrayList<>();
        int types = 0;
        for (String name : Documents.sources("src/main/java").keySet()) {
            final Class<?> type = Documents.type(name).orElse(null);
            if (!name.startsWith("Shared") || type == null || NOT_OBJECTS.contains(name)) {
                continue;
            }
            types++;
            final boolean kindOfArray = SharedArray.class.isAssignableFrom(type);
            if (!names(brief, kindOfArray ? "SharedArray" : name) || !names(full, name)) {
                missing.add(name);
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(types >= 20, "found " + types + " types");
    }

    private static boolean names(String text, String name) {
        return Pattern.compile("\\b" + name + "\\b").matcher(text).find();
    }

    @Test
    void everyExceptionIsExplained() throws IOException {
        final String document = Documents.of("docs/TROUBLESHOOTING.md");
        final Set<String> unexplained = new TreeSet<>();
        int exceptions = 0;
        for (Path source : Documents.sources("src/main/java").values()) {
            for (String line : Files.readAllLines(source)) {
                final Matcher declared = EXCEPTION.matcher(line);
                if (declared.find()) {
                    exceptions++;
                    if (!document.contains("| `" + declared.group(1) + "` |")) {
                        unexplained.add(declared.group(1));
                    }
                }
            }
        }
        assertEquals(Set.of(), unexplained);
        assertTrue(exceptions >= 15, "found " + exceptions + " exceptions");
    }

    @Test
    void linksLeadSomewhereAndTheReadmeLeadsToAll() throws IOException {
        final List<String> broken = new ArrayList<>();
        final Set<String> reached = new TreeSet<>();
        for (Map.Entry<String, String> document : Documents.all().entrySet()) {
            final Path from = Documents.ROOT.resolve(document.getKey());
            final Matcher links = LINK.matcher(document.getValue());
            while (links.find()) {
                if (links.group(1).contains("://")) {
                    continue;
                }
                final Path target = from.resolveSibling(links.group(1)).normalize();
                if (document.getKey().equals("README.md")) {
                    reached.add(Documents.ROOT.relativize(target).toString());
                }
                if (!Files.exists(target)) {
                    broken.add(document.getKey() + ": " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
        final Set<String> unreached = new TreeSet<>(Documents.all().keySet());
        unreached.removeAll(reached);
        unreached.remove("README.md");
        assertEquals(Set.of(), unreached);
    }

    @Test
    void whatTheReadmeCallsIsThere() {
        final List<String> missing = new ArrayList<>();
        final String text = PYTHONS.matcher(Documents.of("README.md")).replaceAll("");
        final Matcher calls = MEMBER.matcher(text);
        int found = 0;
        while (calls.find()) {
            final String name = calls.group(1);
            final Class<?> type = switch (name) {
                case "manager" -> Manager.class;
                case "pool" -> dev.backplane.pool.ProcessPool.class;
                default -> Documents.type(name).orElse(null);
            };
            if (type == null) {
                continue; // Python's.
            }
            found++;
            if (!Documents.hasMember(type, calls.group(2))) {
                missing.add(calls.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 50, "found " + found + " calls");
    }
}
