package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SegmentTest {
    private static final SegmentOptions OPTIONS =
            SegmentOptions.defaults().withSize(16 << 20).withLabel("test");

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Path path() {
        return directory.resolve("segment");
    }

    @Test
    void twoMappingsSeeEachOthersStores() throws IOException {
        try (Segment first = Segment.create(path(), OPTIONS);
                Segment second = Segment.open(path(), OPTIONS)) {
            final ObjectSpec spec = new ObjectSpec("word", 1, 1, 64, 0, 0);
            final Region written = first.catalog().createOrAttach(spec, memory -> memory.set(JAVA_LONG, 0, 42));
            final Region read = second.catalog().createOrAttach(spec, memory -> memory.set(JAVA_LONG, 0, 43));
            assertEquals(42, read.memory().get(JAVA_LONG, 0));
            written.memory().set(JAVA_LONG, 8, 7);
            assertEquals(7, read.memory().get(JAVA_LONG, 8));
            assertEquals(2, first.participants().list().size());
            assertEquals(first.id(), second.id());
            assertTrue(first.self() != second.self());
        }
    }

    @Test
    void fileIsTheOwnersAlone() throws IOException {
        try (Segment segment = Segment.create(path(), OPTIONS)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(segment.path())));
        }
    }

    @Test
    void sizeIsVirtualAndMayExceedTwoGibibytes() throws IOException {
        final long length = (2L << 30) + (1 << 16);
        try (Segment segment = Segment.create(path(), OPTIONS.withSize(8L << 30))) {
            assertEquals(8L << 30, segment.size());
            assertTrue(Invariants.allocatedBytes(path()) < 1 << 20);
            final Region region =
                    segment.catalog().createOrAttach(new ObjectSpec("big", 1, 1, length, 0, 0), memory -> {});
            assertTrue(Invariants.allocatedBytes(path()) >= length);
            assertEquals(0, region.memory().get(JAVA_LONG, length - 8));
            region.memory().set(JAVA_LONG, length - 8, 5);
            assertEquals(5, region.memory().get(JAVA_LONG, length - 8));
        }
    }

    @Test
    void creatingOverSomethingIsRefused() throws IOException {
        Files.writeString(path(), "precious");
        assertThrows(FileAlreadyExistsException.class, () -> Segment.create(path(), OPTIONS));
        assertEquals("precious", Files.readString(path()));
    }

    @Test
    void openOrCreateOpensWhatIsThere() throws IOException {
        try (Segment first = Segment.openOrCreate(path(), OPTIONS);
                Segment second = Segment.openOrCreate(path(), OPTIONS)) {
            assertEquals(first.id(), second.id());
        }
        try (Segment third = Segment.openOrCreate(path(), OPTIONS)) {
            assertEquals(1, third.participants().list().size());
        }
    }

    @Test
    void openingNothingNamesThePath() {
        Refusal.of(NoSuchFileException.class, () -> Segment.open(path(), OPTIONS), path().toString());
    }

    @Test
    void nothingTemporaryIsLeft() throws IOException {
        try (Segment segment = Segment.create(path(), OPTIONS);
                var files = Files.list(directory.path())) {
            assertFalse(segment.isClosed());
            assertEquals(1, files.count());
        }
    }

    @Test
    void symbolicLinksAreNotFollowed() throws IOException {
        try (Segment segment = Segment.create(directory.resolve("real"), OPTIONS)) {
            Files.createSymbolicLink(path(), segment.path());
        }
        Refusal.of(IOException.class, () -> Segment.open(path(), OPTIONS), path().toString());
        assertThrows(IOException.class, () -> Segment.create(path(), OPTIONS));
        assertTrue(Files.isSymbolicLink(path()));
    }

    @Test
    void whatIsNoFileIsRefusedAndNotReadForEver() throws Exception {
        final Path pipe = directory.resolve("pipe");
        final Process made =
                new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
        assertEquals(0, made.waitFor());
        Refusal.of(IOException.class, () -> Segment.open(pipe, OPTIONS), pipe + ": it is not a regular file");
        Refusal.of(IOException.class, () -> SegmentView.open(pipe), pipe + ": it is not a regular file");
    }

    @Test
    void directoriesThatAreLinksOrFilesOrMissingAreRefused() throws IOException {
        final Path link = directory.resolve("link");
        Files.createSymbolicLink(link, directory.path());
        Refusal.of(IOException.class, () -> Segment.create(link.resolve("x"), OPTIONS), "symbolic link");
        final Path file = Files.writeString(directory.resolve("file"), "x");
        assertThrows(NotDirectoryException.class, () -> Segment.create(file.resolve("x"), OPTIONS));
        assertThrows(
                NoSuchFileException.class,
                () -> Segment.create(directory.resolve("no").resolve("x"), OPTIONS));
    }

    @Test
    void anothersDirectoryAndSegmentAreRefused() throws IOException {
        Assumptions.assumeTrue(Platform.current().name().equals("linux") && isRoot());
        final Path anothers = Files.createDirectory(directory.resolve("anothers"));
        try (Segment segment = Segment.create(path(), OPTIONS)) {
            assertFalse(segment.isClosed());
        }
        Files.setAttribute(anothers, "unix:uid", 12345);
        Files.setAttribute(path(), "unix:uid", 12345);
        Refusal.of(IOException.class, () -> Segment.create(anothers.resolve("x"), OPTIONS), "12345");
        Refusal.of(IOException.class, () -> Segment.open(path(), OPTIONS), "another user");
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    @Test
    void filesThatAreNoSegmentsAreRefusedAndLeftAlone() throws IOException {
        Files.write(path(), new byte[] {1, 2, 3});
        assertTrue(refusal().contains("3 bytes"));
        Files.write(path(), new byte[8192]);
        assertTrue(refusal().contains("not a segment"));
        assertThrows(SegmentFormatException.class, () -> Segment.delete(path()));
        assertEquals(8192, Files.size(path()));
    }

    private String refusal() {
        return Refusal.of(SegmentFormatException.class, () -> Segment.open(path(), OPTIONS), path().toString());
    }

    @Test
    void damagedHeadersAreRefused() throws IOException {
        Segment.create(path(), OPTIONS).close();
        patchInt(8, 99);
        assertTrue(refusal().contains("layout version 99"));
        patchInt(8, SegmentLayout.VERSION);
        patchInt(12, 0x04030201);
        assertTrue(refusal().contains("byte order"));
        patchInt(12, SegmentLayout.ORDER_MARK);
        patchInt(72, 100_000);
        assertTrue(refusal().contains("100000 participants"));
        patchInt(72, 100);
        assertTrue(refusal().contains("sections"));
        patchInt(72, 256);
        patchInt(108, 0);
        assertTrue(refusal().contains("incomplete"));
        patchInt(108, SegmentLayout.READY);
        patchInt(0, 0x454E4C50);
        patchInt(4, 0x4B434142);
        assertTrue(refusal().contains("not a segment"));
        patchInt(0, Integer.reverseBytes(0x454E4C50));
        patchInt(4, Integer.reverseBytes(0x4B434142));
        assertTrue(refusal().contains("other byte order"));
    }

    private void patchInt(long offset, int value) throws IOException {
        try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value), offset);
        }
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        Segment.create(path(), OPTIONS).close();
        try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        assertTrue(refusal().contains("truncated"));
    }

    @Test
    void truncationWhileMappedIsAnExceptionThatSaysSo() throws IOException {
        final Segment segment = Segment.create(path(), OPTIONS);
        try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
            file.setLength(0);
        }
        final ObjectSpec spec = new ObjectSpec("x", 1, 1, 64, 0, 0);
        Refusal.of(
                SegmentException.class,
                () -> segment.catalog().createOrAttach(spec, memory -> {}),
                "truncated while it was mapped");
        assertThrows(SegmentException.class, segment::close);
    }

    @Test
    void closedSegmentsRefuse() throws IOException {
        final Segment segment = Segment.create(path(), OPTIONS);
        segment.close();
        segment.close();
        assertThrows(IllegalStateException.class, segment::ensureOpen);
        assertThrows(IllegalStateException.class, segment::sweepDead);
        assertThrows(
                IllegalStateException.class,
                () -> segment.catalog().createOrAttach(new ObjectSpec("x", 1, 1, 64, 0, 0), memory -> {}));
        assertThrows(IllegalStateException.class, () -> segment.catalog().remove("x"));
    }

    @Test
    void deletedSegmentsLiveOnForThoseAttached() throws IOException {
        try (Segment segment = Segment.create(path(), OPTIONS)) {
            assertTrue(Segment.delete(path()));
            assertFalse(Segment.delete(path()));
            segment.catalog().createOrAttach(new ObjectSpec("x", 1, 1, 64, 0, 0), memory -> memory.set(JAVA_INT, 0, 1));
            try (Segment other = Segment.create(path(), OPTIONS)) {
                assertTrue(!other.id().equals(segment.id()));
                final SegmentHandle stale = segment.handle();
                Refusal.of(
                        SegmentException.class,
                        () -> Segment.attach(stale, OPTIONS),
                        segment.id().toString());
            }
        }
    }

    @Test
    void anonymousSegmentsAreAttachedByHandle() throws IOException {
        final SegmentHandle handle;
        try (Segment segment = Segment.anonymous("a test", OPTIONS)) {
            handle = SegmentHandle.parse(segment.handle().toString());
            try (Segment attached = Segment.attach(handle, OPTIONS)) {
                assertEquals(segment.id(), attached.id());
                assertEquals(2, attached.participants().list().size());
            }
        }
        assertThrows(IOException.class, () -> Segment.attach(handle, OPTIONS));
    }

    @Test
    void handlesAreParsedBack() {
        final SegmentHandle handle = new SegmentHandle("/a b:c/d", UUID.randomUUID());
        assertEquals(handle, SegmentHandle.parse(handle.toString()));
        assertThrows(IllegalArgumentException.class, () -> SegmentHandle.parse("segment:"));
        assertThrows(IllegalArgumentException.class, () -> SegmentHandle.parse("/dev/shm/x"));
    }

    @Test
    void optionsOutOfRangeNameTheValue() {
        Refusal.of(IllegalArgumentException.class, () -> OPTIONS.withSize(100), "100");
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withParticipants(0));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withParticipants(257));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withObjects(0));
        assertThrows(IllegalArgumentException.class, () -> OPTIONS.withObjects(70_000));
    }

    @Test
    void segmentNamesAreChecked() {
        assertEquals(Segment.defaultDirectory().resolve("orders"), Segment.pathOf("orders"));
        for (String bad : new String[] {"", "a/b", ".hidden", "..", "nul\0", "x".repeat(201)}) {
            assertThrows(IllegalArgumentException.class, () -> Segment.pathOf(bad), bad);
        }
    }

    @Test
    void labelsAreCutAtCharacters() throws IOException {
        try (Segment segment = Segment.create(path(), OPTIONS.withLabel("é".repeat(100)))) {
            assertEquals(
                    "é".repeat(48), segment.participants().list().getFirst().label());
        }
    }

    @Test
    void pathsThatAreDirectoriesAreRefused() throws IOException {
        Files.createDirectory(path());
        assertThrows(IOException.class, () -> Segment.open(path(), OPTIONS));
        assertTrue(Files.isDirectory(path(), LinkOption.NOFOLLOW_LINKS));
    }
}
