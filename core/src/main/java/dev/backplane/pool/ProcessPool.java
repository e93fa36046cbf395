package dev.backplane.pool;

import dev.backplane.Manager;
import dev.backplane.SerializableCallable;
import dev.backplane.SerializableFunction;
import dev.backplane.SharedByteArray;
import dev.backplane.events.RecordedPool;
import dev.backplane.process.JvmProcess;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Worker JVMs that map functions over collections and over slices of shared memory.
///
/// A function is serialized once for a map, not once for an element. Shared objects that it captures, and
/// slices that it is given, travel as handles: the workers attach to the same memory.
///
/// **Worker death.** A worker that ends, however it does, is noticed at once and replaced. What it had not
/// begun is done by others. The task that it was at fails with a [WorkerDiedException], which carries the exit
/// code and the worker's last words; it is tried again, as often as [PoolBuilder#retries] allows, where
/// functions have no side effects and that was asked for. A worker that runs out of memory ends.
///
/// **Parent death.** Workers halt when the JVM with the pool ends, and the pool's memory, which has no
/// name, is gone with them.
///
/// **Interruption, cancellation, time-outs.** A call whose thread is interrupted, whose future is cancelled by
/// `cancel(true)`, or whose stream is closed early gives the rest of its tasks up, and stops those that run:
/// their threads are interrupted, and if that does not end them in [PoolBuilder#stopGrace], their workers
/// are killed and replaced. So is a task that runs for longer than [PoolBuilder#taskTimeout]; its call fails
/// with a [TaskTimeoutException]. What else such a worker had is done by others.
///
/// **Futures** are completed by the pool's own thread, or by one that waits in [#apply] or for a result of a
/// stream: what is chained to one runs there
/// and must be quick, or be chained by a method whose name ends in `Async`. To wait there for the pool, or for
/// what is chained to one of its futures, fails at once with an [IllegalStateException]; but a future that
/// [CompletableFuture#allOf] made of them, or that was made by others, does not know the pool, and would be
/// waited for.
///
/// As an [java.util.concurrent.ExecutorService] it runs tasks that can be serialized, such as a lambda
/// given where a [SerializableCallable] is expected, in the workers; [#close] waits as that interface says.
///
/// Thread-safe: many threads may map at once. Cost: a JVM per worker, 1 MiB of shared memory each, one
/// thread here.
public final class ProcessPool extends PoolSlices {
    /// The most workers that a pool can have: every one takes a participant's slot, and so does the pool.
    public static final int MOST_WORKERS = 250;

    /// Tasks for each worker that the default rule cuts a map into, so that a slow one does not keep the
    /// others waiting.
    private static final int TASKS_PER_WORKER = 4;

    private final Manager memory;
    private final PoolLoop loop;
    private final int workers;
    private final PoolCalls calls;
    private final CompletableFuture<Void> ended;

    ProcessPool(PoolBuilder options) throws IOException {
        this.workers = options.workers;
        this.memory = Manager.anonymous(
                PoolInsights.SEGMENT_LABEL,
                SegmentOptions.defaults().withLabel(options.name).withObjects(MOST_WORKERS + 2));
        boolean made = false;
        try {
            final SharedByteArray bell = memory.byteArray("pool-bell", Doorbell.BYTES);
            this.loop = new PoolLoop(
                    workers,
                    starter(options, bell, PoolInsights.create(memory, workers)),
                    Doorbell.in(bell, 0),
                    options.waiting,
                    options.limits(),
                    options.workerLimits(),
                    new RecordedPool(options.name));
            this.calls = new PoolCalls(
                    loop,
                    workers,
                    new AtomicLong(),
                    options.limits().mostNanos(),
                    options.retries,
                    loop.limit(options.mostPending));
            this.ended = loop.ended().whenComplete((_, _) -> closeMemory());
            Thread.ofPlatform().daemon().name(options.name + "-loop").start(loop);
            made = true;
        } finally {
            if (!made) {
                memory.close();
            }
        }
    }

    private ProcessPool(ProcessPool pool, PoolCalls calls) {
        this.memory = pool.memory;
        this.loop = pool.loop;
        this.workers = pool.workers;
        this.calls = calls;
        this.ended = pool.ended;
    }

    private void closeMemory() {
        try {
            memory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the pool's memory cannot be given back", e);
        }
    }

