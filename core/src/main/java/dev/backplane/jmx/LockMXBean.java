package dev.backplane.jmx;

/// A lock of a segment. If it was removed, each attribute fails.
public interface LockMXBean {
    /// Its name.
    ///
    /// @return as given by who created it
    String getName();

    /// The path of its segment.
    ///
    /// @return a path
    String getSegment();

    /// What kind of lock it is.
    ///
    /// @return `lock`, `fair lock` or `read-write lock`
    String getKind();

    /// The process that has it, or writes.
    ///
    /// @return a process id, 0 if nobody has it
    long getOwnerPid();

    /// Whether that process lives.
    ///
    /// @return false if it is dead, or there is none
    boolean isOwnerAlive();

    /// Whether an owner died with it, and nobody has made good since what it guards.
    ///
    /// @return true from the death to the next plain release
    boolean isAbandoned();

    /// Whether somebody may wait for it.
    ///
    /// @return false if certainly nobody does
    boolean isContended();

    /// How many wait for it: processes for a fair lock, threads for a read-write lock.
    ///
    /// @return a number; -1 for a lock that does not count
    int getWaiters();

    /// How many threads read, of a read-write lock.
    ///
    /// @return a number
    int getReaders();
}
