/// Messages between two JVMs, by Backplane and by its rivals: a [dev.backplane.benchmarks.message.Pair] of JVMs for
/// each
/// measurement, so that none runs on what was compiled for another.
@NullMarked
package dev.backplane.benchmarks.message;

import org.jspecify.annotations.NullMarked;
