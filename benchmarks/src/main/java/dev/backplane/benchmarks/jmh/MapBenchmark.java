package dev.backplane.benchmarks.jmh;

import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.SharedMap;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
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

/// What does it cost to get a value of 16 bytes by a key of 16 bytes?
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills the state.
public class MapBenchmark {
    private static final int ENTRIES = 10_000;
    private static final int STRIDE = 7919;

    private final ConcurrentMap<Pair, Pair> concurrent = new ConcurrentHashMap<>();
    private final Pair[] keys = new Pair[ENTRIES];
    private Manager manager;
    private SharedMap<Pair, Pair> shared;
    private int next;

    /// 16 bytes.
    ///
    /// @param first of them
    /// @param second of them
    public record Pair(long first, long second) {}

    /// Fills both.
    @Setup
    public void open() throws IOException {
        manager = Manager.anonymous("benchmark", SegmentOptions.defaults());
        shared = manager.map(
                "map",
                FixedRecordCodec.of(Pair.class),
                FixedRecordCodec.of(Pair.class),
                MapOptions.entries(ENTRIES).withKeyBytes(2 * Long.BYTES).withValueBytes(2 * Long.BYTES));
        for (int i = 0; i < ENTRIES; i++) {
            keys[i] = new Pair(i, -i);
            shared.put(keys[i], new Pair(i, 2L * i));
            concurrent.put(keys[i], new Pair(i, 2L * i));
        }
    }

    /// Ends the segment.
    @TearDown
    public void close() throws IOException {
        manager.close();
    }

    /// Another key than the table's own, and not the one after the last.
    private Pair key() {
        next = (next + STRIDE) % ENTRIES;
        return new Pair(keys[next].first(), keys[next].second());
    }

    /// The rival within one JVM.
    @Benchmark
    public long concurrentHashMapGet() {
        return concurrent.get(key()).second();
    }

    /// Ours.
    @Benchmark
    public long sharedMapGet() {
        return shared.get(key()).second();
    }
}
