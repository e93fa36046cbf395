package dev.backplane.pool;

import dev.backplane.SerializableCallable;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Failure;
import dev.backplane.codec.FunctionCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Makes jobs of calls, and hands them to the pool's loop, all with one limit of time. Thread-safe.
final class PoolCalls {
    /// The elements of a call, whose function takes none.
    static final @Nullable Object[] NONE = new Object[1];

    private static final String CLOSED = "the pool is closed";

    private final PoolLoop loop;
    private final int workers;
    private final AtomicLong ids;
    private final long mostNanos;
    private final int retries;
    private final PendingLimit limit;

    /// @param workers how many the pool has
    /// @param ids all numbers of jobs and tasks of the pool come from here
    /// @param mostNanos how long a task may run; [Long#MAX_VALUE] for no limit
    /// @param retries how often a task is tried again after it has ended its worker
    /// @param limit how many tasks there may be
    PoolCalls(PoolLoop loop, int workers, AtomicLong ids, long mostNanos, int retries, PendingLimit limit) {
        this.limit = limit;
        this.loop = loop;
        this.workers = workers;
        this.ids = ids;
        this.mostNanos = mostNanos;
        this.retries = retries;
    }

    /// The same, with another limit of time.
    PoolCalls within(long nanos) {
        return new PoolCalls(loop, workers, ids, nanos, retries, limit);
    }

    /// The same, with another number of retries.
    PoolCalls retrying(int count) {
        return new PoolCalls(loop, workers, ids, mostNanos, count, limit);
    }

    /// How often a task is tried again that has ended its worker.
    int retries() {
        return retries;
    }

    /// Hands out elements in chunks.
    ///
    /// @param given what an executor's caller wants back if it is never begun
    /// @param refusal made if the pool takes no more
    /// @param value makes what the future holds of all results
    <V extends @Nullable Object> CompletableFuture<V> submit(
            @Nullable Object[] elements,
            Object function,
            int chunkSize,
            Consumer<TaskDone> listener,
            @Nullable Runnable given,
            Function<String, RuntimeException> refusal,
            Function<List<@Nullable Object>, V> value) {
        checkChunk(chunkSize);
        checkOpen(refusal);
        final MapJob<V> job = job(elements, function, chunkSize, listener, value);
        job.given = given;
        if (elements.length == 0) {
            job.future.finish(value.apply(Arrays.asList(elements)));
        } else {
            admit(job, refusal);
        }
        return job.future;
    }

    /// Hands out a single call, for a method of an executor that can be interrupted.
    ///
    /// @param given what an executor's caller wants back if it is never begun
    /// @param nanosLeft how long to wait for room yet, as [PendingLimit#enter] asks
    /// @throws InterruptedException if interrupted while there is no room; nothing is handed out then
    /// @throws TimeoutException if there is no room in time; nothing is handed out then
    @SuppressWarnings({"unchecked", "NullAway"}) // The result is what the function returned, whose type is R.
    <R extends @Nullable Object> CompletableFuture<R> invoke(
            SerializableCallable<R> function, Runnable given, LongSupplier nanosLeft)
            throws InterruptedException, TimeoutException {
        checkOpen(RejectedExecutionException::new);
        final MapJob<R> job = job(NONE, function, 1, done -> {}, results -> (R) results.getFirst());
        job.given = given;
        enter(job, RejectedExecutionException::new, nanosLeft);
        handOver(job, RejectedExecutionException::new);
        return job.future;
    }

    /// Has those who wait for room ask how long they still shall.
    void wakeWaiting() {
        limit.wake();
    }

    /// Hands a job to the loop, once there is room.
    private void admit(MapJob<?> job, Function<String, RuntimeException> refusal) {
        if (enterUninterrupted(job, refusal)) {
            handOver(job, refusal);
        }
    }

    private void handOver(MapJob<?> job, Function<String, RuntimeException> refusal) {
        if (!loop.admit(job, job.tasks)) {
            job.future.cancel(true); // Its tasks are counted no longer.
            throw refusal.apply(CLOSED);
        }
    }

