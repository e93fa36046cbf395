package dev.backplane.pool;

import dev.backplane.SerializableCallable;
import dev.backplane.SerializableRunnable;
import dev.backplane.codec.CodecException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A pool as an [ExecutorService]: in terms of calls in workers.
///
/// Each method throws a [CodecException] if the task cannot be serialized, and [Future#get] what the call
/// would have thrown, as a cause. From its shutdown on, a pool refuses tasks with a
/// [RejectedExecutionException]. Methods that wait throw an [IllegalStateException] in the thread that drives the
/// pool, which would wait for itself.
abstract sealed class PoolExecutor implements ExecutorService permits PoolStreams {
    /// Calls a function in a worker.
    ///
    /// @param task a lambda, and what it captures, that can be serialized
    /// @param <R> the type of the result
    /// @return completes with the result
    public abstract <R extends @Nullable Object> CompletableFuture<R> applyAsync(SerializableCallable<R> task);

    /// [#applyAsync] for an executor.
    ///
    /// @param given what [#shutdownNow] returns if the task is never begun
    /// @throws RejectedExecutionException if the pool takes no more
    abstract <R extends @Nullable Object> CompletableFuture<R> accept(SerializableCallable<R> task, Runnable given);

    private <R extends @Nullable Object> CompletableFuture<R> accept(Callable<R> task) {
        return accept(travelling(task), given(task));
    }

    /// What [#shutdownNow] returns for a task.
    private static Runnable given(Callable<?> task) {
        return () -> {
            try {
                final var _ = task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        };
    }

    /// Makes the calls of the pool.
    abstract PoolCalls calls();

    /// The thread that looks after the pool.
    abstract PoolLoop loop();

    /// Completes when every worker has ended and the pool's memory was given back.
    abstract CompletableFuture<Void> ended();

    /// A task that can travel.
    private static <T extends @Nullable Object> SerializableCallable<T> travelling(Callable<T> task) {
        checkTravels(task, SerializableCallable.class);
        return task instanceof SerializableCallable<T> already ? already : task::call;
    }

    private static SerializableCallable<@Nullable Object> travelling(Runnable task) {
        checkTravels(task, SerializableRunnable.class);
        return () -> {
            task.run();
            return null;
        };
    }

    private static void checkTravels(Object task, Class<?> lambdas) {
        Objects.requireNonNull(task, "task");
        if (!(task instanceof Serializable)) {
            throw new CodecException(
                    "a task of " + task.getClass().getName() + " cannot be serialized: cast its lambda to "
                            + lambdas.getSimpleName() + ", or let its class be Serializable");
        }
    }

    /// [#submit(Callable)] of a lambda, which is made serializable by this.
    ///
    /// @param task what to call
    /// @param <T> the type of its result
    /// @return completes with its result
    public <T extends @Nullable Object> Future<T> submit(SerializableCallable<T> task) {
        return accept(task);
    }

    /// [#submit(Runnable)] of a lambda, which is made serializable by this.
    ///
    /// @param task what to run
    /// @return completes with null
    public Future<?> submit(SerializableRunnable task) {
        return submit((Runnable) task);
    }

    @Override
    public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
        return accept(task);
    }

