package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedSemaphore;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A semaphore: never more holders than permits, and in the end all permits are there.
final class SemaphoreScenario implements Scenario {
    private static final int PERMITS = 3;

    /// For all permits at once, which others who take one at a time may keep from somebody for ever.
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final String name;
    private final SemaphoreOptions options;

    private SemaphoreScenario(String name, SemaphoreOptions options) {
        this.name = name;
        this.options = options;
    }

    static SemaphoreScenario unbounded() {
        return new SemaphoreScenario("semaphore", SemaphoreOptions.permits(PERMITS));
    }

    static SemaphoreScenario owned() {
        return new SemaphoreScenario(
                "owned-semaphore", SemaphoreOptions.permits(PERMITS).asOwned());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Part join(Manager manager, Stage stage) throws IOException {
        return new Player(manager, stage);
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation)
            throws IOException, InterruptedException {
        final SharedSemaphore semaphore = manager.semaphore(name, options);
        if (!semaphore.tryAcquire(PERMITS, Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            violation.accept("permits are lost: " + semaphore.availablePermits() + " of " + PERMITS
                    + " available when all had ended");
            return;
        }
        final int more = semaphore.availablePermits();
        if (more != 0) {
            violation.accept("permits are doubled: " + (PERMITS + more) + " when all had ended, not " + PERMITS);
        }
        semaphore.release(PERMITS);
    }

    /// One life's part.
    private final class Player implements Part {
        private final Stage stage;
        private final Holders holders;
        private final SharedSemaphore semaphore;

        Player(Manager manager, Stage stage) throws IOException {
            this.stage = stage;
            this.holders = new Holders(stage, PERMITS);
            this.semaphore = manager.semaphore(name, options);
        }

        @Override
        public void act() throws InterruptedException {
            final int wanted = 1 + Math.max(0, stage.random().nextInt(5) - 2);
            final long since = stage.mark(wanted == 1 ? Phase.ENTERING : Phase.WAITING);
            if (acquire(wanted)) {
                final long now = stage.mark(Phase.SHARING, wanted);
                holders.check();
                if (wanted == PERMITS) {
                    stage.measure(since, now, reading -> reading.amount() > 0 || reading.phase() == Phase.LEAVING);
                }
                stage.dwell();
                holders.check();
                release(wanted);
            }
            stage.done();
            stage.pause();
        }

        private boolean acquire(int wanted) throws InterruptedException {
            if (stage.chance(20)) {
                return semaphore.tryAcquire(wanted);
            }
            if (wanted > 1) {
                return semaphore.tryAcquire(wanted, PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            }
            if (stage.chance(50)) {
                semaphore.acquire();
            } else {
                semaphore.acquireUninterruptibly();
            }
            return true;
        }

        private void release(int held) {
            final int first = stage.chance(50) ? held : 1;
            stage.mark(Phase.LEAVING, held - first);
            semaphore.release(first);
            if (first < held) {
                stage.mark(Phase.LEAVING);
                semaphore.release(held - first);
            }
        }
    }
}
