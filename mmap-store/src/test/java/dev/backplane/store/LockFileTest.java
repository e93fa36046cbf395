package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Bytes of a lock file: one holder each, let go by its death.
final class LockFileTest {
    private static final long FAR = 1L << 62;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Holds a byte until it is killed.
    public static final class Holder {
        private Holder() {}

        /// Takes byte 7 and says so.
        ///
        /// @param arguments the lock file
        public static void main(String[] arguments) throws IOException {
            final LockFile file = LockFile.open(Path.of(arguments[0]));
            System.out.println(file.tryHold(7));
            while (file.isHeld(7)) {
                LockSupport.park();
            }
        }
    }

    @Test
    void byteHasOneHolder() throws Exception {
        final Path path = directory.resolve("locks");
        try (LockFile one = LockFile.open(path);
                LockFile two = LockFile.open(path)) {
            assertTrue(one.tryHold(1));
            assertFalse(one.tryHold(1));
            assertFalse(two.tryHold(1));
            assertTrue(two.tryHold(FAR));
            assertFalse(one.tryHold(FAR));
            assertTrue(one.isHeld(FAR) && two.isHeld(FAR) && two.isHeld(1));
            assertFalse(one.isHeld(0));
            two.letGo(1); // Not its own: nothing happens.
            assertTrue(two.isHeld(1));
            one.letGo(1);
            assertTrue(two.tryHold(1));
        }
        try (LockFile later = LockFile.open(path)) {
            assertFalse(later.isHeld(1) || later.isHeld(FAR));
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }

    @Test
    void closingOneHolderLeavesTheOthers() throws Exception {
        final Path path = directory.resolve("locks");
        try (LockFile one = LockFile.open(path);
                LockFile asking = LockFile.open(path)) {
            assertTrue(one.tryHold(3));
            final LockFile two = LockFile.open(path);
            assertTrue(two.tryHold(4));
            two.close();
            two.close();
            assertTrue(asking.isHeld(3));
            assertFalse(asking.isHeld(4));
        }
    }

    @Test
    void killedHolderLetsGo() throws Exception {
        final Path path = directory.resolve("locks");
        try (LockFile file = LockFile.open(path);
                Jvm holder = Jvm.fork(Holder.class, path.toString())) {
            holder.expect("true");
            assertTrue(file.isHeld(7));
            assertFalse(file.tryHold(7));
            holder.kill();
            Eventually.holds("the byte is free", () -> file.tryHold(7));
        }
    }

    @Test
    void linksAndMissingDirectoriesAreRefused() throws Exception {
        final Path real = Files.createFile(directory.resolve("real"));
        final Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        Refusal.of(IOException.class, () -> LockFile.open(link), link.toString());
        final Path inside = directory.resolve("missing").resolve("locks");
        Refusal.of(NoSuchFileException.class, () -> LockFile.open(inside), "missing");
    }
}
