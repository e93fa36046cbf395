package dev.backplane.cli.torture;

/// How far a run is.
///
/// @param seconds since its start
/// @param kills so far
/// @param operations so far, of all primitives
/// @param workers that are up
/// @param violations so far
public record TortureStatus(long seconds, int kills, long operations, int workers, long violations) {}
