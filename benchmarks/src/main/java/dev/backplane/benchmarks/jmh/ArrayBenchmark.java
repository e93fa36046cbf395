package dev.backplane.benchmarks.jmh;

import dev.backplane.Manager;
import dev.backplane.SharedDoubleArray;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How fast can the elements of a shared array be read one after the other?
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH fills the state.
public class ArrayBenchmark {
    /// Elements: in the second-level cache, and far beyond every cache.
    @Param({"10000", "10000000"})
    public int length;

    private double[] heap;
    private Manager manager;
    private SharedDoubleArray shared;

    /// Makes the arrays.
    @Setup
    public void open() throws IOException {
        manager = Manager.anonymous("benchmark", SegmentOptions.defaults());
        shared = manager.doubleArray("array", length);
        heap = new double[length];
        for (int i = 0; i < length; i++) {
            heap[i] = i;
            shared.set(i, i);
        }
    }

    /// Ends the segment.
    @TearDown
    public void close() throws IOException {
        manager.close();
    }

    /// The rival.
    ///
    /// @return the sum
    @Benchmark
    public double doubleArray() {
        double sum = 0;
        for (int i = 0; i < heap.length; i++) {
            sum += heap[i];
        }
        return sum;
    }

    /// Ours.
    ///
    /// @return the sum
    @Benchmark
    public double sharedDoubleArray() {
        double sum = 0;
        for (long i = 0; i < shared.length(); i++) {
            sum += shared.get(i);
        }
        return sum;
    }
}
