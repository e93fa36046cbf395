package dev.backplane.cli.torture;

import java.util.List;
import java.util.random.RandomGenerator;

/// How a life will end, drawn when it begins.
///
/// @param end of which kind
/// @param scenario whose thread dies of its stores; [#ATTACHING] for the thread that attaches
/// @param stores how many it still makes
/// @param delayMillis how long the life lasts, or its stores are not counted yet, from its being ready or, where it
///     dies at its start, from that
/// @param seed of what the life does
record LifePlan(End end, int scenario, int stores, int delayMillis, long seed) {
    /// Kinds of ends.
    enum End {
        /// Killed by SIGKILL, some time after it was ready.
        KILLED,
        /// Killed by SIGKILL while it starts.
        KILLED_AT_START,
        /// Kills itself by SIGKILL before a store to shared memory.
        KILLS_ITSELF,
        /// Leaves in peace, so that this is done too.
        LEAVES
    }

    /// The thread that attaches the segment.
    static final int ATTACHING = -1;

    private static final int MOST_STORES_LOG2 = 10;
    private static final int MOST_ATTACHING_STORES = 60;
    private static final int MOST_MILLIS = 600;
    private static final int MOST_MILLIS_AT_START = 400;

    /// Whether it dies of the first stores that it makes.
    boolean isEarly() {
        return end == End.KILLS_ITSELF && delayMillis == 0;
    }

    /// Draws one.
    static LifePlan draw(RandomGenerator random, List<Integer> scenarios) {
        final int kind = random.nextInt(100);
        final long seed = random.nextLong();
        final int delayMillis = random.nextInt(MOST_MILLIS);
        if (kind < 50) {
            if (random.nextInt(10) == 0) {
                return new LifePlan(End.KILLS_ITSELF, ATTACHING, random.nextInt(MOST_ATTACHING_STORES), 0, seed);
            }
            // As many deaths after few stores as after many.
            final int stores = random.nextInt(1 << random.nextInt(1, MOST_STORES_LOG2));
            return new LifePlan(
                    End.KILLS_ITSELF,
                    scenarios.get(random.nextInt(scenarios.size())),
                    stores,
                    random.nextInt(4) == 0 ? 0 : delayMillis,
                    seed);
        }
        if (kind < 90) {
            return new LifePlan(End.KILLED, 0, 0, delayMillis, seed);
        }
        if (kind < 95) {
            return new LifePlan(End.KILLED_AT_START, 0, 0, random.nextInt(MOST_MILLIS_AT_START), seed);
        }
        return new LifePlan(End.LEAVES, 0, 0, delayMillis, seed);
    }
}
