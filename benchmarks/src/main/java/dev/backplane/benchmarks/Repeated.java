package dev.backplane.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Some measurements that take turns, ours and its rivals, until their figures can be trusted: what the machine does
/// beside them then meets all of them.
///
/// Rounds go on until each figure's spread (see [Figure#spread]) is small, or there were many, or the next one would
/// take longer than there is time. The value is the median of the rounds, for ours and rivals alike.
final class Repeated {
    private static final int LEAST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 15;
    private static final int QUICK_MOST_ROUNDS = 3;
    private static final double QUICK_PART = 0.1;
    private static final double SMALL_SPREAD = 0.02;
    private static final double WARM_UP_SECONDS = 6;
    private static final double QUICK_WARM_UP_SECONDS = 2;
    private static final double NOT_QUICKER = 0.95;
    private static final int TIMES_IN_VAIN = 3;
    private static final double NANOS_PER_SECOND = 1e9;

    /// One round of something that has several figures.
    interface Round {
        /// Measures.
        ///
        /// @return the figures by name
        /// @throws Exception [AbsentException] if there is none, which ends these rounds; any other fails
        Map<String, Double> run() throws Exception;
    }

    /// One round of something that has one figure.
    interface One {
        /// Measures, as [Round#run].
        double run() throws Exception;
    }

    /// How long something takes.
    interface Action {
        /// Does it.
        void run() throws Exception;
    }

    private record Turn(String name, Round round) {}

    private final int least;
    private final int most;
    private final double nanos;
    private final List<Turn> turns = new ArrayList<>();
    private final Map<String, List<Double>> values = new HashMap<>();
    private final Map<String, String> absences = new LinkedHashMap<>();

    /// Nothing yet.
    ///
    /// @param quick whether one round will do, and a tenth of the time
    /// @param seconds after which no round begins if there were three
    Repeated(boolean quick, double seconds) {
        this(quick ? 1 : LEAST_ROUNDS, quick ? QUICK_MOST_ROUNDS : MOST_ROUNDS, quick ? seconds * QUICK_PART : seconds);
    }

    /// Nothing yet.
    ///
    /// @param least rounds, whatever they take
    /// @param most rounds
    /// @param seconds for all of them
    Repeated(int least, int most, double seconds) {
        this.least = least;
        this.most = most;
        this.nanos = seconds * NANOS_PER_SECOND;
    }

    /// Adds what has several figures.
    ///
    /// @param name that is asked for where it is absent
    Repeated all(String name, Round round) {
        turns.add(new Turn(name, round));
        return this;
    }

    /// Adds what has one figure of the same name.
    Repeated one(String name, One one) {
        return all(name, () -> Map.of(name, one.run()));
    }

    /// Measures.
    Repeated run() throws Exception {
        final long start = System.nanoTime();
        for (int round = 0; round < most; round++) {
            final double spent = System.nanoTime() - start;
            if (round >= least && (isSettled() || spent * (round + 1) / round > nanos)) {
                break;
            }
            for (Turn turn : turns) {
                if (!absences.containsKey(turn.name)) {
                    take(turn);
                }
            }
        }
        return this;
    }

    private void take(Turn turn) throws Exception {
        try {
            turn.round
                    .run()
                    .forEach((figure, value) -> values.computeIfAbsent(figure, _ -> new ArrayList<>())
                            .add(value));
        } catch (AbsentException e) {
            absences.put(turn.name, e.reason());
        }
    }

    /// Of fewer than six rounds the spread is that of all of them, which two that happen to agree do not make small.
    private boolean isSettled() {
        return values.values().stream()
                .allMatch(rounds ->
                        rounds.size() >= LEAST_ROUNDS && Figure.median(rounds).spread() <= SMALL_SPREAD);
    }

    /// A figure.
    ///
    /// @param name of the figure, which is that of what was measured where it has one
    Figure of(String name) {
        return of(name, name);
    }

    /// A figure of several.
    ///
    /// @param measured what was measured, see [#all]
    /// @param name of the figure
    Figure of(String measured, String name) {
        final String absence = absences.get(measured);
        if (absence != null) {
            return Figure.absent(absence);
        }
        final List<Double> rounds = values.get(name);
        if (rounds == null) {
            throw new IllegalArgumentException(
                    "no figure " + name + " of " + measured + ", there are " + values.keySet());
        }
        return Figure.median(rounds);
    }

    /// Does something until it gets no quicker, as compilers are done with it then: until three times in a row were
    /// not quicker by a twentieth than the quickest before, or there is no more time.
    static void warmUp(boolean quick, Action action) throws Exception {
        final long start = System.nanoTime();
        final double most = (quick ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS) * NANOS_PER_SECOND;
        double least = Double.MAX_VALUE;
        int inVain = 0;
        while (inVain < TIMES_IN_VAIN && System.nanoTime() - start < most) {
            final double seconds = seconds(action);
            inVain = seconds < NOT_QUICKER * least ? 0 : inVain + 1;
            least = Math.min(least, seconds);
        }
    }

    /// Seconds that something takes.
    static double seconds(Action action) throws Exception {
        final long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }
}
