package dev.backplane.pool;

import dev.backplane.SerializableRunnable;
import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How a [ProcessPool] is started. Not thread-safe.
public final class PoolBuilder implements Cloneable {
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final long NEVER = Long.MAX_VALUE;

    /// A method is compiled when it has been called three times as often as usual. Workers start together, and
    /// what their compilers do for the start itself keeps the processors from the rest of it for longer than it
    /// ever saves; what tasks call often is compiled a little later, and as well.
    private static final String CALM_START = "-XX:CompileThresholdScaling=3";

    /// What a JVM looks after by itself, monitors that nobody uses and memory that it could give back, each
    /// minute instead of four times and once a second: an idle worker is to sleep. Diagnostic options may go in
    /// any release, and a JVM does not start with one that it does not know: so only those of releases that are
    /// known to have them.
    private static final List<String> CALM_IDLE = Runtime.version().feature() == 25
            ? List.of(
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:AsyncDeflationInterval=60000",
                    "-XX:ServiceThreadCleanupInterval=60000")
            : List.of();

    int workers = Math.min(Runtime.getRuntime().availableProcessors(), ProcessPool.MOST_WORKERS);
    int retries;
    String name = "pool-" + NUMBER.incrementAndGet();
    Waiting waiting = Waiting.byDefault();
    long mostTasks = Long.MAX_VALUE;
    long mostPending = Long.MAX_VALUE;

    @Nullable
    SerializableRunnable workerInit;

    @Nullable
    SerializableRunnable workerExit;

    private long taskNanos = NEVER;
    private Duration stopGrace = Duration.ofSeconds(1);
    private long startNanos = NEVER;
    private long exitNanos = TimeUnit.MINUTES.toNanos(1);
    private long residentBytes = Long.MAX_VALUE;
    private @Nullable Path errorDirectory;
    private long heapBytes;
    private List<String> jvmOptions = List.of();
    private List<String> cacheOptions = List.of();
    private Consumer<String> errors = System.err::println;

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

    /// How often a task that had begun is tried again after its worker has ended. It is not unless that is asked
    /// for, here or by [ProcessPool#withRetries], since it may have done a part of what it does; one without side
    /// effects can be, as those of a parallel sort are. A task whose worker ends before it has begun is given to
    /// another one, twice.
    ///
    /// @param count 0 or more; 0 by default
    /// @return this
    public PoolBuilder retries(int count) {
        retries = checkRetries(count);
        return this;
    }

    static int checkRetries(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("retries is " + count + ", must not be negative");
        }
        return count;
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

