package dev.backplane.process;

import dev.backplane.SerializableRunnable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A lambda running in a JVM of its own.
///
/// The new JVM has this one's Java, class path, system properties and module options. What the lambda captures
/// is serialized; shared objects among it arrive attached to the same memory.
///
/// **Exit codes.** 0 when the body returned and no other non-daemon thread is left; what the body gave to
/// [System#exit]; [#EXIT_UNCAUGHT] after an uncaught exception, which [#uncaught] has;
/// [#EXIT_NOT_STARTED] if the body could not be read; [#EXIT_ORPHANED] if the parent ended; 128 plus the signal
/// after a signal: 137 for [#kill], 143 for [#terminate].
///
/// **Failure.** An exception that the body does not catch is printed to the child's standard error, and comes to
/// this JVM with the stack trace that it had there:
///
/// ```java
/// if (child.join() == JvmProcess.EXIT_UNCAUGHT) {
///     throw new ExecutionException(child.name() + " failed", child.uncaught().orElse(null));
/// }
/// ```
///
/// **Secret.** A JVM shares its [#authkey] with its children and theirs, which need it to trust each other. It
/// reaches a child through a pipe, so neither argument lists nor environments show it.
///
/// **Process death.** A daemon child, which is the default, halts as soon as its parent has ended, however that
/// came about. A child that was killed is seen at once by [#join] and [#onExit].
///
/// Thread-safe. Cost: a JVM's start.
public final class JvmProcess implements AutoCloseable {
    /*
     * What a kill of the parent leaves: before the child has read its frame, a child whose read ends in EOF,
     * which halts; after that, a daemon child whose lifeline ends in EOF, which halts, or another one, which
     * goes on as it was told. A kill of the child leaves a pipe that the parent notices when it next writes,
     * which it never does, and an exit status for the parent's process reaper.
     */

    /// The body ended with an exception.
    public static final int EXIT_UNCAUGHT = 1;

    /// The body could not be read: a class is missing in the child, or the frame is damaged.
    public static final int EXIT_NOT_STARTED = 2;

    /// The parent ended.
    public static final int EXIT_ORPHANED = 3;

    private static final Duration GRACE = Duration.ofSeconds(5);

    /// How long a child's end waits for consumers of its output that are behind.
    private static final long LONGEST_READ_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final AtomicLong NUMBER = new AtomicLong();

    /// What a child JVM knows of itself.
    ///
    /// @param name what its parent called it
    /// @param parentPid its parent's process id
    public record Self(String name, long parentPid) {}

    private final String name;
    private final Process process;
    private final @Nullable LineReader out;
    private final @Nullable LineReader error;
    private final CompletableFuture<JvmProcess> ended = new CompletableFuture<>();
    private volatile @Nullable Throwable uncaught;

