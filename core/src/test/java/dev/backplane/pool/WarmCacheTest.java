package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which files a worker may load code from.
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
}
