package dev.backplane.pool;

import java.io.Serial;
import java.util.List;

/// A worker JVM ended while it had a task, or before it could take any, and the task was not to be tried again.
public final class WorkerDiedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int SIGNAL_BASE = 128;

    private final long pid;
    private final int exitCode;

    WorkerDiedException(String what, long pid, int exitCode, List<String> lastErrorLines) {
        super(what + ": worker JVM " + pid + " ended with exit code " + exitCode + signal(exitCode)
                + (lastErrorLines.isEmpty()
                        ? "; it wrote nothing to standard error"
                        : "; last lines of its standard error:\n  " + String.join("\n  ", lastErrorLines)));
        this.pid = pid;
        this.exitCode = exitCode;
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
