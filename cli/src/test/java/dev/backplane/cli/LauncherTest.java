package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `backplane`, with a JDK and a Maven that only write down how they were called.
final class LauncherTest {
    private static final List<String> TOOLS =
            List.of("bash", "readlink", "dirname", "sed", "find", "touch", "mkdir", "flock", "cat", "rm", "mv");
    private static final int EXIT_CODE_OF_JAVA = 7;

    @TempDir
    private Path directory = Path.of("");

    private Path checkout;
    private Path tools;

    /// How a run of the script ended, and what it wrote.
    private record Run(int exitCode, String out) {}

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectory(directory.resolve("a check out"));
        Files.copy(Path.of("..", "backplane"), checkout.resolve("backplane"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        for (String module : List.of("mmap-store", "core", "cli")) {
            Files.writeString(
                    Files.createDirectories(checkout.resolve(module + "/src/main/java"))
                            .resolve("A.java"),
                    "class A {}");
        }
        tools = Files.createDirectory(directory.resolve("tools"));
        for (String tool : TOOLS) {
            final Path real = Path.of("/usr/bin", tool);
            Assumptions.assumeTrue(Files.exists(real), () -> real + " is missing");
            script(tools.resolve(tool), "exec " + real + " \"$@\"\n");
        }
        script(tools.resolve("mvn"), """
                mkdir -p cli/target/lib
                echo built >>builds
                [ ! -f fail ] || { echo "the compiler complains"; exit 1; }
                """);
        jdk("jdk", "25.0.1");
    }

    private static Path executable(Path path) throws IOException {
        return Files.createFile(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private static void script(Path path, String lines) throws IOException {
        Files.writeString(executable(path), "#!/bin/bash\n" + lines);
    }

    private Path jdk(String name, String version) throws IOException {
        final Path home = Files.createDirectories(directory.resolve(name));
        Files.createDirectory(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "");
        script(home.resolve("bin/java"), """
                for argument in "$@"; do echo "<$argument>"; done
                exit %d
                """.formatted(EXIT_CODE_OF_JAVA));
        return home;
    }

    private Process start(Path program, String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        final Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", tools.toString());
        environment.put("JAVA_HOME", directory.resolve("jdk").toString());
        return builder.directory(Path.of("/").toFile()).start();
    }

    private static Run end(Process process) throws IOException, InterruptedException {
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        return end(start(checkout.resolve("backplane"), arguments));
    }

    private long builds() throws IOException {
        final Path builds = checkout.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    @Test
    void itBuildsOnceAndPassesArgumentsAndExitCodeOn() throws Exception {
        final Run first = run("wordcount", "a file", "");
        assertEquals(EXIT_CODE_OF_JAVA, first.exitCode(), first.out());
        assertTrue(first.out().contains("building"), first.out());
        assertTrue(
                first.out().endsWith("<dev.backplane.cli.Main>\n<wordcount>\n<a file>\n<>\n"),
                () -> "arguments arrive as they were: " + first.out());
        assertTrue(first.out().contains("<" + checkout.resolve("cli/target/lib/*") + ">"), first.out());
        final Run second = run("ls");
        assertFalse(second.out().contains("building"), second.out());
        assertEquals(1, builds());
    }

    @Test
    void itBuildsAgainWhenSourcesChangeOrVanish() throws Exception {
        run("ls");
        Files.delete(checkout.resolve("core/src/main/java/A.java"));
        run("ls");
        assertEquals(2, builds());
        run("ls");
        assertEquals(2, builds());
        Files.setLastModifiedTime(
                checkout.resolve("mmap-store/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        run("ls");
        assertEquals(3, builds());
    }

    @Test
    void testsMakeNoBuildStale() throws Exception {
        run("ls");
        Files.writeString(
                Files.createDirectories(checkout.resolve("cli/src/test/java")).resolve("ATest.java"), "class ATest {}");
        run("ls");
        assertEquals(1, builds());
    }

    @Test
    void itRunsThroughLinks() throws Exception {
        final Path link = Files.createSymbolicLink(directory.resolve("bp"), Path.of("a check out", "backplane"));
        final Path linkToLink = Files.createSymbolicLink(directory.resolve("bp2"), link);
        assertEquals(EXIT_CODE_OF_JAVA, end(start(linkToLink, "ls")).exitCode());
        assertEquals(1, builds());
    }

    @Test
    void ofTwoFirstRunsAtOnceOneBuilds() throws Exception {
        final Process one = start(checkout.resolve("backplane"), "ls");
        final Process other = start(checkout.resolve("backplane"), "ls");
        assertEquals(EXIT_CODE_OF_JAVA, end(one).exitCode());
        assertEquals(EXIT_CODE_OF_JAVA, end(other).exitCode());
        assertEquals(1, builds());
    }

    @Test
    void aBuildThatFailsShowsItsOutputAndIsTriedAgain() throws Exception {
        Files.createFile(checkout.resolve("fail"));
        final Run failed = run("ls");
        assertEquals(1, failed.exitCode());
        assertTrue(failed.out().contains("the compiler complains"), failed.out());
        assertTrue(failed.out().contains("the build failed"), failed.out());
        Files.delete(checkout.resolve("fail"));
        assertEquals(EXIT_CODE_OF_JAVA, run("ls").exitCode());
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Files.delete(tools.resolve("mvn"));
        final Run withoutMaven = run("ls");
        assertEquals(1, withoutMaven.exitCode());
        assertTrue(withoutMaven.out().contains("Maven 3.8 or newer is needed"), withoutMaven.out());
    }

    @Test
    void aCheckoutThatCannotBeWrittenIsNamed() throws Exception {
        Files.createFile(checkout.resolve("cli/target"));
        final Run run = run("ls");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains(checkout.resolve("cli/target") + " cannot be written"), run.out());
    }

    @Test
    void aCacheOfAnotherJdkIsNotUsed() throws Exception {
        run("ls");
        final Path cache = Files.createFile(checkout.resolve("cli/target/backplane.aot"));
        assertTrue(run("ls").out().contains("<-XX:AOTCache=" + cache + ">"));
        Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"25.0.2\"\n");
        final Run run = run("ls");
        assertEquals(EXIT_CODE_OF_JAVA, run.exitCode());
        assertFalse(run.out().contains("AOTCache"), run.out());
        assertEquals(1, builds());
    }

    @Test
    void aJdkThatIsTooOldIsPassedOver() throws Exception {
        Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"24.0.2\"\n");
        assertFalse(run("ls").out().contains("<ls>"), "this machine's own JDK, or none, but not that one");
    }
}
