package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process dies right after each step of each operation that changes a segment; the next one finds nothing
/// stuck and nothing lost.
final class DeathAtEachStepTortureTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Path path() {
        return directory.resolve("segment");
    }

    private void die(String operation, String step) {
        try (Jvm victim = Jvm.fork(StepVictim.class, operation, path().toString(), step)) {
            assertEquals(
                    StepVictim.HALTED,
                    victim.waitForExit(),
                    () -> victim.transcript().toString());
        }
    }

    private void makeSegment() throws IOException {
        try (Segment segment = Segment.create(path(), StepVictim.OPTIONS)) {
            segment.catalog().createOrAttach(new ObjectSpec("kept", 1, 1, 1 << 20, 0, 0), memory -> {});
        }
    }

    private void checkSurvivor() throws IOException {
        try (Segment survivor = Segment.openOrCreate(path(), StepVictim.OPTIONS)) {
            Invariants.check(survivor);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create segment: temporary file",
                "create segment: held",
                "create segment: sized",
                "create segment: pages reserved",
                "create segment: header written",
                "join: slot held",
                "join: slot claimed",
                "create segment: linked",
                "create segment: temporary name removed"
            })
    void creatorOfSegmentDies(String step) throws IOException {
        die("create-segment", step);
        checkSurvivor();
        // The sweep of temporary files happens where something is created.
        Segment.create(directory.resolve("other"), StepVictim.OPTIONS).close();
        assertEquals(List.of("other", "segment"), Invariants.files(directory.path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"open segment: mapped", "join: slot held", "join: slot claimed"})
    void openerDies(String step) throws IOException {
        makeSegment();
        die("open", step);
        checkSurvivor();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create: entry filled",
                "create: entry allocating",
                "create: pages reserved",
                "create: object initialised",
                "create: entry ready",
                "attach: user bit set"
            })
    void creatorOfObjectDies(String step) throws IOException {
        makeSegment();
        final long before = Invariants.allocatedBytes(path());
        die("create", step);
        try (Segment survivor = Segment.open(path(), StepVictim.OPTIONS)) {
            Invariants.check(survivor);
            final boolean made = survivor.catalog().entries().stream()
                    .anyMatch(entry -> entry.name().equals("made"));
            final boolean published =
                    List.of("create: entry ready", "attach: user bit set").contains(step);
            assertEquals(published, made);
            survivor.catalog().remove("made");
            Invariants.checkAllocated(path(), before + 8192);
        }
    }

    /// One who does nothing but close meets the dead one's mutex on its way out, and waits for it although it
    /// is closed for everybody else.
    @ParameterizedTest
    @ValueSource(strings = {"create: entry allocating", "create: pages reserved", "create: entry ready"})
    void closingPassesTheMutexOfADeadCreator(String step) throws IOException {
        makeSegment();
        final Segment closing = Segment.open(path(), StepVictim.OPTIONS);
        die("create", step);
        closing.close();
        try (Segment survivor = Segment.open(path(), StepVictim.OPTIONS)) {
            Invariants.check(survivor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove: entry removed", "free: pages released", "free: entry free"})
    void removerDies(String step) throws IOException {
        makeSegment();
        final long before = Invariants.allocatedBytes(path());
        die("remove", step);
        try (Segment survivor = Segment.open(path(), StepVictim.OPTIONS)) {
            Invariants.check(survivor);
            assertTrue(survivor.catalog().attach("kept", 1, 1).isEmpty(), "the object is gone");
            Invariants.checkAllocated(path(), before - (1 << 19));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sweep: object pinned",
                "sweep: object recovered",
                "detach: user bits cleared",
                "leave: swept",
                "leave: slot free"
            })
    void closerDies(String step) throws IOException {
        makeSegment();
        die("close", step);
        checkSurvivor();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sweep: object pinned",
                "sweep: object recovered",
                "detach: user bits cleared",
                "free: pages released",
                "free: entry free",
                "sweep: slot free"
            })
    void sweeperOfADeadOneDies(String step) throws IOException {
        makeSegment();
        final long before = Invariants.allocatedBytes(path());
        die("hold", "");
        die("sweep", step);
        checkSurvivor();
        Invariants.checkAllocated(path(), before + 8192);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adopt: slot held", "adopt: slot claimed", "sweep: object recovered"})
    void adopterOfTheLastSlotDies(String step) throws IOException {
        Segment.create(path(), StepVictim.OPTIONS.withParticipants(1)).close();
        die("hold", "");
        die("open", step);
        checkSurvivor();
        assertEquals(List.of("segment"), Invariants.files(directory.path()));
        assertTrue(Files.exists(path()));
    }
}
