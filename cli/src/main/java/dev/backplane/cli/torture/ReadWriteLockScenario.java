package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.OwnerDeath;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedReadWriteLock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A read-write lock: a writer is alone, readers are without a writer; who comes after a dead writer is told;
/// dead readers hold up nobody.
final class ReadWriteLockScenario implements Scenario {
    private static final String OBJECT = "read-write-lock";

    @Override
    public String name() {
        return "rwlock";
    }

    @Override
    public Part join(Manager manager, Stage stage) throws IOException {
        return new Player(manager, stage);
    }

    @Override
    public void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation)
            throws IOException, InterruptedException {
        final SharedReadWriteLock lock = manager.readWriteLock(OBJECT, OwnerDeath.ignore());
        if (!lock.writeLock().tryLock(Stage.LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            violation.accept("still held when all had ended: " + lock);
            return;
        }
        lock.writeLock().unlock();
        if (lock.getReadLockCount() != 0 || lock.writer().isPresent()) {
            violation.accept("held after it was unlocked: " + lock);
        }
    }

    /// One life's part.
    private static final class Player implements Part {
        private final Stage stage;
        private final Exclusion exclusion;
        private final GuardedPair pair;
        private final SharedReadWriteLock lock;
        private boolean told;

        Player(Manager manager, Stage stage) throws IOException {
            this.stage = stage;
            this.exclusion = new Exclusion(stage);
            this.pair = new GuardedPair(stage);
            this.lock = manager.readWriteLock(
                    OBJECT, stage.chance(50) ? OwnerDeath.refuse() : OwnerDeath.repairWith(this::repair));
        }

        /// With the write lock held, also where a reader acquires.
        private void repair() {
            exclusion.entered(Phase.INSIDE);
            pair.repair();
            told = true;
            exclusion.check();
            stage.mark(Phase.LEAVING);
        }

        @Override
        public void act() {
            told = false;
            final long since = stage.mark(Phase.ENTERING);
            if (stage.chance(60)) {
                read(since);
            } else {
                write(since);
            }
            stage.done();
            stage.pause();
        }

        private void read(long since) {
            try {
                lock.readLock().lock();
            } catch (OwnerDiedException _) {
                recover(since);
                return;
            }
            exclusion.entered(Phase.SHARING);
            pair.check(false);
            stage.dwell();
            pair.check(false);
            exclusion.check();
            stage.mark(Phase.LEAVING);
            lock.readLock().unlock();
        }

        private void write(long since) {
            try {
                if (stage.chance(20)) {
                    if (!lock.writeLock().tryLock()) {
                        return;
                    }
                } else {
                    lock.writeLock().lock();
                }
            } catch (OwnerDiedException _) {
                recover(since);
                return;
            }
            inside(since);
        }

        private void recover(long since) {
            stage.mark(Phase.ENTERING);
            told = lock.recover();
            inside(since);
        }

        private void inside(long since) {
            final long now = exclusion.entered(Phase.INSIDE);
            // A dead writer is told of; a dead reader is what a writer had to wait for in any case.
            stage.measure(since, now, reading -> reading.phase() == Phase.SHARING || told && reading.isIn());
            pair.check(told);
            if (told) {
                pair.repair();
            }
            pair.change();
            exclusion.check();
            stage.mark(Phase.LEAVING);
            lock.writeLock().unlock();
        }
    }
}
