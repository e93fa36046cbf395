package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pool.ProcessPool;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The ahead-of-time cache of a pool's workers, which programs of jars have.
final class WarmCacheJvmTest {
    @TempDir
    private Path directory;

    /// A program that starts two pools at once, prints the options of a worker, and waits for a cache if told so.
    static final class Pools {
        private Pools() {}

        @SuppressWarnings({"UnusedMethod", "ThreadPriorityCheck"}) // Another JVM calls it.
        public static void main(String[] arguments) throws Exception {
            try (ProcessPool one = ProcessPool.of(1);
                    ProcessPool another = ProcessPool.of(1)) {
                System.out.println(one.apply(() -> options()));
                another.apply(() -> options());
                while (arguments.length == 1 && caches(Path.of(arguments[0])).isEmpty()) {
                    Thread.yield();
                }
            }
        }

        private static String options() {
            return ManagementFactory.getRuntimeMXBean().getInputArguments().toString();
        }
    }

    private static List<Path> caches(Path in) throws IOException {
        if (!Files.isDirectory(in)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(in)) {
            return files.filter(file -> file.toString().endsWith(".aot")).toList();
        }
    }

    /// This JVM's class path as jars.
    private List<Path> jars() throws IOException {
        final List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            final Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                final Path jar = directory.resolve(jars.size() + ".jar");
                pack(path, jar);
                jars.add(jar);
            } else if (path.getFileName().toString().matches("(agrona|jspecify|backplane).*\\.jar")) {
                jars.add(path);
            }
        }
        return jars;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                final String name = classes.relativize(file).toString();
                if (!name.endsWith("MANIFEST.MF")) {
                    entries.putNextEntry(new JarEntry(name));
                    Files.copy(file, entries);
                }
            }
        }
    }

    private String run(List<Path> jars, String... arguments) throws IOException, InterruptedException {
        return output(start(jars, arguments));
    }

    private static String output(Process process) throws IOException, InterruptedException {
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> out);
        return out;
    }

    private Process start(List<Path> jars, String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Ddev.backplane.pool.cache=" + directory.resolve("cache"),
                "-cp",
                String.join(
                        File.pathSeparator, jars.stream().map(Path::toString).toList()),
                Pools.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    @Test
    void programsThatComeAtOnceMakeOneCacheAndSayNothingOfIt() throws Exception {
        final List<Path> jars = jars();
        final Path cache = directory.resolve("cache");
        final List<Process> programs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            programs.add(start(jars, cache.toString()));
        }
        for (Process program : programs) {
            assertEquals(1, output(program).lines().count());
        }
        assertEquals(1, caches(cache).size());
        try (Stream<Path> left = Files.list(cache)) {
            assertEquals(2, left.count(), "the cache and its lock");
        }
    }

    @Test
    void aDirectoryThatOthersCanWriteIsLeftAlone() throws Exception {
        final Path cache = Files.createDirectory(directory.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        run(jars());
        try (Stream<Path> left = Files.list(cache)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void aPoolMakesACacheForTheNextOneAndAnUpgradeAnother() throws Exception {
        final List<Path> jars = jars();
        final Path cache = directory.resolve("cache");
        assertFalse(run(jars, cache.toString()).contains("AOTCache"));
        final List<Path> made = caches(cache);
        assertEquals(1, made.size(), made::toString);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.getFirst())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));

        assertTrue(run(jars).contains("-XX:AOTCache=" + made.getFirst()));
        assertEquals("", Files.readString(directory.resolve("errors")));

        Files.setPosixFilePermissions(made.getFirst(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertFalse(run(jars).contains("AOTCache"), "others could have written it");

        run(jars, cache.toString());
        Files.setLastModifiedTime(directory.resolve("0.jar"), FileTime.fromMillis(0));
        assertFalse(run(jars).contains("AOTCache"), "it was of another jar");
    }
}
