package dev.backplane.benchmarks.jmh;

import dev.backplane.Manager;
import dev.backplane.SharedLock;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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

/// What do lock and unlock cost together, with nobody else at the lock?
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills the state.
public class LockBenchmark {
    private final ReentrantLock reentrant = new ReentrantLock();
    private Manager manager;
    private SharedLock shared;

    /// Makes the lock.
    @Setup
    public void open() throws IOException {
        manager = Manager.anonymous("benchmark", SegmentOptions.defaults());
        shared = manager.lock("lock");
    }

    /// Ends the segment.
    @TearDown
    public void close() throws IOException {
        manager.close();
    }

    /// The rival within one JVM.
    @Benchmark
    @SuppressWarnings("LockNotBeforeTry") // Nothing between the two can throw.
    public void reentrantLock() {
        reentrant.lock();
        reentrant.unlock();
    }

    /// Ours.
    @Benchmark
    @SuppressWarnings("LockNotBeforeTry")
    public void sharedLock() {
        shared.lock();
        shared.unlock();
    }
}
