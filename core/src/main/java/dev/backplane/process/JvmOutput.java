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

    /// Nowhere but into the last lines that [JvmProcess] keeps.
    ///
    /// @return the destination
    static JvmOutput capture() {
        return new ToConsumer(line -> {});
    }

    /// To a consumer, whole lines only, on a thread of the stream's own.
    ///
    /// @param lines gets each line without its end
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
