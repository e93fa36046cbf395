package dev.backplane.pool;

import dev.backplane.ManagerProvider;
import dev.backplane.SerializableFunction;
import dev.backplane.SerializableRunnable;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedHandle;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Failure;
import dev.backplane.codec.FunctionCodec;
import dev.backplane.events.Flight;
import dev.backplane.events.FlightEvents;
import dev.backplane.events.RecordedTask;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The worker's side of a pool: takes tasks from one ring, puts results into another.
///
/// It needs no care about the pool's death: a worker is a daemon child, which halts when its parent ends.
final class Worker {
    private final WorkerMemory memory;
    private final Waiting waiting;
    private final WorkerMeter meter;
    private final FunctionCodec functionCodec = new FunctionCodec(Worker.class.getClassLoader());
    private final Map<Long, Object> functions = new HashMap<>();

    private final RunningTask running = new RunningTask(Thread.currentThread());

    private Worker(WorkerMemory memory, Waiting waiting, WorkerMeter meter) {
        this.meter = meter;
        this.memory = memory;
        this.waiting = waiting;
    }

    /// Runs a worker until the pool stops it.
    ///
    /// @param arguments the handles of its memory and of the pool's doorbell, for how long it spins, in
    ///     nanoseconds, what it runs at its begin and at its end, see [#code], and the handle of the pool's
    ///     insights, and its place in them
    static void main(String[] arguments) throws IOException {
        final WorkerMemory memory = WorkerMemory.in(attach(arguments[0]), Doorbell.in(attach(arguments[1]), 0));
        run(arguments[3]);
        final WorkerMeter meter = PoolInsights.meter(attach(arguments[5]), Integer.parseInt(arguments[6]));
        new Worker(memory, new Waiting(Long.parseLong(arguments[2])), meter).run();
        final var _ = Thread.interrupted(); // As before a task.
        run(arguments[4]);
        System.exit(0); // Threads that tasks have left would keep this JVM, and whoever closes the pool.
    }

    /// Something to run, as an argument of a worker; nothing is an empty one, since to read a lambda costs a
    /// fresh JVM more than all else on its way to its first task.
    static String code(@Nullable SerializableRunnable runnable) {
        return runnable == null ? "" : Base64.getEncoder().encodeToString(FunctionCodec.write(runnable));
    }

    private static void run(String code) {
        if (code.isEmpty()) {
            return;
        }
        final Object read = new FunctionCodec(Worker.class.getClassLoader())
                .read(Base64.getDecoder().decode(code));
        if (!(read instanceof Runnable runnable)) {
            throw new CodecException("expected something to run, got " + read);
        }
        runnable.run();
    }

    private static SharedByteArray attach(String handle) throws IOException {
        return (SharedByteArray) ManagerProvider.local().attach(SharedHandle.parse(handle));
    }

    private void run() {
        Thread.ofPlatform()
                .daemon()
                .name("backplane-stop")
                .start(() -> memory.stop().watch(running, meter));
        meter.ready();
        send(Frame.of(Frame.Type.READY, ProcessHandle.current().pid()));
        while (true) {
            final int seen = memory.bell().sequence();
            final Frame frame = memory.requests().read();
            if (frame == null) {
                // Without a look at the pool: its death ends this JVM.
                awaitRing(seen);
            } else if (frame.type() == Frame.Type.STOP) {
                meter.stopping();
                memory.stop().end();
                return;
            } else {
                handle(frame);
            }
        }
    }

    /// Waits for the pool. What a task has left behind may interrupt this thread long after the task has ended.
    private void awaitRing(int seen) {
        memory.bell().awaitRing(seen, waiting, WaitLoop.FOREVER);
    }

    private void handle(Frame frame) {
        switch (frame.type()) {
            case FUNCTION -> {
                final var _ = Thread.interrupted(); // As before a task: what it captures may open files.
                functions.put(frame.id(), function(frame.body()));
            }
            case FORGET -> functions.remove(frame.id());
            case TASK, CALL -> {
                if (memory.claims().claim(frame.id())) { // Or else the pool has taken it back.
                    run(frame);
                }
            }
            default -> throw new IllegalStateException("a worker was sent a frame of type " + frame.type());
        }
    }

    private void run(Frame task) {
        if (meter.busy()) {
            memory.stop().awake();
        }
        running.begin(task.id());
        final RecordedTask recorded = Flight.isRecording() ? FlightEvents.task(task.id()) : null;
        final Frame result;
        try {
            result = perform(task);
        } finally {
            running.end();
        }
        if (recorded != null) {
            recorded.end(result.type() == Frame.Type.FAILURE);
        }
        meter.finished(result.type() == Frame.Type.FAILURE); // Before the pool knows: it sees it counted.
        send(result);
    }

    /// The function, or the reason why it could not be read.
    private Object function(byte[] body) {
        try {
            return Objects.requireNonNull(functionCodec.read(body));
        } catch (CodecException e) {
            return e;
        } catch (Throwable t) { // What it captures has methods of its own, which read it.
            return new CodecException("cannot read a function: " + Failure.describe(t), t);
        }
    }

    private Frame perform(Frame task) {
        try {
            if (task.type() == Frame.Type.CALL) {
                final @Nullable Object result = call(function(task.body()));
                return new Frame(Frame.Type.RESULT, task.id(), 0, Elements.write(new @Nullable Object[] {result}));
            }
            final Object function = functions.get(task.about());
            if (function == null) {
                throw new IllegalStateException("task " + task.id() + " is of an unknown function " + task.about());
            }
            final @Nullable Object[] elements = Elements.read(task.body());
            final @Nullable Object[] results = new Object[elements.length];
            for (int i = 0; i < elements.length; i++) {
                results[i] = apply(function, elements[i]);
            }
            return new Frame(Frame.Type.RESULT, task.id(), 0, Elements.write(results));
        } catch (Throwable t) {
            return new Frame(Frame.Type.FAILURE, task.id(), 0, Failure.of(t).toBytes());
        }
    }

    private static @Nullable Object call(Object function) throws Exception {
        return switch (function) {
            case CodecException unreadable -> throw unreadable;
            case Callable<?> callable -> callable.call();
            default -> throw new IllegalStateException("not a function to call: " + function);
        };
    }

    /// The pool sends what it was given: one of these, with the types that the compiler checked there.
    @SuppressWarnings({"unchecked", "NullAway"}) // The user's function decides what it accepts and returns.
    private static @Nullable Object apply(Object function, @Nullable Object element) throws Exception {
        return switch (function) {
            case CodecException unreadable -> throw unreadable;
            case SerializableFunction<?, ?> of -> ((SerializableFunction<Object, Object>) of).apply(element);
            default -> throw new IllegalStateException("not a function to apply: " + function);
        };
    }

    private void send(Frame frame) {
        int offset = 0;
        while (true) {
            final int seen = memory.bell().sequence();
            offset = memory.responses().write(frame, offset);
            if (FrameRing.isWritten(frame, offset)) {
                return;
            }
            awaitRing(seen);
        }
    }
}
