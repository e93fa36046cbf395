package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.shm.SegmentDoctor.Repair;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The files of a queue's elements, as the doctor sees them: those of an element are left alone.
final class SegmentDoctorFilesTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Path path;
    private Manager manager;
    private AllKinds kinds;

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("segment");
        manager = Manager.open(path, SegmentOptions.defaults().withSize(1 << 20));
        kinds = AllKinds.of(manager);
        kinds.fillLarge();
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    @Test
    void filesThatNoSlotNamesAreFoundAndDeletedAndOthersAreNot() throws Exception {
        final long incarnation = Looks.entry(path, "queue").incarnation();
        final UUID id = manager.handle().id();
        final Path unnamed = Files.writeString(directory.resolve(QueueFiles.name(id, incarnation, 1025, 5)), "x");
        final Path ofNone = Files.writeString(directory.resolve(QueueFiles.name(id, 9999, 1025, 5)), "x");
        final Path fresh = Files.writeString(directory.resolve(QueueFiles.name(id, incarnation, 77, 5) + ".new"), "x");
        final Path others =
                Files.writeString(directory.resolve(QueueFiles.name(UUID.randomUUID(), incarnation, 1025, 5)), "x");
        final long files = elements();
        final List<Finding> found = SegmentDoctor.look(path);
        assertEquals(
                Stream.of(ofNone, unnamed, fresh).map(Path::toString).sorted().toList(),
                found.stream().map(Finding::object).sorted().toList());
        assertTrue(found.stream().allMatch(finding -> finding.severity() == Severity.LEFTOVER), found::toString);
        final List<Finding> beside = SegmentDoctor.lookBeside(directory.path());
        assertEquals(1, beside.size(), beside::toString);
        assertEquals(Severity.NOTE, beside.getFirst().severity());
        assertEquals(files, elements(), "a look deletes nothing");
        final Repair repair = SegmentDoctor.repair(path);
        assertEquals(3, repair.repaired().size());
        assertEquals(List.of(), repair.left());
        assertEquals(files - 3, elements());
        assertTrue(Files.exists(others), "another segment's files are left alone");
        kinds.queue().taskDone();
        assertEquals(AllKinds.LONG_ELEMENT, kinds.queue().take(), "and so is what a slot names");
    }

    private long elements() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.path(), ".backplane-*.element*")) {
            for (Path _ : files) {
                count++;
            }
        }
        return count;
    }
}
