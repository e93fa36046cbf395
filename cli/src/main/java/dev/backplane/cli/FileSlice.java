package dev.backplane.cli;

import dev.backplane.cli.wordcount.Slice;
import java.io.Serializable;

/// A slice of one of several files.
///
/// @param file the number of the file, from 0
/// @param slice of its bytes
record FileSlice(int file, Slice slice) implements Serializable {}
