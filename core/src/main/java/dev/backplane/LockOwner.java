package dev.backplane;

/// Who holds a lock, for diagnostics: by the time it is read it may hold it no more.
///
/// @param pid the process, in its own PID namespace
/// @param label what the process calls itself
/// @param alive whether the process lives
public record LockOwner(long pid, String label, boolean alive) {}