    private WorkerPlaces.Starter starter(PoolBuilder options, SharedByteArray bell, PoolInsights insights) {
        final RecordedPool recorded = new RecordedPool(options.name);
        final String begin = Worker.code(options.workerInit);
        final String end = Worker.code(options.workerExit);
        return (number, place) -> {
            final SharedByteArray array = memory.byteArray("worker-" + place, WorkerMemory.BYTES);
            array.clear();
            final WorkerInsights about = insights.place(place);
            about.starting(number);
            final long spinNanos = options.waiting.spinNanos();
            final JvmProcess process = started(
                    options.process(number),
                    array.handle().toString(),
                    bell.handle().toString(),
                    Long.toString(spinNanos),
                    begin,
                    end,
                    insights.handle(),
                    Integer.toString(place));
            about.started(process.pid());
            return new WorkerLink(
                    number,
                    place,
                    options.mostTasks,
                    WorkerMemory.in(array, Doorbell.in(bell, 0)),
                    process,
                    about,
                    options.errorFiles(),
                    recorded);
        };
    }

    /// To have no more threads is as good a reason for no process as to have no more processes, and may pass as well.
    private static JvmProcess started(JvmProcess.Builder process, String... arguments) throws IOException {
        try {
            return process.start(Worker.class, arguments);
        } catch (OutOfMemoryError e) {
            throw new IOException("no process: " + e.getMessage(), e);
        }
    }

    /// A pool with the default options.
    ///
    /// @param workers how many, 1 to [#MOST_WORKERS]
    /// @return the pool, its workers starting
    /// @throws IOException if its memory cannot be created
    public static ProcessPool of(int workers) throws IOException {
        return builder().workers(workers).start();
    }

    /// A builder with the default options: as many workers as processors, no retries.
    ///
    /// @return a new builder
    public static PoolBuilder builder() {
        return new PoolBuilder();
    }

