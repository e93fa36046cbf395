package dev.backplane.store;

import java.lang.foreign.MemorySegment;

/// Waiting on a 32-bit word that several processes share.
///
/// A waiter names the value that it saw; it sleeps only if the word still has that value at the instant it goes
/// to sleep, so a change followed by [#wake] can never be missed. Every return may be spurious: callers look at
/// the word again. Callers wait in slices (see [RobustWord]) because a thread in a system call feels no
/// interrupt.
///
/// Implementations: the futex system call on Linux, and a portable one (spin, then bounded parking) everywhere
/// else. [Platform] chooses.
public interface Futex {
    /// Waits while the word at `offset` equals `expected`, for at most `timeoutNanos`.
    ///
    /// @param segment the mapped memory
    /// @param offset of the word, a multiple of 4
    /// @param expected the value that the caller saw
    /// @param timeoutNanos the longest wait; zero or less returns at once
    void await(MemorySegment segment, long offset, int expected, long timeoutNanos);

    /// Wakes at most `count` waiters of the word at `offset`, of any process.
    ///
    /// @param segment the mapped memory
    /// @param offset of the word, a multiple of 4
    /// @param count the most to wake, at least 1
    void wake(MemorySegment segment, long offset, int count);
}
