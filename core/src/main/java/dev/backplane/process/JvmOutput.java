package dev.backplane.process;

import java.util.function.Consumer;

/// Where a child JVM's standard output or error goes.
public sealed interface JvmOutput {
    /// To this JVM's own: the child writes to the same file, pipe or terminal, in the encoding that it finds
    /// there. Nobody reads in between, so what several children write at once may be mixed within a line.
    ///
    /// @return the destination
    static JvmOutput inherit() {
        return new Inherit();
    }

    /// Nowhere but into the last lines that [JvmProcess] keeps: 200 of each stream. A line of more than 8192
    /// characters counts as several.
    ///
    /// @return the destination
    static JvmOutput capture() {
        return new ToConsumer(line -> {});
    }

    /// To a consumer, whole lines only, on a thread of the stream's own; a line of more than 8192 characters
    /// comes in pieces of that length, or of one less where it would cut a character. The last lines are kept too,
    /// as by [#capture].
    ///
    /// A child's [System#out] and [System#err] write UTF-8 where they are read so, whatever its locale is, unless
    /// options of the child set `stdout.encoding` or `stderr.encoding` otherwise; they are read as UTF-8 all
    /// the same.
    ///
    /// @param lines gets each line without its end; what it throws, an error too, goes to the thread's handler
    ///     of uncaught exceptions, and the next line comes all the same
    /// @return the destination
    static JvmOutput to(Consumer<String> lines) {
        return new ToConsumer(lines);
    }

    /// The child writes where the parent writes.
    record Inherit() implements JvmOutput {}

    /// The parent reads what the child writes.
    ///
    /// @param lines gets each line
    record ToConsumer(Consumer<String> lines) implements JvmOutput {}
}
