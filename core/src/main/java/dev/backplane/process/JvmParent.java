package dev.backplane.process;

import java.util.concurrent.CompletableFuture;

/// The JVM that started this one, as [JvmProcess#parent] gives it.
///
/// **Process death.** The parent's end shows on a pipe that it alone keeps open, at once and however it ends; no
/// other process that gets the same process id later is mistaken for it. A daemon child halts at that moment,
/// so this tells something to others only.
///
/// Thread-safe. Cost: none.
public final class JvmParent {
    private final long pid;
    private final CompletableFuture<JvmParent> ended = new CompletableFuture<>();

    JvmParent(long pid) {
        this.pid = pid;
    }

    void end() {
        ended.complete(this);
    }

    /// The parent's process id.
    ///
    /// @return as the operating system has or had it
    public long pid() {
        return pid;
    }

    /// Whether the parent runs.
    ///
    /// @return false from its end on
    public boolean isAlive() {
        return !ended.isDone();
    }

    /// A future that completes with this object when the parent has ended.
    ///
    /// @return a new future
    public CompletableFuture<JvmParent> onExit() {
        return ended.copy();
    }

    /// The process id and state, for messages.
    @Override
    public String toString() {
        return "JvmParent[pid " + pid + (isAlive() ? ", alive]" : ", ended]");
    }
}
