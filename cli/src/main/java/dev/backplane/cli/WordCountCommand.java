package dev.backplane.cli;

import dev.backplane.cli.wordcount.Ranking;
import dev.backplane.cli.wordcount.WordCounts;
import dev.backplane.pool.ProcessPool;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `backplane wordcount`: counts the words of files in worker JVMs.
@Command(
        name = "wordcount",
        mixinStandardHelpOptions = true,
        description = {
            "Counts the words of UTF-8 files in worker JVMs that map the files and copy nothing.",
            "",
            "A word is a maximal run of letters and digits, in lower case; malformed UTF-8 separates words."
        })
final class WordCountCommand implements Callable<Integer> {
    /// How results are printed.
    enum Format {
        /// Columns for people: rank, count, word.
        TABLE,
        /// `count<TAB>word` lines for programs.
        TSV
    }

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "What to count; a file given twice counts twice.")
    private List<Path> files = List.of();

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Worker JVMs, 1 to " + ProcessPool.MOST_WORKERS + "; as many as processors by default.")
    private int workers = Math.min(Runtime.getRuntime().availableProcessors(), ProcessPool.MOST_WORKERS);

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "Print the K most frequent words only; all by default, 20 in a table.")
    private @Nullable Long top;

    @Option(names = "--format", paramLabel = "table|tsv", description = "How to print; table by default.")
    private Format format = Format.TABLE;

    @Option(
            names = "--kill-a-worker",
            description = "Kill one worker half way, to show that the result does not change.")
    private boolean killAWorker;

    @Spec
    private @Nullable CommandSpec spec;

    private static final long ROWS_OF_TABLE = 20;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(
                workers >= 1 && workers <= ProcessPool.MOST_WORKERS,
                "--workers is " + workers + ", must be 1 to " + ProcessPool.MOST_WORKERS);
        check(top == null || top >= 0, "--top is " + top + ", must not be negative");
        final MappedFiles mapped = MappedFiles.of(files);
        try {
            final WordCounts counts = new WordCountJob(mapped, workers, killAWorker).run();
            final long rows = top != null ? top : format == Format.TABLE ? ROWS_OF_TABLE : Long.MAX_VALUE;
            print(counts, counts.top(rows, mapped.contents()));
        } catch (InternalError e) { // How the JVM reports that a mapped page is gone: long words are read again.
            throw new IOException("a file was cut short while its words were counted: " + e.getMessage(), e);
        }
        return 0;
    }

    private void check(boolean holds, String otherwise) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private void print(WordCounts counts, Ranking ranking) throws IOException {
        final PrintStream out = Output.standard();
        if (format == Format.TSV) {
            for (int rank = 0; rank < ranking.size(); rank++) {
                out.print(ranking.count(rank));
                out.print('\t');
                ranking.write(rank, out);
                out.print('\n');
            }
        } else {
            printTable(counts, ranking, out);
        }
        out.flush();
        if (out.checkError()) {
            throw new IOException("cannot write the result to standard output");
        }
    }

    private static void printTable(WordCounts counts, Ranking ranking, PrintStream out) {
        final int width = ranking.size() == 0 ? 0 : number(ranking.count(0)).length();
        for (int rank = 0; rank < ranking.size(); rank++) {
            final String count = number(ranking.count(rank));
            out.println(String.format(Locale.ROOT, "%4d  ", rank + 1) + " ".repeat(Math.max(0, width - count.length()))
                    + count + "  " + ranking.word(rank));
        }
        out.println(number(counts.total()) + " words, " + number(counts.distinct()) + " different");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
