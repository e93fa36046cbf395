package dev.backplane.pool;

import dev.backplane.process.JvmProcess;
import java.io.Serial;
import java.util.List;

/// A worker JVM ended while it had a task, or before it could take any, and the task was not to be tried again.
/// The cause is the exception that ended it, if one did.
public final class WorkerDiedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int SIGNAL_BASE = 128;

    private final long pid;
    private final int exitCode;

    WorkerDiedException(String what, JvmProcess worker) {
        this(what, worker, worker.exitCode().orElse(-1));
    }

    private WorkerDiedException(String what, JvmProcess worker, int exitCode) {
        super(
                what + ": worker JVM " + worker.pid() + " ended with exit code " + exitCode + signal(exitCode)
                        + lastErrors(worker.lastErrorLines()),
                worker.uncaught().orElse(null));
        this.pid = worker.pid();
        this.exitCode = exitCode;
    }

    private static String lastErrors(List<String> lines) {
        return lines.isEmpty()
                ? "; it wrote nothing to standard error"
                : "; last lines of its standard error:\n  " + String.join("\n  ", lines);
    }

    private static String signal(int exitCode) {
        return exitCode > SIGNAL_BASE ? " (signal " + (exitCode - SIGNAL_BASE) + ")" : "";
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
}
