package dev.backplane.pool;

import dev.backplane.process.JvmProcess;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A worker JVM ended while it had a task, or before it could take any, and the task was not to be tried again.
/// The cause is the exception that ended it, if one did.
public final class WorkerDiedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int SIGNAL_BASE = 128;
    private static final int NONE = -1;

    /// The index of the first element of the task; -1 if there was none.
    private final int from;
    /// The index after the last element of the task; -1 if there was none.
    private final int to;
    /// The process id that the worker had.
    private final long pid;
    /// How it ended.
    private final int exitCode;
    /// The end of what it wrote to standard error.
    private final String[] lastErrorLines;
    /// Where the JVM wrote why it crashed.
    private final @Nullable String errorFile;

    /// @param what happened
    /// @param task null if it had none
    WorkerDiedException(String what, Job.@Nullable Task task, WorkerLink worker) {
        this(what, task, worker, worker.process(), worker.errorFile().orElse(null));
    }

    private WorkerDiedException(
            String what, Job.@Nullable Task task, WorkerLink worker, JvmProcess process, @Nullable Path errorFile) {
        super(
                what + ": worker JVM " + process.pid() + " ended with exit code " + exitCode(process)
                        + signal(exitCode(process)) + because(worker.killedBecause())
                        + (errorFile == null ? "" : "; see " + errorFile)
                        + lastErrors(process.lastErrorLines()),
                process.uncaught().orElse(null));
        this.from = task == null ? NONE : task.from;
        this.to = task == null ? NONE : task.to;
        this.pid = process.pid();
        this.exitCode = exitCode(process);
        this.lastErrorLines = process.lastErrorLines().toArray(String[]::new);
        this.errorFile = errorFile == null ? null : errorFile.toString();
    }

    private static int exitCode(JvmProcess process) {
        return process.exitCode().orElse(NONE);
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : "; the pool ended it, since " + reason;
    }

    private static String lastErrors(List<String> lines) {
        return lines.isEmpty()
                ? "; it wrote nothing to standard error"
                : "; last lines of its standard error:\n  " + String.join("\n  ", lines);
    }

    private static String signal(int exitCode) {
        return exitCode > SIGNAL_BASE ? " (signal " + (exitCode - SIGNAL_BASE) + ")" : "";
    }

    /// The first element of the task that ended the worker, as its call counts them.
    ///
    /// @return nothing if no worker could start
    public OptionalInt from() {
        return from == NONE ? OptionalInt.empty() : OptionalInt.of(from);
    }

    /// The end of the elements of the task that ended the worker, exclusive.
    ///
    /// @return nothing if no worker could start
    public OptionalInt to() {
        return to == NONE ? OptionalInt.empty() : OptionalInt.of(to);
    }

    /// The worker's process id.
    ///
    /// @return as the operating system had it
    public long pid() {
        return pid;
    }

    /// How the worker ended.
    ///
    /// @return its exit code: 128 plus the signal after a signal
    public int exitCode() {
        return exitCode;
    }

    /// The signal that ended the worker: 9 for a kill, as by the system when memory is short, 6 for a crash of
    /// the JVM, which [#errorFile] is about. A worker that ends itself with an exit code of more than 128 looks
    /// the same.
    ///
    /// @return nothing if it ended otherwise
    public OptionalInt signal() {
        return exitCode > SIGNAL_BASE ? OptionalInt.of(exitCode - SIGNAL_BASE) : OptionalInt.empty();
    }

    /// What the worker wrote to standard error last.
    ///
    /// @return at most 200 lines
    public List<String> lastErrorLines() {
        return List.of(lastErrorLines);
    }

    /// What HotSpot wrote when the worker's JVM crashed, in [PoolBuilder#errorDirectory].
    ///
    /// @return nothing if it left no such file
    public Optional<Path> errorFile() {
        return Optional.ofNullable(errorFile).map(Path::of);
    }
}
