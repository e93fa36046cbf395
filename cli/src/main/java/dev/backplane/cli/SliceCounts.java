package dev.backplane.cli;

import java.io.Serializable;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// What a worker has counted of a slice.
///
/// @param parts the counts, encoded
/// @param bytes how much of the slice they are of, from its beginning
/// @param rest of the slice, if the counts of all of it would have been too many for the worker's heap
@SuppressWarnings("NonApiType") // A list that is known to be serializable.
record SliceCounts(
        ArrayList<byte[]> parts, long bytes, @Nullable FileSlice rest) implements Serializable {}
