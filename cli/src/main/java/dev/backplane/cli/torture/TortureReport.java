package dev.backplane.cli.torture;

import java.util.List;
import java.util.stream.Stream;

/// What a run found.
///
/// @param seconds how long it took
/// @param signalKills how many lives were killed from outside
/// @param storeKills how many lives ended before a store to shared memory
/// @param lives how many JVMs were started
/// @param left how many of them left in peace, at the end of the run or before
/// @param rows one for each primitive
/// @param violationCount how many violations there were
/// @param violations the first of them in words
/// @param evidence where the segment is kept if there were violations
public record TortureReport(
        double seconds,
        int signalKills,
        int storeKills,
        int lives,
        int left,
        List<Row> rows,
        long violationCount,
        List<String> violations,
        String evidence) {
    /// What was done with one primitive.
    ///
    /// @param name of the primitive
    /// @param operations how many ended
    /// @param recoveries how long it took to recover from deaths
    public record Row(String name, long operations, RecoveryTimes recoveries) {}

    /// All kills.
    ///
    /// @return the sum of both kinds
    public int kills() {
        return signalKills + storeKills;
    }

    /// What was violated, for people to read.
    ///
    /// @return the violations that there are words for, one a line, and how many there were
    public List<String> findings() {
        return Stream.concat(
                        violations.stream().map(violation -> "VIOLATION  " + violation),
                        Stream.of(violationCount + " violations; the segment is kept in " + evidence))
                .toList();
    }

    /// Recoveries of all primitives.
    ///
    /// @return all times together
    public RecoveryTimes recoveries() {
        return RecoveryTimes.ofAll(rows.stream().map(Row::recoveries).toList());
    }
}
