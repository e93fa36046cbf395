/// Backplane beside its rivals, on one machine, in one run.
@NullMarked
package dev.backplane.benchmarks;

import org.jspecify.annotations.NullMarked;
