package dev.backplane.jmx;

/// One who is attached to a segment.
///
/// @param slot its place in the table
/// @param pid its process, as that sees itself
/// @param label what it calls itself
/// @param alive whether it lives
/// @param attachedMillis when it attached, in milliseconds since 1970
public record ParticipantData(int slot, long pid, String label, boolean alive, long attachedMillis) {}
