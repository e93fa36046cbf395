package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A segment with a healthy object of each kind, for tests that break something in it and expect the finding of it.
abstract class DoctorCase {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    Path path;
    Manager manager;
    AllKinds kinds;

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("segment");
        manager = Manager.open(path, SegmentOptions.defaults().withSize(1 << 20));
        kinds = AllKinds.of(manager);
        kinds.fillSmall();
        kinds.fillLarge();
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    final void healthy() throws IOException {
        assertEquals(List.of(), SegmentDoctor.look(path));
        assertEquals(List.of(), SegmentDoctor.lookBeside(directory.path()));
    }

    /// Breaks something, expects the finding of it, and mends it.
    final void broken(String object, String rule, long at, byte... bytes) throws IOException {
        brokenAt(object, rule, Looks.entry(path, object).offset() + at, bytes);
    }

    final void brokenAt(String object, String rule, long at, byte... bytes) throws IOException {
        final byte[] before = Looks.write(path, at, bytes);
        try {
            final List<Finding> found = SegmentDoctor.look(path);
            assertTrue(
                    found.stream()
                            .anyMatch(finding -> finding.severity() == Severity.DAMAGE
                                    && finding.object().equals(object)
                                    && finding.rule().equals(rule)
                                    && !finding.what().isEmpty()
                                    && !finding.remedy().isEmpty()),
                    () -> "expected " + rule + " of " + object + ", found " + found);
        } finally {
            Looks.write(path, at, before);
        }
        assertEquals(List.of(), SegmentDoctor.look(path), "mended");
    }

    final byte[] bytes(String object) throws IOException {
        try (SegmentView view = SegmentView.open(path)) {
            return view.bytes(Looks.entry(path, object)).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }
    }

    static long[] longs(byte[] bytes) {
        final long[] longs = new long[bytes.length / Long.BYTES];
        MemorySegment.ofArray(longs).copyFrom(MemorySegment.ofArray(bytes).asSlice(0, longs.length * 8L));
        return longs;
    }

    final long entryAt(String object) throws IOException {
        return Looks.entryAt(path, object);
    }
}
