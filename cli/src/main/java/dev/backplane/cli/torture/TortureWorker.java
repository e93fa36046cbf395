package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.StoreProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One life: a JVM with one attachment, and a thread for each scenario, until it is killed or told to leave.
final class TortureWorker {
    private static final int OBJECTS = 8192;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long GRACE_MILLIS = 400;
    private static final int FRAMES = 6;
    private static final int VIRTUAL_OF_100 = 25;

    private final WorkerTask task;
    private final Ledger ledger;
    private volatile boolean leaving;

    private TortureWorker(WorkerTask task, Ledger ledger) {
        this.task = task;
        this.ledger = ledger;
    }

    /// Lives.
    ///
    /// @param arguments see [WorkerTask]
    public static void main(String[] arguments) throws IOException, InterruptedException {
        final WorkerTask task = WorkerTask.parse(arguments);
        new TortureWorker(task, Ledger.open(task.ledger())).live();
    }

    /// The options with which every life opens the segment, the first of which creates it.
    static SegmentOptions options(String label) {
        return SegmentOptions.defaults().withObjects(OBJECTS).withLabel(label);
    }

    private void live() throws IOException, InterruptedException {
        armIf(LifePlan.ATTACHING);
        final Random random = new Random(task.plan().seed());
        final boolean virtual = random.nextInt(100) < VIRTUAL_OF_100;
        try (Manager manager = Manager.open(task.segment(), options("life " + task.life()))) {
            final List<Thread> threads = new ArrayList<>();
            for (int scenario : task.scenarios()) {
                final Stage stage = stage(scenario, random.nextLong());
                final Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(builder.name(Scenarios.get(scenario).name()).start(() -> play(manager, stage, scenario)));
            }
            awaitLeave();
            leave(threads);
        }
    }

    private Stage stage(int scenario, long seed) {
        return new Stage(
                ledger,
                Scenarios.get(scenario).name(),
                scenario,
                task.seats(),
                task.seat(),
                task.life(),
                new Random(seed));
    }

    private void armIf(int scenario) {
        if (task.plan().end() == LifePlan.End.KILLS_ITSELF
                && task.plan().scenario() == scenario
                && StoreProbe.INSTALLED instanceof DeathProbe probe) {
            probe.arm(
                    task.plan().stores(),
                    () -> ledger.isArmed(task.life()),
                    () -> ledger.condemn(task.life(), System.nanoTime()));
        }
    }

    private void play(Manager manager, Stage stage, int scenario) {
        stage.mark(Phase.OUTSIDE);
        armIf(scenario);
        try {
            final Scenario.Part part = Scenarios.get(scenario).join(manager, stage);
            while (!leaving) {
                part.act();
            }
        } catch (InterruptedException _) {
            // Told to leave while it waited.
        } catch (IOException | RuntimeException | Error e) {
            e.printStackTrace();
            stage.violation("unexpected " + e + at(e));
        }
        if (!leaving) {
            return; // Stands as it is: whoever looks may ask what it held.
        }
        stage.mark(Phase.OUTSIDE);
    }

    private static String at(Throwable e) {
        final StringBuilder text = new StringBuilder();
        final StackTraceElement[] trace = e.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
            text.append(" at ").append(trace[i].getFileName()).append(':').append(trace[i].getLineNumber());
        }
        return text.toString();
    }

    private void awaitLeave() {
        final long start = System.nanoTime();
        final long after = task.plan().end() == LifePlan.End.LEAVES
                ? TimeUnit.MILLISECONDS.toNanos(task.plan().delayMillis())
                : Long.MAX_VALUE;
        while (!ledger.isStopped() && System.nanoTime() - start < after) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// Lets each thread end its operation; those that wait too long are interrupted. From then on this life is
    /// excused for what the others see of it, as a dead one is: an interrupted party breaks a barrier.
    private void leave(List<Thread> threads) throws InterruptedException {
        leaving = true;
        final long start = System.nanoTime();
        for (Thread thread : threads) {
            final long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            thread.join(Math.max(1, GRACE_MILLIS - passed));
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            ledger.condemn(task.life(), System.nanoTime());
        }
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }
}
