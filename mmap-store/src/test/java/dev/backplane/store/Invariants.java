package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What must hold of a segment after any death, once one live process has attached it.
public final class Invariants {
    private Invariants() {}

    /// Checks a segment that `survivor`, and nobody else alive, has attached.
    static void check(Segment survivor) throws IOException {
        checkSwept(survivor);
        assertEquals(
                1,
                survivor.participants().list().size(),
                () -> "only the survivor: " + survivor.participants().list());
    }

    /// Checks a segment that `survivor` has attached, and others perhaps that do nothing just now: nothing is left of
    /// the dead once it has swept them.
    ///
    /// @param survivor an attachment
    /// @throws IOException if the segment's file fails
    public static void checkSwept(Segment survivor) throws IOException {
        survivor.sweepDead();
        final BitSet living = new BitSet();
        for (Participants.Participant participant : survivor.participants().list()) {
            assertTrue(participant.alive(), () -> "swept, and dead still: " + participant);
            living.set(participant.slot());
        }
        final List<CatalogEntry> entries = survivor.catalog().entries().stream()
                .sorted(Comparator.comparingLong(CatalogEntry::offset))
                .toList();
        long end = 0;
        for (CatalogEntry entry : entries) {
            assertTrue(entry.offset() >= end, () -> "entries do not overlap: " + entries);
            end = entry.offset() + entry.length();
            if (entry.removed()) {
                assertTrue(
                        entry.users().intersects(living), () -> "a removed object stays for its users only: " + entry);
            }
            entry.users().andNot(living);
            assertTrue(entry.users().isEmpty(), () -> "the dead use nothing: " + entry);
        }
        // The mutexes are free, and what they guard is whole: all that the segment has can be allocated and given
        // back.
        final ObjectSpec spec = new ObjectSpec("after", 1, 1, 4096, 0, 0);
        survivor.catalog().createOrAttach(spec, memory -> {});
        assertTrue(survivor.catalog().remove("after"));
        assertEquals(0, survivor.catalog().mutexWord() & ~OwnerWord.CONTENDED, "the catalog's mutex");
        final int sweep = new RobustWord(survivor, survivor.memory(), SegmentLayout.SWEEP_WORD_OFFSET).word();
        assertEquals(0, OwnerWord.ownerOf(sweep), () -> "the sweepers' mutex: " + OwnerWord.describe(sweep));
    }

    /// How many slots of a segment's table of participants are taken.
    ///
    /// @param path of the segment
    /// @return by the living or the dead
    /// @throws IOException if it cannot be read
    public static int participants(Path path) throws IOException {
        try (SegmentView view = SegmentView.open(path)) {
            return view.participants().size();
        }
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
