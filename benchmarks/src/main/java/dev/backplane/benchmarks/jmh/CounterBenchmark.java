package dev.backplane.benchmarks.jmh;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does it cost to add to a counter that other processes share, with nobody else adding?
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills the state.
public class CounterBenchmark {
    private final AtomicLong atomic = new AtomicLong();
    private Manager manager;
    private SharedLong shared;

    /// Makes the counter.
    @Setup
    public void open() throws IOException {
        manager = Manager.anonymous("benchmark", SegmentOptions.defaults());
        shared = manager.longValue("counter");
    }

    /// Ends the segment.
    @TearDown
    public void close() throws IOException {
        manager.close();
    }

    /// The rival.
    ///
    /// @return the value before
    @Benchmark
    public long atomicLong() {
        return atomic.getAndAdd(1);
    }

    /// Ours.
    ///
    /// @return the value before
    @Benchmark
    public long sharedLong() {
        return shared.getAndAdd(1);
    }
}
