/// What single operations cost in one JVM.
@NullMarked
package dev.backplane.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
