package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedQueue;
import dev.backplane.store.Abandonment;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.JsonReader;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `doctor`, `dump`, and the others that look, on segments whose processes are dead, or busy, or whose bytes
/// are wrong.
final class DoctorCommandJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// Holds things until it is killed.
    public static final class Holder {
        private Holder() {}

        /// Takes them, and says so.
        ///
        /// @param arguments the segment
        @SuppressWarnings("LockNotBeforeTry")
        public static void main(String[] arguments) throws Exception {
            final Manager manager = Manager.open(
                    Path.of(arguments[0]),
                    SegmentOptions.defaults().withSize(1 << 20).withLabel("the holder"));
            manager.lock("guard").lock();
            manager.semaphore("permits", 3).acquire(2);
            manager.readWriteLock("rw").readLock().lock();
            manager.doubleValue("not a number").set(Double.NaN);
            manager.longArray("numbers", 1000).set(1, -5);
            final SharedQueue<String> queue = manager.queue("orders", 16);
            queue.put("first");
            queue.put("second");
            manager.map("stock", String.class, Long.class, 10).put("apples", 3L);
            System.out.println("held");
            while (true) {
                LockSupport.park();
            }
        }
    }

    private Path withDeadHolder() throws Exception {
        final Path path = directory.resolve("segment");
        Abandonment.assumeSeen();
        try (Jvm holder = Jvm.fork(Holder.class, path.toString())) {
            holder.expect("held");
            final Program live = Program.run("doctor", path.toString());
            assertEquals(path + ": healthy\n", live.out());
            assertEquals(0, live.exitCode(), live.err());
            holder.kill();
            holder.waitForExit();
        }
        return path;
    }

    @Test
    void theDeadAreNamedAndRepairGivesBackWhatTheyHeld() throws Exception {
        final Path path = withDeadHolder();
        final Program doctor = Program.run("doctor", path.toString());
        assertEquals(1, doctor.exitCode(), doctor.out() + doctor.err());
        assertEquals("", doctor.err());
        assertEquals(5, doctor.out().lines().count(), doctor.out());
        assertTrue(doctor.out().startsWith(path + ": 4 findings\n"), doctor.out());
        assertTrue(
                doctor.out()
                        .lines()
                        .anyMatch(line -> line.matches(
                                "  leftover  guard: the lock is held by dead pid \\d+ \\(the holder\\); --repair .*")),
                doctor.out());
        assertTrue(doctor.out().contains("permits: dead pid ") && doctor.out().contains(" has 2 permits; "));
        final Program repair = Program.run("doctor", "--repair", path.toString());
        assertEquals(0, repair.exitCode(), repair.out() + repair.err());
        assertTrue(repair.out().startsWith(path + ": healthy, 4 repaired\n"), repair.out());
        assertTrue(repair.out().contains("  repaired  guard: the lock is held by dead pid "), repair.out());
        final Program again = Program.run("doctor", path.toString());
        assertEquals(0, again.exitCode());
        assertTrue(again.out().contains("  note      guard: "), again.out());
        assertEquals(2, again.out().lines().count(), again.out());
    }

    @Test
    void whatIsDamagedIsNamedAndLeftAsItIs() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults().withSize(1 << 20))) {
            manager.latch("latch\u001b[31m", 3);
            assertEquals(0, Program.run("doctor", path.toString()).exitCode());
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(4096 * 9 + 4);
            file.write(new byte[] {0, 0, 0, (byte) 0x80});
        }
        final byte[] before = Files.readAllBytes(path);
        for (String[] arguments : List.of(
                new String[] {"doctor", path.toString()}, new String[] {"doctor", "--repair", path.toString()})) {
            final Program doctor = Program.run(arguments);
            assertEquals(1, doctor.exitCode(), doctor.err());
            assertTrue(
                    doctor.out().contains("  damage    catalog: entry 0 has type -2147483648; stop the segment's"),
                    doctor.out());
            assertFalse(doctor.out().contains("\u001b"), doctor.out());
            assertArrayEquals(before, Files.readAllBytes(path));
        }
        Files.writeString(path, "no segment any more, but long enough ".repeat(400));
        final Program none = Program.run("doctor", path.toString());
        assertEquals(1, none.exitCode());
        assertTrue(none.out().contains("is not a segment"), none.out());
    }

    @Test
    void wrongUsageIsToldApartFromFindings() throws Exception {
        final Program missing =
                Program.run("doctor", directory.resolve("missing").toString());
        assertEquals(2, missing.exitCode());
        assertTrue(missing.err().contains("missing: no such file or directory"), missing.err());
        assertEquals(2, Program.run("doctor", "--mend").exitCode());
        assertEquals(2, Program.run("dump").exitCode());
    }

    @Test
    void orphansAreNamedAndDeletedAndTheLivingsFilesAreNot() throws Exception {
        Abandonment.assumeSeen();
        final Path path = directory.resolve("segment");
        Manager.open(path, SegmentOptions.defaults().withSize(1 << 20)).close();
        final Path half = Files.write(directory.resolve(".backplane-1-2-0123456789abcdef.tmp"), new byte[4096]);
        final Path dead = directory.resolve("dead.socket");
        final Path live = directory.resolve("live.socket");
        listen(dead).close();
        try (ServerSocketChannel _ = listen(live)) {
            final Program doctor = Program.run("doctor", path.toString());
            assertEquals(1, doctor.exitCode(), doctor.out());
            assertTrue(doctor.out().contains(half + ": is a segment whose creator died"), doctor.out());
            assertTrue(doctor.out().contains(dead + ": is the socket of a listener that died"), doctor.out());
            assertFalse(doctor.out().contains("live.socket"), doctor.out());
            assertTrue(Files.exists(half) && Files.exists(dead));
            final Program repair = Program.run("doctor", "--repair", path.toString());
            assertEquals(0, repair.exitCode(), repair.out());
            assertTrue(Files.notExists(half) && Files.notExists(dead) && Files.exists(live));
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    @Test
    void whoLooksAtTheDeadLeavesThemAsTheyLie() throws Exception {
        final Path path = withDeadHolder();
        final byte[] before = Files.readAllBytes(path);
        final String list = Program.run("ls", directory.path().toString()).out();
        assertTrue(list.lines().anyMatch(line -> line.matches("segment +1.0 MiB .* 7 +0 +1 .*")), list);
        final String inspect = Program.run("inspect", path.toString()).out();
        assertTrue(inspect.contains("DEAD") && inspect.contains("held by dead pid "), inspect);
        final Program top = Program.run("top", "--once", path.toString());
        assertEquals(0, top.exitCode(), top.err());
        assertTrue(top.out().lines().allMatch(line -> line.length() <= 80), top.out());
        assertTrue(top.out().startsWith("segment  0 alive, 1 dead, 7 objects, "), top.out());
        assertTrue(top.out().lines().anyMatch(line -> line.matches("0 +\\d+ +DEAD +\\S+ +the holder")), top.out());
        assertTrue(top.out().lines().anyMatch(line -> line.matches("orders +queue +2 +16 +0 +0")), top.out());
        assertTrue(
                top.out().lines().anyMatch(line -> line.matches("guard +lock +dead pid .* 1 +>\\d+(\\.\\d)?m?s +-")),
                top.out());
        assertTrue(top.out().lines().anyMatch(line -> line.matches("permits +semaphore +- +2/3 +- +-")), top.out());
        assertEquals(0, Program.run("dump", "--json", path.toString()).exitCode());
        assertEquals(1, Program.run("doctor", path.toString()).exitCode());
        assertArrayEquals(before, Files.readAllBytes(path));
    }

    @Test
    void aDumpIsJsonWithTheValuesOfSmallObjects() throws Exception {
        final Path path = directory.resolve("segment");
        try (Jvm holder = Jvm.fork(Holder.class, path.toString())) {
            holder.expect("held");
            final Program dump = Program.run("dump", "--json", path.toString());
            assertEquals(0, dump.exitCode(), dump.err());
            final Map<?, ?> segment = assertInstanceOf(Map.class, JsonReader.read(dump.out()));
            assertEquals(path.toString(), segment.get("path"));
            final Map<?, ?> participant = assertInstanceOf(
                    Map.class,
                    assertInstanceOf(List.class, segment.get("participants")).getFirst());
            assertEquals(holder.pid(), participant.get("pid"));
            assertEquals(true, participant.get("alive"));
            assertEquals("the holder", participant.get("label"));
            assertEquals(
                    holder.pid(),
                    assertInstanceOf(Map.class, state(segment, "guard").get("owner"))
                            .get("pid"));
            assertEquals("NaN", state(segment, "not a number").get("value"));
            assertEquals(1L, state(segment, "permits").get("available"));
            assertEquals(2L, state(segment, "orders").get("depth"));
            assertEquals(1L, state(segment, "stock").get("entries"));
            assertEquals(1L, state(segment, "rw").get("reading"));
            final List<?> first =
                    assertInstanceOf(List.class, state(segment, "numbers").get("first"));
            assertEquals(List.of(0L, -5L, 0L), first.subList(0, 3));
            assertEquals(1000L, state(segment, "numbers").get("elements"));
            pythonAgrees(dump.out());
        }
    }

    private static Map<?, ?> state(Map<?, ?> segment, String name) {
        final List<?> objects = assertInstanceOf(List.class, segment.get("objects"));
        final Map<?, ?> object = objects.stream()
                .map(one -> assertInstanceOf(Map.class, one))
                .filter(one -> name.equals(one.get("name")))
                .findFirst()
                .orElseThrow();
        return assertInstanceOf(Map.class, object.get("state"));
    }

    /// Where there is a Python, its parser reads the dump too.
    private void pythonAgrees(String json) throws Exception {
        final Path file = Files.writeString(directory.resolve("dump.json"), json);
        final String count = "import json, sys; print(len(json.load(open(sys.argv[1]))['objects']))";
        for (Python.Version python : Python.some()) {
            assertEquals(
                    "7",
                    Python.run(python, "-c", count, file.toString()).succeeded().strip());
        }
    }
}