    /// Counts a job's tasks; false if the thread was interrupted before, and the call is cancelled.
    private boolean enterUninterrupted(MapJob<?> job, Function<String, RuntimeException> refusal) {
        try {
            enter(job, refusal, PendingLimit.PATIENT);
            return true;
        } catch (TimeoutException e) {
            throw new AssertionError("it was to wait for ever", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (job.given != null) { // Nobody may look at the future.
                throw refusal.apply("interrupted while the pool had no room for more tasks");
            }
            job.future.cancel(true);
            return false;
        }
    }

    private void enter(MapJob<?> job, Function<String, RuntimeException> refusal, LongSupplier nanosLeft)
            throws InterruptedException, TimeoutException {
        if (limit.isNone()) {
            return;
        }
        if (!limit.enter(job.tasks.size(), !loop.isHere(), nanosLeft)) {
            throw refusal.apply(CLOSED);
        }
        job.countedBy(limit);
    }

    /// Has one task done, and takes the loop's place meanwhile, if that rests.
    ///
    /// @return not done if the loop did not rest, or its own thread is needed
    /// @throws InterruptedException if interrupted; the call is cancelled then
    @SuppressWarnings({"unchecked", "NullAway"}) // The result is what the function returned, whose type is R.
    <R extends @Nullable Object> CompletableFuture<R> call(SerializableCallable<R> function)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException(); // Also where the call would be over before anybody looked.
        }
        loop.checkMayWait();
        checkOpen(IllegalStateException::new);
        final MapJob<R> job = job(NONE, function, 1, done -> {}, results -> (R) results.getFirst());
        try {
            if (!loop.guests().admitAndDrive(job)) {
                throw new IllegalStateException(CLOSED);
            }
        } catch (InterruptedException e) {
            job.future.cancel(true);
            throw e;
        }
        return job.future;
    }

    @SuppressWarnings("ReferenceEquality") // Nobody else has that array.
    private <V extends @Nullable Object> MapJob<V> job(
            @Nullable Object[] elements,
            Object function,
            int chunkSize,
            Consumer<TaskDone> listener,
            Function<List<@Nullable Object>, V> value) {
        final MapJob<V> job =
                new MapJob<>(ids.incrementAndGet(), FunctionCodec.write(function), elements.length, value, listener);
        job.mostNanos = mostNanos;
        job.retries = retries;
        if (elements == NONE) {
            job.add(ids.incrementAndGet(), 0, 1, new byte[0]); // It takes no element, and is called once.
        } else {
            for (long from = 0; from < elements.length; from += chunkSize) {
                final int to = (int) Math.min(from + chunkSize, elements.length);
                final byte[] part = Elements.write(Arrays.copyOfRange(elements, (int) from, to));
                job.add(ids.incrementAndGet(), (int) from, to, part);
            }
        }
        job.future.whenCancelled(stops -> {
            job.leaveAll();
            loop.post(() -> loop.cancel(job, stops));
        });
        job.future.beforeWait(loop::checkMayWait);
        return job;
    }

    /// Hands out a source in chunks, as the results are read.
    ///
    /// @param ordered whether the results come in the source's order
    /// @param listener told of each task that is done
    <R extends @Nullable Object> Stream<R> stream(
            Iterable<? extends @Nullable Object> source,
            Object function,
            int chunkSize,
            boolean ordered,
            Consumer<TaskDone> listener) {
        checkChunk(chunkSize);
        checkOpen(IllegalStateException::new);
        final StreamJob job = new StreamJob(ids.incrementAndGet(), FunctionCodec.write(function), listener);
        job.mostNanos = mostNanos;
        job.retries = retries;
        final Runnable end = () -> loop.post(() -> loop.cancel(job, true));
        final PoolIterator<R> results = new PoolIterator<>(
                source.iterator(),
                chunkSize,
                workers * WorkerLink.CREDITS + 1,
                ordered,
                job,
                (index, part) -> submit(job, index * chunkSize, index, part),
                loop.guests(),
                loop::checkMayWait,
                end);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(results, ordered ? Spliterator.ORDERED : 0), false)
                .onClose(end);
    }

    /// What cannot be serialized fails for itself alone.
    private void submit(StreamJob job, int from, int index, List<@Nullable Object> part) {
        loop.checkMayWait(); // As it will for the result.
        final byte[] elements;
        try {
            elements = Elements.write(part.toArray());
        } catch (CodecException e) {
            job.add(new StreamJob.Outcome(index, null, e));
            return;
        } catch (Error e) { // An element's own methods write it.
            job.add(new StreamJob.Outcome(
                    index, null, new CodecException("cannot serialize an element: " + Failure.describe(e), e)));
            return;
        }
        final Job.Task task = new Job.Task(job, ids.incrementAndGet(), index, from, from + part.size(), elements);
        if (!loop.guests().admit(job, task)) {
            loop.post(() -> job.fail(new IllegalStateException(CLOSED)));
        }
    }

    static void checkChunk(int chunkSize) {
        if (chunkSize < 1) {
            throw new IllegalArgumentException("chunkSize is " + chunkSize + ", must be at least 1");
        }
    }

    private void checkOpen(Function<String, RuntimeException> refusal) {
        if (loop.isClosing()) {
            throw refusal.apply(CLOSED);
        }
    }
}
