package dev.backplane.process;

import java.util.function.Consumer;

/// Where a child JVM's standard output or error goes.
public sealed interface JvmOutput {
    /// To this JVM's own.
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
    /// comes in pieces of that length. The last lines are kept too, as by [#capture].
    ///
    /// @param lines gets each line without its end; what it throws goes to the thread's handler of uncaught
    ///     exceptions, and the next line comes all the same
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
