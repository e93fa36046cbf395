package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A lock: one at a time is inside; who comes after a dead owner is told; nobody is stuck.
final class LockScenario implements Scenario {
    /// Where the lock comes from.
    @FunctionalInterface
    interface Source {
        /// Obtains it.
        ///
        /// @param manager of the life's own attachment
        /// @param ownerDeath what to do after an owner's death
        /// @return the lock
        /// @throws IOException if it cannot be attached
        SharedLock lock(Manager manager, OwnerDeath ownerDeath) throws IOException;
    }

    private final String name;
    private final Source source;

    LockScenario(String name, Source source) {
        this.name = name;
        this.source = source;
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
        final SharedLock lock = source.lock(manager, OwnerDeath.ignore());
        if (!lock.tryLock(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            violation.accept("still held when all had ended: " + lock);
            return;
        }
        lock.unlock();
        if (lock.isLocked()) {
            violation.accept("held after it was unlocked: " + lock);
        }
    }

    /// One life's part.
    private final class Player implements Part {
        private final Stage stage;
        private final Exclusion exclusion;
        private final GuardedPair pair;
        private final SharedLock lock;
        private boolean told;

        Player(Manager manager, Stage stage) throws IOException {
            this.stage = stage;
            this.exclusion = new Exclusion(stage);
            this.pair = new GuardedPair(stage);
            this.lock = source.lock(
                    manager, stage.chance(50) ? OwnerDeath.refuse() : OwnerDeath.repairWith(() -> told = true));
        }

        @Override
        public void act() throws InterruptedException {
            told = false;
            final long since = stage.mark(Phase.ENTERING);
            if (!acquire()) {
                stage.done();
                stage.pause();
                return;
            }
            final long now = exclusion.entered(Phase.INSIDE);
            final boolean again = stage.chance(10);
            if (again) {
                lock.lock();
            }
            if (told) {
                stage.measure(since, now, Cell.Reading::isIn);
            }
            pair.check(told);
            if (told) {
                pair.repair();
            }
            pair.change();
            exclusion.check();
            if (again) {
                lock.unlock();
            }
            stage.mark(Phase.LEAVING);
            lock.unlock();
            stage.done();
            stage.pause();
        }

        private boolean acquire() throws InterruptedException {
            try {
                switch (stage.random().nextInt(5)) {
                    case 0 -> {
                        return lock.tryLock();
                    }
                    case 1 -> {
                        return lock.tryLock(1 + stage.random().nextLong(20_000_000), TimeUnit.NANOSECONDS);
                    }
                    case 2 -> lock.lockInterruptibly();
                    default -> lock.lock();
                }
            } catch (OwnerDiedException _) {
                told = lock.recover();
            }
            return true;
        }
    }
}
