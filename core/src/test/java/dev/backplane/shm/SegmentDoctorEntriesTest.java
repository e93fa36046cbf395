package dev.backplane.shm;

import static dev.backplane.shm.Looks.ofInt;
import static dev.backplane.shm.Looks.ofLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each invariant of the header, the participants and the catalog that is broken gives the finding that names it, and
/// hides no other object.
final class SegmentDoctorEntriesTest extends DoctorCase {
    @Test
    void parametersAndLengths() throws Exception {
        final int parameters = 32;
        for (String object : List.of("ints", "semaphore", "latch", "barrier", "channel", "topic", "value", "queue")) {
            final long entry = entryAt(object);
            final String rule = object.equals("ints") ? "length" : object.equals("latch") ? "count" : "parameters";
            final boolean second = List.of("semaphore", "latch", "barrier").contains(object);
            brokenAt(
                    object,
                    rule,
                    entry + parameters + (second ? 8 : 0),
                    ofLong(second ? -1 : List.of("value", "queue").contains(object) ? 0 : 77));
        }
        brokenAt("map", "parameters", entryAt("map") + parameters, ofLong(0));
        brokenAt("list", "parameters", entryAt("list") + parameters + 8, ofLong(-1));
        brokenAt("lock", "length", entryAt("lock") + 24, ofLong(64));
        for (String object : List.of(
                "boolean",
                "lock",
                "fair lock",
                "event",
                "latch",
                "once",
                "semaphore",
                "condition",
                "read-write lock",
                "barrier")) {
            brokenAt(object, "first parameter", entryAt(object) + parameters, ofLong(2));
        }
        for (String object :
                List.of("long", "ints", "lock", "fair lock", "event", "once", "read-write lock", "topic")) {
            brokenAt(object, "second parameter", entryAt(object) + parameters + 8, ofLong(1));
        }
        brokenAt("condition", "parameters", entryAt("condition") + parameters + 8, ofLong(0));
        brokenAt(
                "condition",
                "parameters",
                entryAt("condition") + parameters + 8,
                ofLong(Looks.entry(path, "condition").incarnation()));
        brokenAt(
                "condition",
                "its lock",
                entryAt("condition") + parameters + 8,
                ofLong(Looks.entry(path, "semaphore").incarnation()));
    }

    @Test
    void aConditionWhoseLockWasRemovedIsHealthy() throws Exception {
        manager.remove("condition's lock");
        healthy();
    }

    @Test
    void theCatalog() throws Exception {
        final int index = Looks.entry(path, "ints").index();
        final long entry = entryAt("ints");
        final String where = "entry " + index;
        brokenAt("catalog", where, entry, ofInt(4));
        brokenAt("catalog", where + " allocating", entry, ofInt(1));
        brokenAt("catalog", where + " type", entry + 4, ofInt(-1));
        brokenAt("catalog", where + " version", entry + 8, ofInt(0));
        brokenAt("catalog", where + " name", entry + 12, ofInt(161));
        brokenAt("catalog", where + " name", entry + 96, (byte) 0xFF);
        brokenAt(
                "catalog",
                where + " alignment",
                entry + 16,
                ofLong(Looks.entry(path, "ints").offset() + 1));
        brokenAt("catalog", where + " range", entry + 16, ofLong(64));
        brokenAt("catalog", where + " range", entry + 24, ofLong(1 << 30));
        brokenAt("catalog", where + " incarnation", entry + 48, ofLong(1000));
        brokenAt("catalog", where + " user 77", entry + 64 + 9, (byte) (1 << 5));
        brokenAt("catalog", "zeros at " + (entry + 56), entry + 56, (byte) 1);
        final byte[] name = "longs".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        final byte[] before = Looks.write(path, entry + 96, name);
        final byte[] length = Looks.write(path, entry + 12, ofInt(name.length));
        assertTrue(SegmentDoctor.look(path).stream()
                .anyMatch(finding -> finding.what().contains("has the name longs, as has entry")));
        Looks.write(path, entry + 96, before);
        Looks.write(path, entry + 12, length);
        final List<Finding> found = new ArrayList<>();
        final byte[] offset =
                Looks.write(path, entry + 16, ofLong(Looks.entry(path, "longs").offset()));
        found.addAll(SegmentDoctor.look(path));
        Looks.write(path, entry + 16, offset);
        assertTrue(
                found.stream().anyMatch(finding -> finding.what().matches("entry \\d+ has bytes up to .* from \\d+")),
                found::toString);
        healthy();
    }

