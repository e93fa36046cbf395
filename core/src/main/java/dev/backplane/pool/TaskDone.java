package dev.backplane.pool;

/// Tells a listener that some elements of a map are done.
///
/// @param from the first element
/// @param to the end of the elements, exclusive
/// @param elements how many the map has in all, or [#UNKNOWN] for a stream, whose source nobody has read to its end
/// @param worker the number of the worker that did it
/// @param pid that worker's process id
public record TaskDone(int from, int to, int elements, int worker, long pid) {
    /// Stands for the number of elements of a stream.
    public static final int UNKNOWN = -1;
}
