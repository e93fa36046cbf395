/// Tests of what the benchmarks print and write, and of how they do without rivals.
@NullMarked
package dev.backplane.benchmarks;

import org.jspecify.annotations.NullMarked;
