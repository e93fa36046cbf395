package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.JavaSerialization;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are cut, mapped and read by workers.
final class MappedFileJvmTest {
    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("text"), text);
    }

    private static String text(MappedFile slice) {
        return new String(slice.asSegment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<MappedFile> slices) {
        return slices.stream().map(MappedFileJvmTest::text).toList();
    }

    @Test
    void slicesFollowOneAnother() throws IOException {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int program = 0; program < 200; program++) {
            final String text = random.ints(random.nextInt(40), 0, 4)
                    .mapToObj(x -> x == 0 ? "\n" : "x")
                    .collect(Collectors.joining());
            final MappedFile whole = MappedFile.of(file(text));
            final int count = 1 + random.nextInt(10);
            final List<String> equal = texts(whole.slices(count));
            assertEquals(text, String.join("", equal), seed::toString);
            assertEquals(Math.min(count, text.length()), equal.size(), seed::toString);
            for (String slice : equal) {
                assertTrue(Math.abs(slice.length() - text.length() / equal.size()) <= 1, seed::toString);
            }
            final List<MappedFile> lines = whole.cutAfterLines().slices(count);
            assertEquals(text, String.join("", texts(lines)), seed::toString);
            assertTrue(lines.size() <= count, seed::toString);
            for (MappedFile slice : lines) {
                assertTrue(
                        text(slice).endsWith("\n") || slice.offset() + slice.length() == text.length(),
                        () -> seed + ": " + slice);
            }
        }
    }

    @Test
    void slicesOfSlicesAreCutAsTheWholeIs() throws IOException {
        final MappedFile whole = MappedFile.of(file("a;bb;ccc;d")).cutAfter((byte) ';');
        final MappedFile part = whole.slice(2, 10);
        assertEquals(List.of("bb;", "ccc;", "d"), texts(part.slices(8)));
        assertEquals(2, part.offset());
        assertEquals(8, part.length());
        assertEquals(List.of(), MappedFile.of(file("")).cutAfterLines().slices(3));
        Refusal.of(IndexOutOfBoundsException.class, () -> part.slice(3, 9), "9");
        Refusal.of(IllegalArgumentException.class, () -> part.slices(0), "slices is 0");
    }

    private static int words(MappedFile slice) {
        final String text = text(slice).strip();
        return text.isEmpty() ? 0 : text.split("\\s+").length;
    }

    private static void raise(MappedFile slice) {
        final MemorySegment bytes = slice.asWritableSegment();
        for (long i = 0; i < bytes.byteSize(); i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) Character.toUpperCase(bytes.get(ValueLayout.JAVA_BYTE, i)));
        }
    }

    @Test
    void workersReadAndWriteTheFileInPlace() throws Exception {
        final String text = IntStream.range(0, 5000)
                .mapToObj(i -> "line number " + i + "\n")
                .collect(Collectors.joining());
        final Path path = file(text);
        try (ProcessPool pool = ProcessPool.of(2)) {
            final MappedFile lines = MappedFile.of(path).cutAfterLines();
            assertEquals(15_000, pool.reduce(lines, 0, MappedFileJvmTest::words, Integer::sum));
            assertEquals(text, String.join("", pool.mapSlices(lines, 7, MappedFileJvmTest::text)));
            pool.forEachSlice(MappedFile.writable(path), MappedFileJvmTest::raise);
            assertEquals(text.toUpperCase(Locale.ROOT), Files.readString(path));
            Refusal.of(
                    TaskException.class,
                    () -> pool.forEachSlice(lines, MappedFileJvmTest::raise),
                    "opened to be read only");
            Files.writeString(path, "short");
            Refusal.of(
                    TaskException.class,
                    () -> pool.map(List.of(lines), MappedFileJvmTest::text),
                    "has 5 bytes, it had " + text.length());
        }
    }

    @Test
    void aFileThatChangedIsRefused() throws Exception {
        final Path path = file("text");
        final byte[] travelling = serialized(MappedFile.of(path));
        assertEquals("text", text(deserialized(travelling)));
        Files.writeString(path, "texts");
        Refusal.of(UncheckedIOException.class, () -> text(deserialized(travelling)), "has 5 bytes, it had 4", "again");
        final Path other = Files.writeString(directory.resolve("other"), "next");
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
        Refusal.of(UncheckedIOException.class, () -> text(deserialized(travelling)), "is another file", "again");
        Files.delete(path);
        Refusal.of(UncheckedIOException.class, () -> text(deserialized(travelling)), path.toString());
    }

    private static byte[] serialized(MappedFile file) {
        return JavaSerialization.serialize(file);
    }

    private static MappedFile deserialized(byte[] bytes) {
        return (MappedFile) Objects.requireNonNull(JavaSerialization.deserialize(
                bytes, MappedFileJvmTest.class.getClassLoader(), SerializationPolicy.sameUser()));
    }

    @Test
    void whatIsNoFileIsRefused() {
        Refusal.of(IOException.class, () -> MappedFile.of(directory), "is not a regular file but a directory");
        final Path pretender = Path.of("/proc/self/status");
        if (Files.exists(pretender)) {
            Refusal.of(IOException.class, () -> MappedFile.of(pretender), "says that it has 0 bytes");
        }
        Refusal.of(NoSuchFileException.class, () -> MappedFile.of(directory.resolve("none")), "none");
    }
}
