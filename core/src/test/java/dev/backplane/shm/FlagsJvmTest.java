package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Everything works in a JVM that was started without a single flag; the JDK's own warning of native access is all
/// that shows.
final class FlagsJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void sharedObjectsAndChildrenNeedNoFlags() throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Plain.class.getName(),
                directory.resolve("segment").toString());
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").forEach(builder.environment()::remove);
        final Path err = directory.resolve("err");
        final Process plain = builder.redirectError(err.toFile()).start();
        final String out = new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final String errors = java.nio.file.Files.readString(err);
        assertEquals(0, plain.waitFor(), errors);
        assertEquals("[] 7", out.strip());
        assertTrue(errors.lines().allMatch(line -> line.isBlank() || line.startsWith("WARNING:")), errors);
    }

    /// A program that uses a bit of everything.
    static final class Plain {
        private Plain() {}

        public static void main(String[] arguments) throws Exception {
            try (Manager manager = Manager.open(Path.of(arguments[0]))) {
                final SharedLong value = manager.longValue("value");
                final SharedLock lock = manager.lock("lock");
                value.set(3);
                try (JvmProcess child = JvmProcess.start(() -> {
                    lock.lock();
                    try {
                        value.addAndGet(4);
                    } finally {
                        lock.unlock();
                    }
                })) {
                    if (child.join() != 0) {
                        throw new AssertionError(child);
                    }
                }
                System.out.println(ManagementFactory.getRuntimeMXBean().getInputArguments() + " " + value.get());
            }
        }
    }
}
