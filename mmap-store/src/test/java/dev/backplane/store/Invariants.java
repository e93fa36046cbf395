package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What must hold of a segment after any death, once one live process has attached it.
final class Invariants {
    private Invariants() {}

    /// Checks a segment that `survivor`, and nobody else alive, has attached.
    static void check(Segment survivor) throws IOException {
        survivor.sweepDead();
        assertEquals(
                1,
                survivor.participants().list().size(),
                () -> "only the survivor: " + survivor.participants().list());
        final List<CatalogEntry> entries = survivor.catalog().entries().stream()
                .sorted(Comparator.comparingLong(CatalogEntry::offset))
                .toList();
        long end = 0;
        for (CatalogEntry entry : entries) {
            assertTrue(entry.offset() >= end, () -> "entries do not overlap: " + entries);
            end = entry.offset() + entry.length();
            if (entry.removed()) {
                assertTrue(
                        entry.users().get(OwnerWord.slotOf(survivor.self())),
                        () -> "a removed object stays for its users only: " + entry);
            }
            entry.users().clear(OwnerWord.slotOf(survivor.self()));
            assertTrue(entry.users().isEmpty(), () -> "the dead use nothing: " + entry);
        }
        // The mutex is free, and what it guards is whole: all that the segment has can be allocated and given
        // back.
        final ObjectSpec spec = new ObjectSpec("after", 1, 1, 4096, 0, 0);
        survivor.catalog().createOrAttach(spec, memory -> {});
        assertTrue(survivor.catalog().remove("after"));
        assertEquals(
                0,
                survivor.catalog().mutexWord(),
                () -> OwnerWord.describe(survivor.catalog().mutexWord()));
    }

    /// The bytes that a file really takes.
    static long allocatedBytes(Path path) throws IOException {
        try {
            final Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
            return Long.parseLong(
                            new String(stat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                                    .trim())
                    * 512;
        } catch (NumberFormatException e) {
            throw new IOException("stat said something else", e);
        }
    }

    /// Checks that pages were given back, where the platform can give back pages.
    static void checkAllocated(Path path, long most) throws IOException {
        if (onLinux()) {
            final long allocated = allocatedBytes(path);
            assertTrue(
                    allocated <= most, () -> path + " has pages for " + allocated + " bytes, expected at most " + most);
        }
    }

    private static boolean onLinux() {
        return Platform.current().name().equals("linux");
    }

    /// Every file in a directory, by name.
    static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
