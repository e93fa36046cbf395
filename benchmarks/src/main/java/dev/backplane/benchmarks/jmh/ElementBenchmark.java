package dev.backplane.benchmarks.jmh;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.FixedRecordCodec;
import dev.backplane.codec.RecordLayout;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does an element cost that goes into a queue and out of it again in one thread, and what garbage does it make?
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills the state.
public class ElementBenchmark {
    private static final int CAPACITY = 1024;

    private Manager manager;
    private SharedQueue.Longs longs;
    private SharedQueue<Quote> quotes;
    private Quote quote;
    private RecordLayout<Quote> layout;
    private int offered;
    private double price;
    private int priceOffset;
    private int quantityOffset;
    private SharedQueue.Filler filler;
    private SharedQueue.Handler reader;

    /// A record of a fixed layout.
    ///
    /// @param instrument which
    /// @param price at which
    /// @param quantity how many
    public record Quote(long instrument, double price, int quantity) {}

    /// Makes the queues.
    @Setup
    public void open() throws IOException {
        manager = Manager.anonymous("benchmark", SegmentOptions.defaults());
        longs = manager.queue("longs", QueueOptions.of(CAPACITY, Codecs.of(Long.class)))
                .longs();
        quotes = manager.queue("quotes", QueueOptions.of(CAPACITY, FixedRecordCodec.of(Quote.class)));
        quote = new Quote(1, 2.5, 3);
        layout = RecordLayout.of(Quote.class);
        priceOffset = layout.field("price").orElseThrow().offset();
        quantityOffset = layout.field("quantity").orElseThrow().offset();
        filler = (memory, offset, _) -> {
            memory.set(JAVA_LONG_UNALIGNED, offset, 1);
            memory.set(JAVA_DOUBLE_UNALIGNED, offset + priceOffset, 2.5);
            memory.set(JAVA_INT_UNALIGNED, offset + quantityOffset, 3);
        };
        reader = (memory, offset, _) -> price = memory.get(JAVA_DOUBLE_UNALIGNED, offset + priceOffset)
                * memory.get(JAVA_INT_UNALIGNED, offset + quantityOffset);
    }

    /// Ends the segment.
    @TearDown
    public void close() throws IOException {
        manager.close();
    }

    /// A number, without a box.
    @Benchmark
    public long primitive() {
        longs.offer(1);
        return longs.poll(0);
    }

    /// A record that is there already, written into its slot, and a field of the one that comes out.
    @Benchmark
    public double fixedRecord() {
        quotes.offer(quote);
        return quotes.poll().price();
    }

    /// The same, read where it is.
    @Benchmark
    public double recordInPlace() {
        quotes.offer(quote);
        quotes.receive(reader);
        return price;
    }

    /// Written where it is to be, without a record, and read there.
    @Benchmark
    public double recordPublished() {
        quotes.publish(layout.bytes(), filler);
        quotes.receive(reader);
        return price;
    }

    /// Written alone; when the queue is full, all are read where they are.
    @Benchmark
    public double recordOffered() {
        if (offered == CAPACITY) {
            offered -= quotes.drain(reader, CAPACITY);
        }
        quotes.offer(quote);
        offered++;
        return price;
    }
}
