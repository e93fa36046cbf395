package dev.backplane.cli.torture;

import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.StoreProbe;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One life and its process, as the parent sees it.
final class Seat {
    /// A life whose stores are counted and that has not come to its death by then is killed.
    private static final long LONGEST_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WORKER_HEAP_BYTES = 48L << 20;

    private final Ledger ledger;
    private final WorkerTask task;
    private final JvmProcess process;
    private final long startNanos = System.nanoTime();
    private boolean ready;
    private boolean armed;
    private boolean killed;
    private long armedNanos;
    private long readyNanos;

    private Seat(Ledger ledger, WorkerTask task, JvmProcess process) {
        this.ledger = ledger;
        this.task = task;
        this.process = process;
    }

    static Seat start(Ledger ledger, WorkerTask task) throws IOException {
        if (task.plan().isEarly()) {
            ledger.arm(task.life());
        }
        final JvmProcess.Builder builder = JvmProcess.builder()
                .name("life-" + task.life())
                .heap(WORKER_HEAP_BYTES)
                .jvmOptions("-XX:TieredStopAtLevel=1", "-Xss512k")
                .stdout(JvmOutput.capture())
                .stderr(JvmOutput.capture());
        if (task.plan().end() == LifePlan.End.KILLS_ITSELF) {
            builder.jvmOptions("-D" + StoreProbe.PROPERTY + "=" + DeathProbe.class.getName());
        }
        return new Seat(ledger, task, builder.start(TortureWorker.class, task.toArguments()));
    }

    int life() {
        return task.life();
    }

    long pid() {
        return process.pid();
    }

    /// How it ended.
    ///
    /// @return nothing while it runs
    OptionalInt exitCode() {
        return process.exitCode();
    }

    List<String> lastErrorLines() throws InterruptedException {
        process.join();
        return process.lastErrorLines();
    }

    /// Whether some of its threads play.
    boolean isReady() {
        if (!ready) {
            ready = task.scenarios().stream()
                    .anyMatch(scenario ->
                            ledger.cell(scenario, task.seat()).read().life() == task.life());
            readyNanos = System.nanoTime();
        }
        return ready;
    }

    /// Kills it, or has its stores counted, if its time has come.
    void killIfDue() {
        final long now = System.nanoTime();
        final long delay = TimeUnit.MILLISECONDS.toNanos(task.plan().delayMillis());
        final boolean due = switch (task.plan().end()) {
            case KILLED, KILLS_ITSELF -> isReady() && now - readyNanos > delay;
            case KILLED_AT_START -> now - startNanos > delay;
            case LEAVES -> false;
        };
        if (due && task.plan().end() != LifePlan.End.KILLS_ITSELF || armed && now - armedNanos > LONGEST_LIFE_NANOS) {
            kill();
        } else if (due && !armed) {
            armed = true;
            armedNanos = now;
            ledger.arm(task.life());
        }
    }

    /// Kills it and waits for its end, after which it touches no file.
    void killAndWait() {
        kill();
        while (process.isAlive()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Whether [#kill] came before its end, as far as can be told.
    boolean wasKilled() {
        return killed;
    }

    /// Condemns it and kills it.
    void kill() {
        killed = true;
        ledger.condemn(task.life(), System.nanoTime());
        process.kill();
    }
}
