package dev.backplane.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A Python program and this JVM see the same memory.
final class PythonSegmentJvmTest {
    private static final Path DIRECTORY = Path.of("python");
    private static final Path MODULE = DIRECTORY.resolve("backplane_segment.py");

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static String python(int exitCode, String... arguments) throws Exception {
        final Map<String, String> environment =
                Map.of("PYTHONPATH", DIRECTORY.toAbsolutePath().toString(), "PYTHONDONTWRITEBYTECODE", "1");
        final Python.Run run = Python.run(Python.onPath(), environment, arguments);
        assertEquals(exitCode, run.exitCode(), run.output());
        return run.output();
    }

    @Test
    void whatOneWritesTheOtherReads() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            final SharedDoubleArray prices = manager.doubleArray("prices", 1000);
            final SharedLong count = manager.longValue("count");
            manager.lock("lock");
            prices.set(999, 2.5);
            count.set(-7);
            assertEquals("2.5 1000\n", python(0, "-c", """
                    import sys
                    from backplane_segment import Segment
                    prices = Segment(sys.argv[1])["prices"]
                    print(prices[999], len(prices))
                    prices[0] = 41.5
                    Segment(sys.argv[1])["count"][0] *= 6
                    """, path.toString()));
            assertEquals(41.5, prices.get(0));
            assertEquals(-42, count.get());
            assertEquals("-42\n", python(0, MODULE.toString(), path.toString(), "count"));
            assertEquals(
                    "count SharedLong\nlock 9\nprices SharedDoubleArray\n",
                    python(0, MODULE.toString(), path.toString()));
        }
    }

    @Test
    void anAnonymousSegmentIsReachedThroughItsProcess() throws Exception {
        try (Manager manager = Manager.anonymous("python", SegmentOptions.defaults())) {
            Assumptions.assumeTrue(
                    manager.handle().path().startsWith("/proc"), "segments without a name are files here");
            manager.intArray("numbers", 3).set(1, 77);
            assertEquals(
                    "0\n77\n0\n",
                    python(0, MODULE.toString(), manager.handle().path().toString(), "numbers"));
        }
    }

    @Test
    void whatIsNoSegmentIsRefused() throws Exception {
        final Path file = directory.resolve("file");
        Files.write(file, new byte[8192]);
        assertTrue(python(1, MODULE.toString(), file.toString()).contains("has magic 0x0, version 0"));
        Files.write(file, new byte[100]);
        assertTrue(python(1, MODULE.toString(), file.toString()).contains("has 100 bytes, fewer than a header"));
        final Path link = directory.resolve("link");
        Files.createSymbolicLink(link, file);
        assertTrue(python(1, MODULE.toString(), link.toString()).contains("symbolic link"));
        assertTrue(python(2, MODULE.toString()).contains("lists the objects"));
    }
}