    JvmProcess(
            String name,
            Process process,
            FailureMemory failures,
            @Nullable LineReader out,
            @Nullable LineReader error) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.error = error;
        // Not by Process.onExit(): that needs a free thread of the common pool, whose few may all wait for this child.
        Thread.ofPlatform().daemon().name("end of " + name).start(() -> awaitExit(failures));
    }

    private void awaitExit(FailureMemory failures) {
        while (!ended.isDone()) {
            try {
                process.waitFor();
                ended.complete(end(failures));
            } catch (InterruptedException _) {
                // Of all threads of a group, perhaps: this one has nothing else to do.
            } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        }
    }

    /// What is to be done when the child has ended, whether or not anybody waits for that.
    private JvmProcess end(FailureMemory failures) throws InterruptedException {
        final long deadline = System.nanoTime() + LONGEST_READ_NANOS;
        try {
            if (out != null) {
                out.join(deadline);
            }
            if (error != null) {
                error.join(deadline);
            }
            uncaught = failures.take().orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give back the memory for how " + this + " fails", e);
        }
        return this;
    }

    /// Starts a daemon child with the default options.
    ///
    /// @param body what it runs
    /// @return the child, running
    /// @throws IOException if no process can be started
    /// @throws dev.backplane.codec.CodecException if the body cannot be serialized
    public static JvmProcess start(SerializableRunnable body) throws IOException {
        return builder().start(body);
    }

    /// A builder with the default options.
    ///
    /// @return a new builder
    public static Builder builder() {
        return new Builder();
    }

    /// What this JVM is, if some [JvmProcess] started it.
    ///
    /// @return nothing in a JVM that was started otherwise
    public static Optional<Self> current() {
        return ThisJvm.get().self();
    }

    /// The JVM that started this one, if that was by a [JvmProcess].
    ///
    /// @return nothing in a JVM that was started otherwise
    public static Optional<JvmParent> parent() {
        return ThisJvm.get().parent();
    }

    /// The secret that this JVM shares with its children: what its parent gave it, or else 32 random bytes,
    /// drawn at the first need.
    ///
    /// @return a copy, which the caller should overwrite after use
    public static byte[] authkey() {
        final Authkey copy = ThisJvm.get().authkey();
        try {
            return copy.toBytes();
        } finally {
            copy.erase();
        }
    }

    /// Sets another secret for this JVM and the children that it starts from now on. Programs that have no
    /// parent in common agree on one so.
    ///
    /// @param secret 1 to 1024 bytes, copied
    public static void authkey(byte[] secret) {
        ThisJvm.get().authkey(Authkey.of(secret));
    }

    /// What the child is called.
    ///
    /// @return its name
    public String name() {
        return name;
    }

    /// The child's process id.
    ///
    /// @return as the operating system has it
    public long pid() {
        return process.pid();
    }

    /// Whether the child runs.
    ///
    /// @return false from its end on
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the child's end, and for all that it wrote to have been read, and [#uncaught] to be known. An
    /// exception of the child's is not thrown here. A consumer of its output that is behind is waited for, for two
    /// seconds; a process that the child has left, and that may write where it did, is not.
    ///
    /// @return its exit code
    /// @throws InterruptedException if interrupted
    public int join() throws InterruptedException {
        final int code = process.waitFor();
        try {
            awaitEnd(Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new AssertionError("292 years have passed", e);
        }
        return code;
    }

    /// [#join()], but not for ever.
    ///
    /// @param timeout the longest wait; zero or less does not wait
    /// @return whether all that came about: false, too, in the moment after its end until what it wrote has been
    ///     read
    /// @throws InterruptedException if interrupted
    public boolean join(Duration timeout) throws InterruptedException {
        final long start = System.nanoTime();
        final long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        if (!process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            awaitEnd(Math.max(0, nanos - (System.nanoTime() - start)));
            return true;
        } catch (TimeoutException _) {
            return false;
        }
    }

    private void awaitEnd(long nanos) throws InterruptedException, TimeoutException {
        try {
            ended.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot tell how " + this + " ended", e.getCause());
        }
    }

    /// How the child ended.
    ///
    /// @return its exit code, nothing while it runs
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /// The exception that the body did not catch, with the stack trace that it had in the child: the same
    /// class, or a [dev.backplane.codec.RemoteTrace] with its text if it cannot be serialized, is longer than
    /// 128 KiB, or its class is missing here. So it is with what kept a body from being started.
    ///
    /// @return nothing while the child runs, and if it ended otherwise; a kill in the instant after the
    ///     exception may leave nothing but the trace on standard error
    public Optional<Throwable> uncaught() {
        return Optional.ofNullable(uncaught);
    }

    /// Asks the child to end, as SIGTERM does: its shutdown hooks run.
    public void terminate() {
        // Not through Process, which would close the child's pipes: the lifeline, and what it has yet to say.
        process.toHandle().destroy();
    }

    /// Ends the child at once, as SIGKILL does.
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /// A future that completes with this object when the child has ended, what it wrote has been read, and
    /// [#uncaught] is known.
    ///
    /// @return a new future
    public CompletableFuture<JvmProcess> onExit() {
        return ended.copy();
    }

    /// The last lines that the child wrote to standard error, at most 200 of at most 8192 characters each.
    ///
    /// @return empty if its standard error is inherited
    public List<String> lastErrorLines() {
        return error == null ? List.of() : error.lastLines();
    }

    /// The last lines that the child wrote to standard output, at most 200 of at most 8192 characters each.
    ///
    /// @return empty if its standard output is inherited
    public List<String> lastOutputLines() {
        return out == null ? List.of() : out.lastLines();
    }

    /// Ends the child: asks first, and kills it if it has not ended within five seconds. Does nothing if it has
    /// ended.
    @Override
    public void close() {
        terminate();
        try {
            if (!join(GRACE)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /// The name, process id and state, for messages.
    @Override
    public String toString() {
        return "JvmProcess[" + name + ", pid " + pid()
                + (isAlive() ? ", alive]" : ", exit code " + process.exitValue() + "]");
    }

    /// How a child is started.
    public static final class Builder {
        private String name = "jvm-" + NUMBER.incrementAndGet();
        private boolean daemon = true;
        private JvmOutput out = JvmOutput.inherit();
        private JvmOutput error = JvmOutput.inherit();
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private @Nullable Authkey authkey;

        private Builder() {}

        /// Names the child.
        ///
        /// @param text for people
        /// @return this
        public Builder name(String text) {
            name = text;
            return this;
        }

        /// Whether the child halts when its parent ends; it does by default.
        ///
        /// @param dies whether it does
        /// @return this
        public Builder daemon(boolean dies) {
            daemon = dies;
            return this;
        }

        /// Limits the child's heap.
        ///
        /// @param bytes at least 2 MiB
        /// @return this
        public Builder heap(long bytes) {
            if (bytes < 2 << 20) {
                throw new IllegalArgumentException("heap is " + bytes + " bytes, must be at least " + (2 << 20));
            }
            options.add("-Xmx" + bytes);
            return this;
        }

        /// Adds options of the child JVM, after the default ones.
        ///
        /// @param more as on a command line
        /// @return this
        public Builder jvmOptions(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /// Sets a variable in the child's environment.
        ///
        /// @param variable its name
        /// @param value its value; visible to whoever may read the child's environment
        /// @return this
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /// Gives the child another secret than this JVM's [JvmProcess#authkey()].
        ///
        /// @param secret 1 to 1024 bytes, copied
        /// @return this
        public Builder authkey(byte[] secret) {
            authkey = Authkey.of(secret);
            return this;
        }

        /// Where the child's standard output goes; to this JVM's by default.
        ///
        /// @param to the destination
        /// @return this
        public Builder stdout(JvmOutput to) {
            out = to;
            return this;
        }

        /// Where the child's standard error goes; to this JVM's by default.
        ///
        /// @param to the destination
        /// @return this
        public Builder stderr(JvmOutput to) {
            error = to;
            return this;
        }

        /// Starts the child.
        ///
        /// @param body what it runs
        /// @return the child, running
        /// @throws IOException if no process can be started
        /// @throws dev.backplane.codec.CodecException if the body cannot be serialized
        public JvmProcess start(SerializableRunnable body) throws IOException {
            return start(Bootstrap.Lambda.of(body));
        }

        /// Starts a child that runs the main method of a class, which is ready sooner than one that has a
        /// lambda to read.
        ///
        /// @param type a class with a `static void main(String[])` of any visibility
        /// @param arguments for it; they appear in no argument list
        /// @return the child, running
        /// @throws IOException if no process can be started
        public JvmProcess start(Class<?> type, String... arguments) throws IOException {
            return start(new Bootstrap.Main(type.getName(), List.of(arguments)));
        }

        private JvmProcess start(Bootstrap.Body body) throws IOException {
            return new JvmLaunch(name, daemon, out, error, new JvmCommand(options, environment)).start(body, authkey);
        }
    }
}
