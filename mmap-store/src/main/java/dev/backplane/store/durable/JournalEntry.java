package dev.backplane.store.durable;

import java.time.Instant;

/// One entry of a journal.
///
/// @param index its place in the order of the journal: greater than those of all entries before it, unchanged
///     for ever, and not contiguous, since each roll file begins a new range
/// @param time when it was appended, by the appender's clock, in microseconds
/// @param bytes what was appended; a copy of one's own
public record JournalEntry(long index, Instant time, byte[] bytes) {}
