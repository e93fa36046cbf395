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
        return accept(travelling(task), () -> {
            try {
                final var _ = task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /// The thread that looks after the pool.
    abstract PoolLoop loop();

    /// Completes when every worker has ended and the pool's memory was given back.
    abstract CompletableFuture<Void> ended();

    /// A task that can travel.
    private static <T extends @Nullable Object> SerializableCallable<T> travelling(Callable<T> task) {
        checkTravels(task, SerializableCallable.class);
        return task instanceof SerializableCallable<T> already ? already : task::call;
    }

    private static <T extends @Nullable Object> SerializableCallable<T> travelling(Runnable task, T result) {
        checkTravels(task, SerializableRunnable.class);
        return () -> {
            task.run();
            return result;
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

    @Override
    public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
        return accept(travelling(task, result), task);
    }

    @Override
    public Future<?> submit(Runnable task) {
        return run(task);
    }

    @SuppressWarnings("NullAway") // The result of one that has none is null.
    private CompletableFuture<?> run(Runnable task) {
        return accept(travelling(task, null), task);
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

    private <T extends @Nullable Object> List<Future<T>> submitAll(Collection<? extends Callable<T>> tasks) {
        final List<Future<T>> futures = new ArrayList<>();
        tasks.forEach(task -> checkTravels(task, SerializableCallable.class)); // All, before any is begun.
        boolean accepted = false;
        try {
            tasks.forEach(task -> futures.add(accept(task)));
            accepted = true;
        } finally {
            if (!accepted) { // As when the pool is shut down meanwhile: nobody would have the futures.
                futures.forEach(future -> future.cancel(true));
            }
        }
        return futures;
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
        final long start = System.nanoTime();
        final long nanos = unit.toNanos(timeout);
        final List<Future<T>> futures = submitAll(tasks);
        try {
            for (Future<T> future : futures) {
                awaitEnd(future, nanos - (System.nanoTime() - start));
            }
        } catch (TimeoutException _) {
            // Those that are not done are cancelled, as by an interruption.
        } finally {
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
        final long start = System.nanoTime();
        final long nanos = unit.toNanos(timeout);
        final LinkedBlockingQueue<CompletableFuture<T>> ended = new LinkedBlockingQueue<>();
        final List<CompletableFuture<T>> futures = new ArrayList<>();
        try {
            tasks.forEach(task -> checkTravels(task, SerializableCallable.class)); // All, before any is begun.
            for (Callable<T> task : tasks) {
                final CompletableFuture<T> future = accept(task);
                futures.add(future);
                final var _ = future.whenComplete((_, _) -> ended.add(future));
            }
            for (int left = futures.size(); true; left--) {
                final CompletableFuture<T> first =
                        ended.poll(nanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                if (first == null) {
                    throw new TimeoutException(
                            "none of " + futures.size() + " tasks succeeded in " + timeout + " " + unit);
                }
                if (left == 1 || first.state() == Future.State.SUCCESS) {
                    return first.get();
                }
            }
        } finally {
            futures.forEach(future -> future.cancel(true));
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
