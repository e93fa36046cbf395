package dev.backplane.pool;

import dev.backplane.SerializableRunnable;
import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// How a [ProcessPool] is started. Not thread-safe.
public final class PoolBuilder {
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final long NEVER = Long.MAX_VALUE;

    int workers = Math.min(Runtime.getRuntime().availableProcessors(), ProcessPool.MOST_WORKERS);
    int retries = 2;
    String name = "pool-" + NUMBER.incrementAndGet();
    Waiting waiting = Waiting.byDefault();
    long mostTasks = Long.MAX_VALUE;

    @Nullable
    SerializableRunnable workerInit;

    @Nullable
    SerializableRunnable workerExit;

    private long taskNanos = NEVER;
    private Duration stopGrace = Duration.ofSeconds(1);
    private long heapBytes;
    private List<String> jvmOptions = List.of();

    PoolBuilder() {}

    /// How many workers there are.
    ///
    /// @param count 1 to [ProcessPool#MOST_WORKERS]
    /// @return this
    public PoolBuilder workers(int count) {
        if (count < 1 || count > ProcessPool.MOST_WORKERS) {
            throw new IllegalArgumentException("workers is " + count + ", must be 1 to " + ProcessPool.MOST_WORKERS);
        }
        workers = count;
        return this;
    }

    /// How often a task is tried again after it has ended its worker.
    ///
    /// @param count 0 or more; 2 by default
    /// @return this
    public PoolBuilder retries(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("retries is " + count + ", must not be negative");
        }
        retries = count;
        return this;
    }

    /// Limits how long a task may run. A task is what a worker does in one go: a chunk of elements.
    /// [ProcessPool#withTaskTimeout] is for calls with another limit.
    ///
    /// @param most more than zero; without limit by default
    /// @return this
    public PoolBuilder taskTimeout(Duration most) {
        taskNanos = taskNanos(most);
        return this;
    }

    static long taskNanos(Duration most) {
        return nanos("taskTimeout", most);
    }

    private static long nanos(String what, Duration most) {
        if (!most.isPositive()) {
            throw new IllegalArgumentException(what + " is " + most + ", must be more than zero");
        }
        return TimeUnit.NANOSECONDS.convert(most);
    }

    /// How long a task that is to be stopped has from its interrupt until its worker is killed.
    ///
    /// @param grace not negative; a second by default
    /// @return this
    public PoolBuilder stopGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("stopGrace is " + grace + ", must not be negative");
        }
        stopGrace = grace;
        return this;
    }

    /// Replaces each worker after so many tasks, for code that leaks.
    ///
    /// @param count at least 1; no limit by default
    /// @return this
    public PoolBuilder maxTasksPerChild(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("maxTasksPerChild is " + count + ", must be at least 1");
        }
        mostTasks = count;
        return this;
    }

    /// What each worker runs before its first task. If it throws, the worker ends; when that happens to several
    /// in a row, all calls fail with what it threw.
    ///
    /// @param initialiser a lambda, and what it captures, that can be serialized
    /// @return this
    public PoolBuilder workerInit(SerializableRunnable initialiser) {
        workerInit = initialiser;
        return this;
    }

    /// What each worker runs after its last task, unless it is killed.
    ///
    /// @param last a lambda, and what it captures, that can be serialized
    /// @return this
    public PoolBuilder workerExit(SerializableRunnable last) {
        workerExit = last;
        return this;
    }

    TaskLimits limits() {
        return new TaskLimits(taskNanos, TimeUnit.NANOSECONDS.convert(stopGrace));
    }

    /// What the pool and its workers are called.
    ///
    /// @param text for people
    /// @return this
    public PoolBuilder name(String text) {
        name = text;
        return this;
    }

    /// How the pool and its workers wait for each other.
    ///
    /// @param policy adaptive by default
    /// @return this
    public PoolBuilder waiting(Waiting policy) {
        waiting = policy;
        return this;
    }

    /// Limits each worker's heap.
    ///
    /// @param bytes at least 2 MiB
    /// @return this
    public PoolBuilder heap(long bytes) {
        heapBytes = bytes;
        return this;
    }

    /// Adds options of the worker JVMs.
    ///
    /// @param options as on a command line
    /// @return this
    public PoolBuilder jvmOptions(String... options) {
        jvmOptions = List.of(options);
        return this;
    }

    /// Starts the pool. The workers start in the background; maps wait for them.
    ///
    /// @return the pool
    /// @throws IOException if its memory cannot be created
    public ProcessPool start() throws IOException {
        return new ProcessPool(this);
    }

    JvmProcess.Builder process(int number) {
        final JvmProcess.Builder builder = JvmProcess.builder()
                .name(name + "-worker-" + number)
                .stderr(JvmOutput.to(System.err::println))
                .jvmOptions("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr")
                .jvmOptions(jvmOptions.toArray(String[]::new));
        return heapBytes == 0 ? builder : builder.heap(heapBytes);
    }
}
