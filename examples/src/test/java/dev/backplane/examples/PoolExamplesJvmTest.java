package dev.backplane.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Jvm;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PoolExamplesJvmTest {
    private static final int MOST_LINES = 79;

    @TempDir
    private Path directory;

    @Test
    void squaresAreComputedElsewhere() {
        try (Jvm jvm = Jvm.fork(Squares.class)) {
            jvm.expect("[1, 4, 9, 16, 25, 36, 49, 64]");
            jvm.expect("computed here: false");
            assertEquals(0, jvm.waitForExit());
        }
    }

    @Test
    void pointsTellPi() throws Exception {
        assertEquals(Math.PI, MonteCarlo.estimate(1_000_000), 0.01);
    }

    @Test
    void aDotBecomesABlot() throws Exception {
        final BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        image.setRGB(20, 15, 0xFFFFFF);
        final File in = directory.resolve("in.png").toFile();
        final File out = directory.resolve("out.png").toFile();
        ImageIO.write(image, "png", in);
        Blur.main(new String[] {in.toString(), out.toString()});
        final BufferedImage blurred = ImageIO.read(out);
        final int blot = 255 / 49; // One white pixel of 7 by 7.
        assertEquals(blot << 16 | blot << 8 | blot, blurred.getRGB(20, 15) & 0xFFFFFF);
        assertEquals(blurred.getRGB(20, 15), blurred.getRGB(23, 12));
        assertEquals(0, blurred.getRGB(24, 15) & 0xFFFFFF);
    }

    @Test
    void wordsAreCounted() throws Exception {
        final Path text = directory.resolve("text");
        Files.write(text, Collections.nCopies(2500, "to be, or not to be"));
        assertEquals(Map.of("to", 5000, "be", 5000, "or", 2500, "not", 2500), WordCount.count(text));
    }

    /// As a newcomer does, but with the class path of the tests, since the jars are not there yet.
    @Test
    void theCommandOfTheIndexRunsAnExample() throws Exception {
        final Matcher shown = Pattern.compile("^ {4}java (-cp '([^']*)' (\\S+))$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(shown.find());
        assertEquals("examples/target/classes:cli/target/lib/*", shown.group(2));
        assertTrue(Files.isDirectory(Path.of("..", shown.group(2).split(":", -1)[0])));
        final String java =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final Process run = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), shown.group(3))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertEquals("[1, 4, 9, 16, 25, 36, 49, 64]", run.inputReader().readLine());
            assertTrue(run.waitFor(2, TimeUnit.MINUTES));
            assertEquals(0, run.exitValue());
        } finally {
            run.destroyForcibly();
        }
    }

    @Test
    void examplesAreShortAndInTheIndex() throws IOException {
        final String index = Files.readString(Path.of("README.md"));
        try (Stream<Path> programs = Files.list(Path.of("src/main/java/dev/backplane/examples"));
                Stream<Path> clients = Files.list(Path.of("python"))) {
            final Stream<Path> files = Stream.concat(
                    programs,
                    clients.filter(file -> file.getFileName().toString().endsWith(".py")));
            // A module to use, as the index says.
            for (Path file :
                    files.filter(each -> !each.endsWith("backplane_segment.py")).toList()) {
                final List<String> lines = Files.readAllLines(file);
                assertTrue(lines.size() <= MOST_LINES, file + " has " + lines.size() + " lines");
                final String name = file.getFileName().toString();
                assertTrue(
                        name.equals("package-info.java")
                                || index.contains("examples/" + name)
                                || index.contains("python/" + name),
                        name);
            }
        }
    }
}
