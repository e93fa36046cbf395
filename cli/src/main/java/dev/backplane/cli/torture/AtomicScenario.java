package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import java.io.IOException;
import java.util.function.Consumer;

/// A counter: it only grows, and in the end it is as many as were added, give or take those that were being added
/// when their life ended.
final class AtomicScenario implements Scenario {
    private static final String OBJECT = "counter";
    private static final int BURST = 50;

    @Override
    public String name() {
        return "atomic";
    }

    @Override
    public Part join(Manager manager, Stage stage) throws IOException {
        final SharedLong counter = manager.longValue(OBJECT);
        return () -> {
            long last = counter.get();
            for (int i = 0; i < BURST; i++) {
                stage.own().countBegun();
                final long value = add(counter, stage.random().nextInt(4));
                stage.done();
                if (value <= last) {
                    stage.violation("the counter went from " + last + " to " + value);
                }
                last = value;
            }
            stage.pause();
        };
    }

    private static long add(SharedLong counter, int how) {
        return switch (how) {
            case 0 -> counter.getAndAdd(1) + 1;
            case 1 -> counter.incrementAndGet();
            case 2 -> counter.updateAndGet(value -> value + 1);
            default -> counter.accumulateAndGet(1, Long::sum);
        };
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation) throws IOException {
        long begun = 0;
        long done = 0;
        for (int seat = 0; seat < LedgerLayout.MOST_SEATS; seat++) {
            begun += ledger.cell(scenario, seat).begun();
            done += ledger.cell(scenario, seat).operations();
        }
        final long value = manager.longValue(OBJECT).get();
        if (value < done || value > begun) {
            violation.accept("the counter is " + value + "; " + begun + " additions were begun and " + done + " done");
        }
    }
}
