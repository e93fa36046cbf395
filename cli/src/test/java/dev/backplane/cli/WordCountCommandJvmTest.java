package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.cli.wordcount.NaiveCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WordCountCommandJvmTest {
    /// Sentences of the first article of the Universal Declaration of Human Rights, in several scripts.
    private static final List<String> SENTENCES = List.of(
            "All human beings are born free and equal in dignity and rights.",
            "ΟΛΟΙ ΟΙ ΑΝΘΡΩΠΟΙ γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
            "Все люди рождаются свободными и равными в своем достоинстве и правах.",
            "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
            "BÜTÜN İNSANLAR hür, haysiyet ve haklar bakımından eşit doğarlar.",
            "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.",
            "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।",
            "人人生而自由，在尊严和权利上一律平等。",
            "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。");

    @TempDir
    private Path directory = Path.of("");

    private static byte[] text(int sentences, int seed) {
        final Random random = new Random(seed);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < sentences; i++) {
            bytes.writeBytes(SENTENCES.get(random.nextInt(SENTENCES.size())).getBytes(StandardCharsets.UTF_8));
            bytes.write(random.nextInt(10) == 0 ? 0xFF : '\n');
        }
        return bytes.toByteArray();
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes).toString();
    }

    private static List<String> count(String... arguments) throws IOException, InterruptedException {
        final List<String> all = new ArrayList<>(List.of("wordcount", "--format", "tsv"));
        all.addAll(List.of(arguments));
        final Program run = Program.run(all.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run.out().lines().toList();
    }

    private static void assertRefused(int exitCode, String words, String... arguments)
            throws IOException, InterruptedException {
        final Program run = Program.run(arguments);
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().contains(words), () -> "expected \"" + words + "\" in: " + run.err());
    }

    @Test
    void workersAgreeWithTheDefinitionOnTextInSeveralScripts() throws Exception {
        final byte[] one = text(60_000, 1);
        final byte[] two = text(10, 2);
        final ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.write('\n');
        both.writeBytes(two);
        final List<String> expected = NaiveCount.lines(NaiveCount.of(both.toByteArray()));
        assertEquals(expected, count(file("one", one), file("two", two), "--workers", "3"));
        assertEquals(expected.subList(0, 4), count(file("one", one), file("two", two), "--top", "4"));
    }

    @Test
    void aKilledWorkerChangesNothing() throws Exception {
        final byte[] bytes = text(100_000, 3);
        final Program run =
                Program.run("wordcount", file("text", bytes), "--workers", "2", "--format", "tsv", "--kill-a-worker");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("killed worker"), run.err());
        assertEquals(NaiveCount.lines(NaiveCount.of(bytes)), run.out().lines().toList());
    }

    @Test
    void tablesAreForPeople() throws Exception {
        final Program run = Program.run("wordcount", file("text", "b a b".getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                List.of("   1  2  b", "   2  1  a", "3 words, 2 different"),
                run.out().lines().toList());
        assertEquals("", run.err());
    }

    @Test
    void emptyBinaryAndWordlessFilesAreCountedToo() throws Exception {
        final byte[] binary = new byte[300_000];
        new Random(4).nextBytes(binary);
        assertEquals(List.of(), count(file("empty", new byte[0])));
        assertEquals(List.of(), count(file("wordless", "?! \n".repeat(1000).getBytes(StandardCharsets.UTF_8))));
        assertEquals(NaiveCount.lines(NaiveCount.of(binary)), count(file("binary", binary)));
        assertEquals(
                "0 words, 0 different\n",
                Program.run("wordcount", file("empty", new byte[0])).out());
    }

    @Test
    void oneLongLineAndOneLongWordNeedNoMoreMemory() throws Exception {
        final byte[] word = new byte[200 << 20];
        java.util.Arrays.fill(word, (byte) 'W');
        word[word.length - 2] = ' ';
        final Program run =
                Program.run("wordcount", file("word", word), "--format", "tsv", "--top", "1", "--workers", "2");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("1\tw\n", run.out());
    }

    @Test
    void badInputIsRefusedByNameBeforeAnyWork() throws Exception {
        assertRefused(
                1,
                "no-such-file: no such file",
                "wordcount",
                directory.resolve("no-such-file").toString());
        assertRefused(1, "is not a regular file but a directory", "wordcount", directory.toString());
        assertRefused(1, "name of a file is empty", "wordcount", "");
        if (Files.isRegularFile(Path.of("/proc/self/status"))) {
            assertRefused(1, "/proc/self/status says that it has 0 bytes", "wordcount", "/proc/self/status");
        }
        final String text = file("text", new byte[] {'x'});
        assertRefused(2, "--workers is 0, must be 1 to", "wordcount", text, "--workers", "0");
        assertRefused(2, "--workers is 100000", "wordcount", text, "--workers", "100000");
        assertRefused(2, "--workers", "wordcount", text, "--workers", "many");
        assertRefused(2, "--top is -1", "wordcount", text, "--top", "-1");
        assertRefused(2, "--format", "wordcount", text, "--format", "xml");
        assertRefused(2, "FILE", "wordcount");
        assertRefused(2, "nonsense", "nonsense");
        assertRefused(2, "Usage: backplane");
    }

    @Test
    void workersThatCannotStartAreReportedWithTheirWords() throws Exception {
        // A training run that has nowhere to write: a JVM that ends at once, whatever it was to run.
        final String text = file("text", "some words".getBytes(StandardCharsets.UTF_8));
        final Program run =
                Program.runWith(List.of("-Ddev.backplane.child.aotCacheOutput="), "wordcount", text, "--workers", "1");
        assertEquals(1, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().contains("backplane: no worker can start"), run.err());
        assertTrue(run.err().contains("AOTCacheOutput"), run.err());
    }

    @Test
    void resultsThatCannotBeWrittenAreAFailure() throws Exception {
        final String text = file("text", "some words".getBytes(StandardCharsets.UTF_8));
        final Process full = new ProcessBuilder(Program.command(List.of(), "wordcount", text))
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();
        assertEquals(1, full.waitFor());
        final String err = new String(full.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(err.contains("cannot write the result"), err);
    }
}