    /// Applies a function to each element. The elements are cut into tasks by the default rule: four for
    /// each worker, of equal length.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order: a list of fixed size, in which numbers become
    ///     objects when they are asked for
    /// @throws TaskException if the function threw; its cause is what was thrown
    /// @throws WorkerDiedException if an element's workers died too often, or none can start
    /// @throws dev.backplane.codec.CodecException if the function or an element cannot be serialized
    /// @throws IllegalStateException if the pool is closed
    /// @throws InterruptedException if interrupted
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements, SerializableFunction<? super T, ? extends R> function)
            throws InterruptedException {
        return map(elements, function, chunkOf(elements.size()), done -> {});
    }

    /// Applies a function to each element.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener told of each task that is done, on the thread that drives the pool: it must be quick
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order: a list of fixed size, in which numbers become
    ///     objects when they are asked for
    /// @throws TaskException as above, and so for the others
    /// @throws InterruptedException if interrupted
    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener)
            throws InterruptedException {
        return await(mapAsync(elements, function, chunkSize, listener));
    }

    /// [#map(Collection, SerializableFunction)] without waiting.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return completes with the results, in the elements' order, or with what [#map] throws
    @Override
    public <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<List<R>> mapAsync(
            Collection<? extends T> elements, SerializableFunction<? super T, ? extends R> function) {
        return mapAsync(elements, function, chunkOf(elements.size()), done -> {});
    }

    /// [#map(Collection, SerializableFunction, int, Consumer)] without waiting.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener told of each task that is done, on the thread that drives the pool: it must be quick
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return completes with the results, in the elements' order, or with what [#map] throws
    @Override
    @SuppressWarnings("unchecked") // The results are what the function returned, whose type is R.
    public <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<List<R>> mapAsync(
            Collection<? extends T> elements,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener) {
        return submit(elements.toArray(), function, chunkSize, listener, results -> (List<R>) results);
    }

    /// Calls a function in a worker.
    ///
    /// @param task a lambda, and what it captures, that can be serialized
    /// @param <R> the type of the result
    /// @return its result
    /// @throws TaskException as [#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <R extends @Nullable Object> R apply(SerializableCallable<R> task) throws InterruptedException {
        return await(calls.call(Objects.requireNonNull(task, "task")));
    }

    /// [#apply] without waiting.
    ///
    /// @param task a lambda, and what it captures, that can be serialized
    /// @param <R> the type of the result
    /// @return completes with its result, or with what [#apply] throws
    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // The result is what the function returned, whose type is R.
    public <R extends @Nullable Object> CompletableFuture<R> applyAsync(SerializableCallable<R> task) {
        return submit(
                PoolCalls.NONE, Objects.requireNonNull(task, "task"), 1, done -> {}, results -> (R) results.getFirst());
    }

    private <V extends @Nullable Object> CompletableFuture<V> submit(
            @Nullable Object[] elements,
            Object function,
            int chunkSize,
            Consumer<TaskDone> listener,
            Function<List<@Nullable Object>, V> value) {
        return calls.submit(elements, function, chunkSize, listener, null, IllegalStateException::new, value);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // The result is what the function returned, whose type is R.
    <R extends @Nullable Object> CompletableFuture<R> accept(SerializableCallable<R> task, Runnable given) {
        return calls.submit(PoolCalls.NONE, task, 1, done -> {}, given, RejectedExecutionException::new, results ->
                (R) results.getFirst());
    }

    /// This pool, with another limit for how long a task may run, for the calls that are made through what is
    /// returned: [PoolBuilder#taskTimeout] says what it is for those made through this object.
    ///
    /// @param most more than zero
    /// @return a view: to close it is to close this pool
    public ProcessPool withTaskTimeout(Duration most) {
        return new ProcessPool(this, calls.within(PoolBuilder.taskNanos(most)));
    }

    /// This pool, with another number of retries for the calls that are made through what is returned.
    ///
    /// @param count as [PoolBuilder#retries] takes it
    /// @return a view: to close it is to close this pool
    @Override
    public ProcessPool withRetries(int count) {
        return new ProcessPool(this, calls.retrying(PoolBuilder.checkRetries(count)));
    }

    static <V extends @Nullable Object> V await(CompletableFuture<V> future) throws InterruptedException {
        if (future.isCancelled() && Thread.interrupted()) {
            throw new InterruptedException("interrupted while the pool had no room for more tasks");
        }
        try {
            return future.get();
        } catch (InterruptedException | IllegalStateException e) { // Or nobody would have the result.
            future.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    /// The failure with the stack of the thread that asked, which is where its reader will look first.
    static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException failure) {
            failure.setStackTrace(Thread.currentThread().getStackTrace());
            return failure;
        }
        return new IllegalStateException("the call failed", cause);
    }

    /// The workers, as they are now. Other processes see them too, by [PoolStatus] and `./backplane top`.
    ///
    /// @return a snapshot, which changes within a moment
    public List<WorkerStatus> workers() {
        return loop.statuses();
    }

    /// The pool as other processes see it, with what workers did that have been replaced since.
    ///
    /// @return a snapshot
    /// @throws IOException if the pool has ended
    public PoolStatus status() throws IOException {
        try (SegmentView view = SegmentView.open(Path.of(memory.handle().path()))) {
            return PoolStatus.in(view).orElseThrow(() -> new IOException("this pool tells nothing about itself yet"));
        }
    }

    /// Takes no more calls, waits until those under way are done, and ends the workers. If the thread is
    /// interrupted meanwhile, the workers end at once, and its interrupt status is set.
    ///
    /// @throws UncheckedIOException if the pool's memory cannot be given back
    /// @throws IllegalStateException in a stage of a future that the thread that drives the pool runs: it would
    ///     wait for itself
    @Override
    public void close() {
        loop.checkMayWait();
        shutdown();
        end();
    }

    /// Ends the workers at once; calls under way fail with an [IllegalStateException].
    ///
    /// @throws UncheckedIOException if the pool's memory cannot be given back
    /// @throws IllegalStateException as [#close] does
    public void terminate() {
        loop.checkMayWait();
        final var _ = loop.terminate();
        end();
    }

    private void end() {
        boolean interrupted = false;
        try {
            while (!isEnded()) {
                interrupted = true;
                final var _ = loop.terminate();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UncheckedIOException failure
                    ? failure
                    : new IllegalStateException("the pool did not end as it should", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Waits until the pool has ended; false if the thread is interrupted before.
    private boolean isEnded() throws ExecutionException {
        try {
            ended.get();
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    @Override
    int tasksByDefault() {
        return workers * TASKS_PER_WORKER;
    }

    @Override
    PoolCalls calls() {
        return calls;
    }

    @Override
    PoolLoop loop() {
        return loop;
    }

    @Override
    CompletableFuture<Void> ended() {
        return ended;
    }
}
