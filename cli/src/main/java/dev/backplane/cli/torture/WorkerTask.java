package dev.backplane.cli.torture;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a worker JVM is told.
///
/// @param ledger of the oracle
/// @param segment under torture
/// @param seats how many workers there are at once
/// @param seat which of them this is
/// @param life the number of this JVM among all of the run, from 1
/// @param plan how it ends
/// @param scenarios what it does, each on a thread
record WorkerTask(Path ledger, Path segment, int seats, int seat, int life, LifePlan plan, List<Integer> scenarios) {
    String[] toArguments() {
        return new String[] {
            ledger.toString(),
            segment.toString(),
            String.valueOf(seats),
            String.valueOf(seat),
            String.valueOf(life),
            plan.end().name(),
            String.valueOf(plan.scenario()),
            String.valueOf(plan.stores()),
            String.valueOf(plan.delayMillis()),
            String.valueOf(plan.seed()),
            scenarios.stream().map(String::valueOf).collect(Collectors.joining(","))
        };
    }

    static WorkerTask parse(String[] arguments) {
        return new WorkerTask(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                new LifePlan(
                        LifePlan.End.valueOf(arguments[5]),
                        Integer.parseInt(arguments[6]),
                        Integer.parseInt(arguments[7]),
                        Integer.parseInt(arguments[8]),
                        Long.parseLong(arguments[9])),
                Stream.of(arguments[10].split(",")).map(Integer::valueOf).toList());
    }
}
