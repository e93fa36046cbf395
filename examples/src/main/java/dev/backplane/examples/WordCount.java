package dev.backplane.examples;

import dev.backplane.pool.ProcessPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Counts the words of a file: workers get a thousand lines at a time, read only as results are.
public final class WordCount {
    private static final int LINES = 1000;
    private static final Pattern WORD = Pattern.compile("\\w+");

    private WordCount() {}

    /// Prints each word and how often it occurs.
    ///
    /// @param arguments the file
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        count(Path.of(arguments[0])).forEach((word, count) -> System.out.println(word + " " + count));
    }

    @SuppressWarnings("StreamToIterable") // It is read once.
    static Map<String, Integer> count(Path file) throws Exception {
        Map<String, Integer> total = new TreeMap<>();
        try (Stream<String> lines = Files.lines(file);
                ProcessPool pool = ProcessPool.builder().start();
                Stream<Map<String, Integer>> counts =
                        pool.imapUnordered(lines::iterator, WordCount::countLine, LINES)) {
            counts.forEach(part -> part.forEach((word, count) -> total.merge(word, count, Integer::sum)));
        }
        return total;
    }

    private static Map<String, Integer> countLine(String line) {
        Map<String, Integer> counts = new HashMap<>();
        WORD.matcher(line).results().forEach(word -> counts.merge(word.group(), 1, Integer::sum));
        return counts;
    }
}
