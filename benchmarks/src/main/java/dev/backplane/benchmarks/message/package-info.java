/// Messages between two JVMs, by Backplane and by its rivals, two new JVMs for each measurement: none runs on what was
/// compiled for another.
@NullMarked
package dev.backplane.benchmarks.message;

import org.jspecify.annotations.NullMarked;
