package dev.backplane.pool;

import dev.backplane.Manager;
import dev.backplane.SerializableFunction;
import dev.backplane.SharedArray;
import dev.backplane.SharedByteArray;
import dev.backplane.codec.JavaSerialization;
import dev.backplane.process.JvmOutput;
import dev.backplane.process.JvmProcess;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Worker JVMs that map functions over collections and over slices of shared memory.
///
/// A function is serialized once for a map, not once for an element. Shared objects that it captures, and
/// slices that it is given, travel as handles: the workers attach to the same memory.
///
/// **Worker death.** A worker that ends, however it does, is noticed at once and replaced. What it had not
/// finished is done by others, as often as the number of retries allows; an element whose worker has then died
/// each time fails the map with a [WorkerDiedException], which carries the exit code and the worker's last
/// words. A map over functions with side effects wants [Builder#retries] 0. A worker that runs out of memory
/// ends.
///
/// **Parent death.** Workers halt when the JVM with the pool ends, and the pool's memory, which has no name, is
/// gone with them.
///
/// **Interruption.** [#map] gives the rest of its tasks up when its thread is interrupted; those that workers
/// hold are finished and ignored.
///
/// Thread-safe: many threads may map at once. Cost: a JVM per worker, 1 MiB of shared memory each, one thread
/// here.
public final class ProcessPool implements AutoCloseable {
    /// The most workers that a pool can have: every one takes a participant's slot, and so does the pool.
    public static final int MOST_WORKERS = 250;

    /// Tasks for each worker that the default rule cuts a map into, so that a slow one does not keep the others
    /// waiting.
    private static final int TASKS_PER_WORKER = 4;

    private final Manager memory;
    private final PoolLoop loop;
    private final int workers;
    private final AtomicLong ids = new AtomicLong();

    private ProcessPool(Builder options) throws IOException {
        this.workers = options.workers;
        this.memory = Manager.anonymous(
                "backplane-pool",
                SegmentOptions.defaults().withLabel(options.name).withObjects(MOST_WORKERS + 1));
        boolean made = false;
        try {
            final SharedByteArray bell = memory.byteArray("pool-bell", Doorbell.BYTES);
            this.loop = new PoolLoop(
                    workers, options.retries, starter(options, bell), Doorbell.in(bell, 0), options.waiting);
            made = true;
        } finally {
            if (!made) {
                memory.close();
            }
        }
        Thread.ofPlatform().daemon().name(options.name + "-loop").start(loop);
    }

    private PoolLoop.Starter starter(Builder options, SharedByteArray bell) {
        return (number, place) -> {
            final SharedByteArray array = memory.byteArray("worker-" + place, WorkerMemory.BYTES);
            array.clear();
            final long spinNanos = options.waiting.spinNanos();
            final JvmProcess process = options.process(number)
                    .start(
                            Worker.class,
                            array.handle().toString(),
                            bell.handle().toString(),
                            Long.toString(spinNanos));
            return new WorkerLink(number, place, WorkerMemory.in(array, Doorbell.in(bell, 0)), process);
        };
    }

    /// A pool with the default options.
    ///
    /// @param workers how many, 1 to [#MOST_WORKERS]
    /// @return the pool, its workers starting
    /// @throws IOException if its memory cannot be created
    public static ProcessPool of(int workers) throws IOException {
        return builder().workers(workers).start();
    }

    /// A builder with the default options: as many workers as processors, each at most two deaths an element.
    ///
    /// @return a new builder
    public static Builder builder() {
        return new Builder();
    }