    /// Has calls wait while there are so many tasks that are not done, those that run included: a program that
    /// makes tasks faster than they are done does not fill its memory with them. A call with room brings all of
    /// its tasks at once, so there may be more by those of one call.
    ///
    /// The asynchronous calls and those of executors wait for that too. One whose thread is interrupted meanwhile
    /// returns a cancelled future, with the interrupt status set, or throws an [InterruptedException] if it
    /// declares that; `submit` and `execute` throw a [java.util.concurrent.RejectedExecutionException]. The
    /// time-outs of `invokeAll` and `invokeAny` include that wait. Nothing waits in the thread that drives the
    /// pool, where stages of its futures run, for it makes the room. `apply`, which has one task in its thread,
    /// and streams, which read ahead by a few, are not counted.
    ///
    /// @param tasks at least 1; no limit by default
    /// @return this
    public PoolBuilder maxPending(long tasks) {
        if (tasks < 1) {
            throw new IllegalArgumentException("maxPending is " + tasks + ", must be at least 1");
        }
        mostPending = tasks;
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

    /// Limits how long a worker may take from its start until it can take tasks: for its JVM's start, which
    /// takes half a second or more, and for [#workerInit]. One that takes longer is killed; when that
    /// happens to several in a row, all calls fail.
    ///
    /// @param most more than zero; without limit by default
    /// @return this
    public PoolBuilder startTimeout(Duration most) {
        startNanos = nanos("startTimeout", most);
        return this;
    }

    /// Limits how long a worker may take to end when there are no more tasks for it: for [#workerExit], and for
    /// its shutdown hooks. One that takes longer is killed. Threads that tasks have left end with it.
    ///
    /// @param most more than zero; a minute by default
    /// @return this
    public PoolBuilder exitTimeout(Duration most) {
        exitNanos = nanos("exitTimeout", most);
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

    WorkerLimits workerLimits() {
        return new WorkerLimits(startNanos, exitNanos, residentBytes);
    }

    ErrorFiles errorFiles() {
        return new ErrorFiles(errorDirectory);
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

    /// Limits each worker's resident memory, of its heap, whatever its collector, and of all else, without what it
    /// shares with others: shared objects and mapped files do not count. One that has more, as is seen within a
    /// quarter of a second, is killed and replaced, and its task is tried again or fails with a
    /// [WorkerDiedException], see [#retries].
    ///
    /// @param bytes more than zero; a fresh worker has some 40 MiB; without limit by default
    /// @return this
    /// @throws UnsupportedOperationException if this system does not tell how much a process has; Linux does
    public PoolBuilder residentMemory(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("residentMemory is " + bytes + " bytes, must be more than zero");
        }
        if (!WorkerLimits.canSeeMemory()) {
            throw new UnsupportedOperationException("this system does not tell how much memory a process has");
        }
        residentBytes = bytes;
        return this;
    }

    /// Where the error file of a worker goes whose JVM crashes; [WorkerDiedException#errorFile] finds it there.
    ///
    /// @param directory an existing one; the working directory by default
    /// @return this
    public PoolBuilder errorDirectory(Path directory) {
        errorDirectory = directory.toAbsolutePath();
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
        return copy().begin();
    }

    /// What this builder was told so far: it may be told more while a pool lives, which is to start all
    /// workers alike.
    private PoolBuilder copy() {
        try {
            return (PoolBuilder) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessPool begin() throws IOException {
        final WarmCache cache = WarmCache.of(Stream.concat(jvmOptions.stream(), Stream.of("-Xmx" + heapBytes))
                .toList());
        cacheOptions = cache == null ? List.of() : cache.options();
        final ProcessPool pool = new ProcessPool(this);
        boolean made = false;
        try {
            if (cache != null) {
                cache.makeInBackground(part -> training(part, jvmOptions, heapBytes));
            }
            made = true;
        } finally {
            if (!made) { // For lack of a thread: nobody would know of the pool.
                pool.terminate();
            }
        }
        return pool;
    }

    /// A pool whose worker writes a cache at its end, and says nothing of it.
    private static PoolBuilder training(Path cache, List<String> options, long heapBytes) {
        final PoolBuilder training = new PoolBuilder();
        training.workers = 1;
        training.heapBytes = heapBytes;
        training.errors = _ -> {};
        training.exitTimeout(Duration.ofMinutes(10)); // It writes the cache at its end.
        // A program that ends meanwhile ends this too; what the JVM would say of that is nothing for its output.
        training.jvmOptions = Stream.concat(options.stream(), Stream.of("-XX:AOTCacheOutput=" + cache, "-Xlog:disable"))
                .toList();
        return training;
    }

    JvmProcess.Builder process(int number) {
        final JvmProcess.Builder builder = JvmProcess.builder()
                .name(name + "-worker-" + number)
                .stderr(JvmOutput.to(errors))
                .jvmOptions("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr", CALM_START)
                .jvmOptions(CALM_IDLE.toArray(String[]::new))
                .jvmOptions(errorFiles().options().toArray(String[]::new))
                .jvmOptions(cacheOptions.toArray(String[]::new))
                .jvmOptions(jvmOptions.toArray(String[]::new));
        return heapBytes == 0 ? builder : builder.heap(heapBytes);
    }
}
