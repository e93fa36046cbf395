package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which files a worker may load code from, and which are left of makers that have ended.
final class WarmCacheTest {
    @TempDir
    private Path directory;

    private Path fileWith(String permissions) throws Exception {
        final Path file = Files.createTempFile(directory, "cache", ".aot");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aFileThatOthersCanWriteIsNotOurs() throws Exception {
        assertTrue(WarmCache.isOurs(fileWith("rw-r--r--")));
        assertFalse(WarmCache.isOurs(fileWith("rw-rw----")));
        assertFalse(WarmCache.isOurs(fileWith("rw-----w-")));
    }

    @Test
    void aFileOfAnotherUserIsNotOursWhateverHeIsCalled() throws Exception {
        final Path root = Path.of("/"); // Which is another user's, unless this test is root's, who can give away.
        final Path file = fileWith("rw-------");
        final boolean gives = Files.getAttribute(file, "unix:uid").equals(0);
        if (gives) {
            Files.setAttribute(file, "unix:uid", 12345);
        }
        assertFalse(WarmCache.isOurs(gives ? file : root));
    }

    @Test
    void aLinkToAFileIsLookedAtItself() throws Exception {
        final Path link = directory.resolve("link");
        Files.createSymbolicLink(link, fileWith("rw-------"));
        assertFalse(WarmCache.isOurs(link)); // Links have all permissions.
    }

    /// A JVM that holds the lock of a cache, as who makes it does.
    public static final class Maker {
        private Maker() {}

        /// Takes a lock.
        ///
        /// @param arguments its file
        public static void main(String[] arguments) throws Exception {
            try (FileChannel lock = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                lock.lock();
                System.out.println("locked");
                Thread.sleep(Duration.ofDays(1));
            }
        }
    }

    private Set<Path> createAll(String... names) throws IOException {
        final Set<Path> files = new TreeSet<>();
        for (String name : names) {
            files.add(Files.createFile(directory.resolve(name)));
        }
        return files;
    }

    private Set<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /// Makes a cache, which fails as soon as those files have been deleted that were left.
    private void failToMake(Path cache) {
        assertThrows(
                IllegalStateException.class,
                () -> new WarmCache(cache).make(part -> {
                    throw new IllegalStateException("no pool");
                }));
    }

    @Test
    void whatIsLeftOfMakersThatHaveEndedIsDeletedAndNothingElse() throws Exception {
        final String mine = "0".repeat(32) + ".aot";
        final String ended = "1".repeat(32) + ".aot";
        final String made = "2".repeat(32) + ".aot";
        final String making = "3".repeat(32) + ".aot";
        final Set<Path> expected = createAll(
                mine + ".lock",
                made,
                made + ".lock",
                "notes.part",
                "notes.lock",
                making + ".lock",
                making + ".4a.part");
        createAll(mine + ".part", mine + ".part.config", mine + ".5b.part", made + ".6c.part.config");
        createAll(ended + ".lock", ended + ".part", ended + ".part.config", ended + ".7d.part");
        final Path cache = directory.resolve(mine);
        try (Jvm maker =
                Jvm.fork(Maker.class, directory.resolve(making + ".lock").toString())) {
            maker.expect("locked");
            failToMake(cache);
            assertEquals(expected, all());
            maker.kill();
        }
        failToMake(cache);
        expected.removeIf(file -> file.toString().contains(making));
        assertEquals(expected, all());
    }
}
