package dev.backplane.store.testing;

import java.util.Random;

/// The seed of a random test: printed when the test fails, given back by `-Dbackplane.seed=` to repeat it.
///
/// @param value the seed
public record Seed(long value) {
    /// The seed of the system property, or a new one.
    ///
    /// @return a seed
    public static Seed fresh() {
        final Long given = Long.getLong("backplane.seed");
        return new Seed(given != null ? given : System.nanoTime());
    }

    /// A generator that this seed determines.
    ///
    /// @return a new one each time
    public Random random() {
        return new Random(value);
    }

    /// How to repeat the test, for messages.
    @Override
    public String toString() {
        return "-Dbackplane.seed=" + value;
    }
}