    @Test
    void theHeaderAndTheParticipants() throws Exception {
        brokenAt("header", "zeros at 112", 120, (byte) 1);
        brokenAt("header", "created", 40, ofLong(-1));
        brokenAt("header", "incarnation", 320, ofLong(-1));
        brokenAt("header", "the catalog's mutex", 192, ofInt(OwnerWord.owner(9, 7)));
        brokenAt("header", "the sweepers' mutex", 256, ofInt(OwnerWord.owner(9, 7)));
        brokenAt("header", "format", 0, (byte) 'X');
        brokenAt("header", "format", 80, ofLong(1));
        brokenAt("participants", "slot 3 claim", 4096 + 3 * 128, ofLong(1 << 25));
        brokenAt("participants", "slot 0 label", 4096 + 24, ofInt(97));
        brokenAt("participants", "slot 0 label", 4096 + 32, (byte) 0xC3, (byte) 0x28);
        brokenAt("participants", "zeros at " + (4096 + 28), 4096 + 28, (byte) 1);
    }

    @Test
    void aTypeThatIsNotKnownIsNotedAndNoMore() throws Exception {
        Looks.write(path, entryAt("ints") + 4, ofInt(999));
        final List<Finding> found = SegmentDoctor.look(path);
        assertEquals(1, found.size(), found::toString);
        assertEquals(Severity.NOTE, found.getFirst().severity());
        assertTrue(found.getFirst().what().contains("999"), found::toString);
    }

    @Test
    void whatIsBetweenTheSectionsIsZeros() throws Exception {
        final Path other = directory.resolve("odd");
        try (Manager odd = Manager.open(
                other,
                SegmentOptions.defaults().withSize(1 << 20).withParticipants(33).withObjects(17))) {
            odd.longValue("value").set(1);
            final long participantsEnd = 4096 + 33 * 128;
            final long catalogEnd = 3 * 4096 + 17 * 256;
            for (long end : new long[] {participantsEnd, catalogEnd}) {
                assertEquals(List.of(), SegmentDoctor.look(other));
                Looks.write(other, end + 5, (byte) 1);
                final List<Finding> found = SegmentDoctor.look(other);
                assertEquals(
                        List.of("zeros at " + end),
                        found.stream().map(Finding::rule).toList());
                Looks.write(other, end + 5, (byte) 0);
            }
        }
    }

    @Test
    void whoLooksAtDamagedParametersSeesTheOtherObjects() throws Exception {
        final List<CatalogEntry> entries;
        try (SegmentView view = SegmentView.open(path)) {
            entries = view.entries();
        }
        assertEquals(
                Set.of(ObjectType.values()),
                entries.stream()
                        .map(entry -> ObjectType.of(entry.type()).orElseThrow())
                        .collect(Collectors.toSet()));
        for (CatalogEntry entry : entries) {
            for (int parameter : new int[] {32, 40}) {
                for (long value : new long[] {77, 0, -1, 1, 1L << 20, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62}) {
                    final long at = entryAt(entry.name()) + parameter;
                    final byte[] before = Looks.write(path, at, ofLong(value));
                    try (SegmentView view = SegmentView.open(path)) {
                        final String which = entry.name() + " with " + value + " at " + parameter;
                        assertEquals(entries.size(), ObjectDescription.of(view).size(), which);
                        final List<String> shown = ObjectGauge.of(view).stream()
                                .map(ObjectGauge::name)
                                .toList();
                        assertTrue(shown.contains(entry.name().equals("lock") ? "fair lock" : "lock"), which);
                    } finally {
                        Looks.write(path, at, before);
                    }
                }
            }
        }
        healthy();
    }

    @Test
    void filesOfADamagedQueueAreLeftWhereTheyAre() throws Exception {
        final int parameters = 32;
        for (long[] damage : new long[][] {{parameters, 7}, {parameters + 8, 77}, {parameters + 8, 64}}) {
            final byte[] before = Looks.write(path, entryAt("queue") + damage[0], ofLong(damage[1]));
            final List<Finding> found = SegmentDoctor.look(path);
            assertEquals(1, found.size(), found::toString);
            assertEquals(Severity.DAMAGE, found.getFirst().severity());
            assertEquals("queue", found.getFirst().object());
            Looks.write(path, entryAt("queue") + damage[0], before);
        }
        healthy();
    }
}
