package dev.backplane.cli.torture;

import java.util.List;

/// How a run goes.
///
/// @param seconds how long, at most
/// @param kills after how many it ends earlier
/// @param seed of everything that is drawn
/// @param workers how many JVMs there are at once, 2 to [#MOST_WORKERS]
/// @param only the names of what is tortured; all if empty
public record TortureOptions(int seconds, int kills, long seed, int workers, List<String> only) {
    /// The most worker JVMs.
    public static final int MOST_WORKERS = LedgerLayout.MOST_SEATS;

    /// Most kills in one run.
    public static final int MOST_KILLS = 60_000;

    /// Checks the names.
    ///
    /// @throws IllegalArgumentException for a name that is none
    public TortureOptions {
        only = List.copyOf(only);
        Scenarios.numbers(only);
    }

    /// Names of all that can be tortured.
    ///
    /// @return in the order in which they are reported
    public static List<String> names() {
        return Scenarios.names();
    }

    List<Integer> scenarios() {
        return Scenarios.numbers(only);
    }
}
