package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `ls`, `inspect` and `demo`: what people see of segments, live and dead.
final class LookCommandsJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Holds a lock until it is killed.
    public static final class Holder {
        private Holder() {}

        /// Takes the lock and says so.
        ///
        /// @param arguments the segment
        @SuppressWarnings("LockNotBeforeTry")
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(
                    Path.of(arguments[0]), SegmentOptions.defaults().withLabel("the holder"));
            manager.lock("guard").lock();
            System.out.println("held");
            while (true) {
                LockSupport.park();
            }
        }
    }

    @Test
    void theLivingAndTheDeadAreShownAndLeftAsTheyAre() throws Exception {
        final Path path = directory.resolve("orders");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults());
                Jvm holder = Jvm.fork(Holder.class, path.toString())) {
            manager.doubleArray("prices", 1000);
            holder.expect("held");
            final String live = Program.run("inspect", path.toString()).out();
            assertTrue(live.contains("prices") && live.contains("guard"), live);
            assertTrue(live.contains("the holder") && live.contains("alive"), live);
            assertTrue(
                    live.lines()
                            .anyMatch(line -> line.contains("guard") && line.contains("held by pid " + holder.pid())),
                    live);
            assertFalse(live.contains("DEAD"), live);
            holder.kill();
            for (int look = 0; look < 2; look++) {
                final String dead = Program.run("inspect", path.toString()).out();
                assertTrue(dead.lines().anyMatch(line -> line.contains("DEAD") && line.contains("the holder")), dead);
            }
            Files.writeString(directory.resolve("notes.txt"), "not a segment");
            final Program list = Program.run("ls", directory.path().toString());
            assertEquals(0, list.exitCode());
            assertEquals(2, list.out().lines().count(), list.out());
            assertTrue(list.out().contains("orders"), list.out());
        }
    }

    @Test
    void whatIsNoSegmentIsRefused() throws Exception {
        final Path text =
                Files.writeString(directory.resolve("notes.txt"), "not a segment, but long enough ".repeat(400));
        final Program inspect = Program.run("inspect", text.toString());
        assertEquals(1, inspect.exitCode());
        assertTrue(inspect.err().contains("is not a segment"), inspect.err());
        final Program missing =
                Program.run("inspect", directory.resolve("missing").toString());
        assertEquals(1, missing.exitCode());
        assertTrue(missing.err().contains("missing: no such file"), missing.err());
        assertEquals(
                1, Program.run("ls", directory.resolve("missing").toString()).exitCode());
        assertEquals(1, Program.run("ls", text.toString()).exitCode());
    }

    @Test
    void damagedSegmentsAreRefusedWithTheirValues() throws Exception {
        final Path path = directory.resolve("damaged");
        Manager.open(path, SegmentOptions.defaults().withSize(1 << 20)).close();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1 << 19);
            refused(path, "524288", "1048576", "truncated");
            file.seek(8);
            file.write(99);
            refused(path, "layout version 99");
            file.seek(12);
            file.write(new byte[] {1, 2, 3, 4});
            file.seek(8);
            file.write(1);
            refused(path, "byte order");
        }
        final Path link = Files.createSymbolicLink(directory.resolve("link"), path);
        refused(link, "symbolic link");
        assertEquals(1 << 19, Files.size(path));
    }

    @Test
    void oneDamagedObjectDoesNotHideTheOthers() throws Exception {
        final Path path = directory.resolve("damaged");
        final int parameters = 32;
        try (Manager manager = Manager.open(path, SegmentOptions.defaults().withSize(1 << 20))) {
            manager.topic("topic", String.class, 1024);
            manager.channel("channel", ChannelOptions.oneToOne(1024));
            manager.queue("queue", 16);
        }
        try (SegmentView view = SegmentView.open(path);
                RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (CatalogEntry entry : view.entries()) {
                if (!entry.name().equals("queue")) {
                    file.seek(9 * 4096 + 256L * entry.index() + parameters);
                    file.write(new byte[] {77, 0});
                }
            }
        }
        for (String[] command : new String[][] {
            {"top", "--once", path.toString()},
            {"dump", "--json", path.toString()},
            {"inspect", path.toString()}
        }) {
            final Program look = Program.run(command);
            assertEquals("", look.err());
            assertEquals(0, look.exitCode());
            assertTrue(look.out().contains("queue"), look.out());
        }
    }

    private static void refused(Path segment, String... words) throws Exception {
        final Program inspect = Program.run("inspect", segment.toString());
        assertEquals(1, inspect.exitCode());
        assertEquals("", inspect.out());
        for (String word : words) {
            assertTrue(inspect.err().contains(word), () -> "expected " + word + " in: " + inspect.err());
        }
        assertTrue(inspect.err().contains(segment.toString()), inspect.err());
    }

    @Test
    void theTourEndsWell() throws Exception {
        final Program demo = Program.run("demo");
        assertEquals(0, demo.exitCode(), demo.err());
        assertTrue(demo.out().contains("counter is 4000000, expected 4000000"), demo.out());
        assertTrue(demo.out().contains("OwnerDiedException"), demo.out());
        assertTrue(demo.out().contains("the sum is 5000000.0"), demo.out());
        assertEquals(
                3, demo.out().lines().filter(line -> line.contains("It shows:")).count(), demo.out());
        assertEquals("", demo.err());
    }

    @Test
    void helpReadsWell() throws Exception {
        final Program help = Program.run("--help");
        assertEquals(0, help.exitCode());
        for (String command :
                new String[] {"wordcount", "demo", "ls", "inspect", "top", "doctor", "dump", "journal", "torture"}) {
            assertTrue(help.out().contains(command), help.out());
            assertEquals(0, Program.run(command, "--help").exitCode());
        }
        assertTrue(help.out().lines().allMatch(line -> line.length() <= 100), help.out());
    }
}
