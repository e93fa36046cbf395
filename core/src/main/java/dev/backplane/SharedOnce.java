package dev.backplane;

/// Runs an initialiser once, whichever process comes first; the others wait for it.
///
/// **Process death.** If the process that runs the initialiser is killed, the next one runs its own, within 200
/// ms of the death if it waits: an initialiser must bear that an earlier run was cut off anywhere.
///
/// **Interruption.** Waiting is uninterruptible; the interrupt status is kept.
///
/// **Memory consistency.** Actions of the initialiser that completed happen-before the return of every [#run]
/// and actions after an [#isDone] that saw it.
///
/// **Cost.** A load once it is done.
public interface SharedOnce extends SharedObject {
    /// Runs the initialiser, unless one has completed before; waits for one that is running.
    ///
    /// @param initialiser what to run; if it throws, nothing was initialised, and the next caller runs its own
    /// @return whether this call ran it
    /// @throws IllegalStateException if called from within the initialiser
    boolean run(Runnable initialiser);

    /// Whether an initialiser has completed.
    ///
    /// @return true from then on
    boolean isDone();
}