    /// Runs a task in a worker.
    ///
    /// @param task what to run
    /// @param result stays here: it need not be serializable
    /// @param <T> the type of the result
    /// @return completes with that very object
    @Override
    public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
        return calls().submit(
                        PoolCalls.NONE,
                        travelling(task),
                        1,
                        _ -> {},
                        task,
                        RejectedExecutionException::new,
                        _ -> result);
    }

    @Override
    public Future<?> submit(Runnable task) {
        return run(task);
    }

    @SuppressWarnings("NullAway") // The result of one that has none is null.
    private CompletableFuture<?> run(Runnable task) {
        return accept(travelling(task), task);
    }

    /// Runs a task in a worker. What it throws goes to the uncaught exception handler of the calling
    /// thread.
    @Override
    public void execute(Runnable task) {
        final Thread caller = Thread.currentThread();
        final Thread.UncaughtExceptionHandler handler = caller.getUncaughtExceptionHandler(); // Gone with its thread.
        final var _ = run(task).whenComplete((_, failure) -> {
            if (failure != null && !(failure instanceof CancellationException)) { // Or shutdownNow has returned it.
                handler.uncaughtException(caller, failure);
            }
        });
    }

    /// Those tasks, all of which travel: to be seen before any is begun.
    private static <T extends @Nullable Object> List<Callable<T>> checked(Collection<? extends Callable<T>> tasks) {
        final List<Callable<T>> all = new ArrayList<>(tasks);
        all.forEach(task -> checkTravels(task, SerializableCallable.class));
        return all;
    }

    private static LongSupplier nanosLeft(long timeout, TimeUnit unit) {
        final long start = System.nanoTime();
        final long nanos = Math.max(0, unit.toNanos(timeout)); // So that what has passed can be taken from it.
        return () -> nanos - (System.nanoTime() - start);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) throws InterruptedException {
        loop().checkMayWait(); // Before anything is begun.
        final LongSupplier nanosLeft = nanosLeft(timeout, unit);
        final List<Callable<T>> all = checked(tasks);
        final List<Future<T>> futures = new ArrayList<>();
        try {
            for (Callable<T> task : all) {
                futures.add(calls().invoke(travelling(task), given(task), nanosLeft));
            }
            for (Future<T> future : futures) {
                awaitEnd(future, nanosLeft.getAsLong());
            }
        } catch (TimeoutException _) {
            while (futures.size() < all.size()) { // There was no room for the others.
                futures.add(new CompletableFuture<>());
            }
        } finally { // Those that are not done are cancelled, as by an interruption or a shutdown.
            futures.forEach(future -> future.cancel(true));
        }
        return futures;
    }

    private static void awaitEnd(Future<?> future, long nanos) throws InterruptedException, TimeoutException {
        try {
            future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CancellationException _) {
            // Ended, which is all that is asked here.
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("292 years have passed", e);
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("there are no tasks");
        }
        loop().checkMayWait();
        final LongSupplier nanosLeft = nanosLeft(timeout, unit);
        final List<CompletableFuture<T>> futures = new ArrayList<>();
        try {
            return firstOf(checked(tasks), futures, nanosLeft).get();
        } catch (CancellationException e) { // By a shutdown.
            throw new ExecutionException("none of " + tasks.size() + " tasks succeeded", e);
        } catch (TimeoutException e) {
            final TimeoutException told =
                    new TimeoutException("none of " + tasks.size() + " tasks succeeded in " + timeout + " " + unit);
            told.initCause(e);
            throw told;
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
    }

    /// Begins tasks until one has succeeded, or all have ended.
    ///
    /// @param futures where those go that were begun
    /// @return the first that succeeded, or else the last that failed
    private <T extends @Nullable Object> CompletableFuture<T> firstOf(
            List<Callable<T>> tasks, List<CompletableFuture<T>> futures, LongSupplier nanosLeft)
            throws InterruptedException, TimeoutException {
        final LinkedBlockingQueue<CompletableFuture<T>> ended = new LinkedBlockingQueue<>();
        for (int left = tasks.size(); true; left--) {
            while (futures.size() < tasks.size() && ended.isEmpty()) {
                begin(tasks.get(futures.size()), futures, ended, nanosLeft);
            }
            final CompletableFuture<T> first = ended.poll(nanosLeft.getAsLong(), TimeUnit.NANOSECONDS);
            if (first == null) {
                throw new TimeoutException("none has ended any more");
            }
            if (left == 1 || first.state() == Future.State.SUCCESS) {
                return first;
            }
        }
    }

    /// Begins a task, unless another ends while there is no room for it.
    private <T extends @Nullable Object> void begin(
            Callable<T> task,
            List<CompletableFuture<T>> futures,
            LinkedBlockingQueue<CompletableFuture<T>> ended,
            LongSupplier nanosLeft)
            throws InterruptedException, TimeoutException {
        try {
            final CompletableFuture<T> future =
                    calls().invoke(travelling(task), given(task), () -> ended.isEmpty() ? nanosLeft.getAsLong() : 0);
            futures.add(future);
            final var _ = future.whenComplete((_, _) -> {
                ended.add(future);
                calls().wakeWaiting();
            });
        } catch (TimeoutException e) {
            if (ended.isEmpty()) {
                throw e;
            }
        }
    }

    /// Takes no more calls; those under way are done, and the workers end then.
    @Override
    public void shutdown() {
        loop().close();
    }

    /// Ends the workers at once; calls under way fail with an [IllegalStateException].
    ///
    /// @return the tasks that were given to the methods of an executor and never begun, oldest first: the
    ///     same objects where those are [Runnable], else such as call them. Their futures are cancelled, and
    ///     whoever runs them does so in this JVM. What `map` and the other calls of a pool had to do is not
    ///     among them. Nothing in a stage of a future that whoever drives the pool runs
    @Override
    public List<Runnable> shutdownNow() {
        return loop().terminate();
    }

    @Override
    public boolean isShutdown() {
        return loop().isClosing();
    }

    @Override
    public boolean isTerminated() {
        return ended().isDone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        if (timeout > 0 && !isTerminated()) {
            loop().checkMayWait();
        }
        try {
            ended().get(timeout, unit);
            return true;
        } catch (ExecutionException _) {
            return true;
        } catch (TimeoutException _) {
            return false;
        }
    }
}