    /// Applies a function to each element. The elements are cut into tasks by the default rule: four for each
    /// worker, of equal length.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order
    /// @throws TaskException if the function threw; its cause is what was thrown
    /// @throws WorkerDiedException if an element's workers died too often, or none can start
    /// @throws dev.backplane.codec.CodecException if the function or an element cannot be serialized
    /// @throws IllegalStateException if the pool is closed
    /// @throws InterruptedException if interrupted
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements, SerializableFunction<? super T, ? extends R> function)
            throws InterruptedException {
        final int chunk = Math.max(1, Math.ceilDiv(elements.size(), workers * TASKS_PER_WORKER));
        return map(elements, function, chunk, done -> {});
    }

    /// Applies a function to each element.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener told of each task that is done, on the pool's own thread: it must be quick
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order
    /// @throws TaskException as above, and so for the others
    /// @throws InterruptedException if interrupted
    @SuppressWarnings({"unchecked", "NullAway"}) // The results are what the function returned, whose type is R.
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener)
            throws InterruptedException {
        if (chunkSize < 1) {
            throw new IllegalArgumentException("chunkSize is " + chunkSize + ", must be at least 1");
        }
        if (elements.isEmpty()) {
            return List.of();
        }
        final Job job = job(elements.toArray(), function, chunkSize, listener);
        loop.post(() -> loop.submit(job));
        return (List<R>) Arrays.asList(await(job));
    }

    private Job job(@Nullable Object[] elements, Object function, int chunkSize, Consumer<TaskDone> listener) {
        final Job job =
                new Job(ids.incrementAndGet(), JavaSerialization.serialize(function), elements.length, listener);
        for (int from = 0; from < elements.length; from += chunkSize) {
            final int to = (int) Math.min((long) from + chunkSize, elements.length);
            final byte[] part = Elements.write(Arrays.copyOfRange(elements, from, to));
            job.add(new Job.Task(job, ids.incrementAndGet(), from, to, part));
        }
        return job;
    }

    private @Nullable Object[] await(Job job) throws InterruptedException {
        try {
            return job.future.get();
        } catch (InterruptedException e) {
            loop.post(() -> loop.cancel(job));
            throw e;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (CancellationException e) {
            throw new IllegalStateException("the map was cancelled", e);
        }
    }

    /// The failure with the stack of the thread that called map, which is where its reader will look first.
    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException failure) {
            failure.setStackTrace(Thread.currentThread().getStackTrace());
            return failure;
        }
        return new IllegalStateException("the map failed", cause);
    }

    /// Applies a function to slices of a shared array, in place: only handles travel.
    ///
    /// @param array what to cut
    /// @param slices how many slices of nearly equal length; no more than the array has elements
    /// @param function gets each slice; a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the array
    /// @param <R> the type of the results
    /// @return the results, in the slices' order
    /// @throws TaskException as [#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <A extends SharedArray, R extends @Nullable Object> List<R> mapSlices(
            A array, int slices, SerializableFunction<? super A, ? extends R> function) throws InterruptedException {
        if (slices < 1) {
            throw new IllegalArgumentException("slices is " + slices + ", must be at least 1");
        }
        return map(slicesOf(array, Math.min(slices, array.length())), function, 1, done -> {});
    }

    @SuppressWarnings("unchecked") // Each Shared type slices into itself: SharedArray.slice says so.
    private static <A extends SharedArray> List<A> slicesOf(A array, long count) {
        final List<A> slices = new ArrayList<>();
        final long least = array.length() / count;
        final long longer = array.length() % count;
        long from = 0;
        for (long i = 0; i < count; i++) {
            final long to = from + least + (i < longer ? 1 : 0);
            slices.add((A) array.slice(from, to));
            from = to;
        }
        return slices;
    }

    /// The workers, as they were when the pool last looked.
    ///
    /// @return a snapshot, which changes within a moment
    public List<WorkerStatus> workers() {
        return loop.statuses();
    }

    /// Takes no more maps, waits until those under way are done, and ends the workers.
    ///
    /// @throws IOException if the pool's memory cannot be given back
    @Override
    public void close() throws IOException {
        loop.post(loop::close);
        end();
    }

    /// Ends the workers at once; maps under way fail with an [IllegalStateException].
    ///
    /// @throws IOException if the pool's memory cannot be given back
    public void terminate() throws IOException {
        loop.post(loop::terminate);
        end();
    }

    private void end() throws IOException {
        try {
            loop.ended().get();
        } catch (InterruptedException e) {
            loop.post(loop::terminate);
            loop.ended().join();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IOException("the pool did not end as it should", e.getCause());
        } finally {
            memory.close();
        }
    }

    /// How a pool is started.
    public static final class Builder {
        private static final AtomicLong NUMBER = new AtomicLong();

        private int workers = Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS);
        private int retries = 2;
        private String name = "pool-" + NUMBER.incrementAndGet();
        private Waiting waiting = Waiting.byDefault();
        private long heapBytes;
        private List<String> jvmOptions = List.of();

        private Builder() {}

        /// How many workers there are.
        ///
        /// @param count 1 to [#MOST_WORKERS]
        /// @return this
        public Builder workers(int count) {
            if (count < 1 || count > MOST_WORKERS) {
                throw new IllegalArgumentException("workers is " + count + ", must be 1 to " + MOST_WORKERS);
            }
            workers = count;
            return this;
        }

        /// How often a task is tried again after it has ended its worker.
        ///
        /// @param count 0 or more; 2 by default
        /// @return this
        public Builder retries(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("retries is " + count + ", must not be negative");
            }
            retries = count;
            return this;
        }

        /// What the pool and its workers are called.
        ///
        /// @param text for people
        /// @return this
        public Builder name(String text) {
            name = text;
            return this;
        }

        /// How the pool and its workers wait for each other.
        ///
        /// @param policy adaptive by default
        /// @return this
        public Builder waiting(Waiting policy) {
            waiting = policy;
            return this;
        }

        /// Limits each worker's heap.
        ///
        /// @param bytes at least 2 MiB
        /// @return this
        public Builder heap(long bytes) {
            heapBytes = bytes;
            return this;
        }

        /// Adds options of the worker JVMs.
        ///
        /// @param options as on a command line
        /// @return this
        public Builder jvmOptions(String... options) {
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

        private JvmProcess.Builder process(int number) {
            final JvmProcess.Builder builder = JvmProcess.builder()
                    .name(name + "-worker-" + number)
                    .stderr(JvmOutput.to(System.err::println))
                    .jvmOptions("-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr")
                    .jvmOptions(jvmOptions.toArray(String[]::new));
            return heapBytes == 0 ? builder : builder.heap(heapBytes);
        }
    }
}
