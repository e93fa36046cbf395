package dev.backplane.benchmarks;

import dev.backplane.cli.wordcount.Slice;
import dev.backplane.cli.wordcount.WordCounter;
import dev.backplane.cli.wordcount.WordCounts;
import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// `backplane wordcount` with two workers, beside the same counting code in one thread of one JVM.
final class WordCountGroup implements Group {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS = 90;
    private static final int VOCABULARY = 50_000;
    private static final String LETTERS = "eeeeetttaaooiinnsshhrrddlucmfwypvbgkjqxzéüñάωдж";

    @Override
    public String name() {
        return "wordcount";
    }

    @Override
    public List<Row> measure(Rivals rivals, boolean quick) throws Exception {
        final long bytes = quick ? 128L << 20 : 1L << 30;
        final Path text = Files.createTempFile("backplane-bench", ".txt");
        try {
            write(text, bytes);
            final double mebibytes = bytes >> 20;
            final Repeated repeated = new Repeated(quick, SECONDS)
                    .one("one", () -> mebibytes / seconds(OneThread.class, text, 1))
                    .one("workers", () -> mebibytes / seconds(TwoWorkers.class, text, 1))
                    .one("copies", () -> 2 * mebibytes / seconds(OneThread.class, text, 2))
                    .run();
            final String what = String.format(
                    Locale.ROOT, "wordcount of %.0f MiB, 2 workers of 120 MiB heap, whole process", mebibytes);
            return List.of(
                    new Row(
                            what,
                            repeated.of("workers"),
                            "MiB/s",
                            "the same code in one thread, whole process",
                            repeated.of("one"),
                            Row.Goal.atLeast(1.7)),
                    new Row(
                            what,
                            repeated.of("workers"),
                            "MiB/s",
                            "two such processes at once, each with all of the text: what 2 processors give here",
                            repeated.of("copies"),
                            Row.Goal.atLeast(0.9)));
        } finally {
            Files.deleteIfExists(text);
        }
    }

    /// How long some copies of a program take that run at once.
    private static double seconds(Class<?> main, Path text, int copies) throws IOException, InterruptedException {
        final long start = System.nanoTime();
        final List<JvmProcess> children = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            children.add(JvmProcess.builder().stdout(JvmOutput.capture()).start(main, text.toString()));
        }
        for (JvmProcess child : children) {
            if (child.join() != 0) {
                throw new IOException(child + " failed");
            }
        }
        return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }

    /// Words of a vocabulary whose frequencies fall off as in natural text, some of them not ASCII.
    private static void write(Path file, long bytes) throws IOException {
        final SplittableRandom random = new SplittableRandom(1);
        final byte[][] words = new byte[VOCABULARY][];
        for (int i = 0; i < VOCABULARY; i++) {
            final StringBuilder word = new StringBuilder();
            for (int n = random.nextInt(1, 4) + random.nextInt(0, 9); n > 0; n--) {
                word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            words[i] = word.append(random.nextInt(12) == 0 ? ".\n" : " ")
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        long written = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            while (written < bytes) {
                final byte[] word = words[(int) Math.pow(VOCABULARY, random.nextDouble()) - 1];
                out.write(word);
                written += word.length;
            }
        }
    }

    /// Counts in one thread.
    static final class OneThread {
        private OneThread() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ)) {
                final MemorySegment text =
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
                final WordCounts counts = new WordCounts();
                final WordCounter counter = new WordCounter(WordCounter.DEFAULT_HEAP_LIMIT_BYTES, counts::merge);
                counter.count(0, text, new Slice(0, text.byteSize()));
                counter.drain();
                System.out.println(counts.total());
            }
        }
    }

    /// Runs the program as its users do.
    static final class TwoWorkers {
        private TwoWorkers() {}

        public static void main(String[] arguments) throws ReflectiveOperationException {
            final var main = Class.forName("dev.backplane.cli.Main").getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            main.invoke(null, (Object) new String[] {"wordcount", arguments[0], "--workers", "2", "--top", "1"});
        }
    }
}
