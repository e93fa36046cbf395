package dev.backplane.cli.torture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What the oracle knows: a mapped file in which every life writes down what it does before and after it does it.
///
/// It shares nothing with segments, neither code nor memory. Every access is a volatile one, so that all
/// processes agree on the order of all of them.
///
/// **Death.** A life is condemned here, with the time, before it is killed; so whoever finds it condemned may
/// excuse it, and whoever finds it not condemned knows that it lived at that moment. A life counts as alive at a
/// time before that of its death.
///
/// Thread- and process-safe.
final class Ledger {
    private static final VarHandle WORD =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final MemorySegment memory;

    private Ledger(MemorySegment memory) {
        this.memory = memory;
    }

    /// Opens the ledger, or creates one of zeros.
    static Ledger open(Path path) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Ledger(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, LedgerLayout.LAYOUT.byteSize(), Arena.ofAuto()));
        }
    }

    long load(long offset) {
        return (long) WORD.getVolatile(memory, offset);
    }

    void store(long offset, long value) {
        WORD.setVolatile(memory, offset, value);
    }

    long add(long offset, long delta) {
        return (long) WORD.getAndAdd(memory, offset, delta);
    }

    boolean compareAndSet(long offset, long expected, long value) {
        return WORD.compareAndSet(memory, offset, expected, value);
    }

    /// The run is over: lives end of themselves.
    void stop() {
        store(LedgerLayout.STOP, 1);
    }

    boolean isStopped() {
        return load(LedgerLayout.STOP) != 0;
    }

    /// How long this host ran nobody, so far: time that no wait is charged for.
    long stalledNanos() {
        return load(LedgerLayout.STALL);
    }

    /// By the parent, which notices.
    void addStall(long nanos) {
        add(LedgerLayout.STALL, nanos);
    }

    /// Writes down that a life is about to be killed; the first time stands.
    void condemn(int life, long nanos) {
        // 0 means "was not", so the one nanosecond in 584 years that it names is moved by one.
        if (compareAndSet(LedgerLayout.death(life), 0, nanos == 0 ? 1 : nanos)) {
            add(LedgerLayout.DEATH_COUNT, 1);
        }
    }

    /// How many lives were condemned so far. Whoever is dead is counted: it was condemned before.
    long deaths() {
        return load(LedgerLayout.DEATH_COUNT);
    }

    boolean isCondemned(int life) {
        return load(LedgerLayout.death(life)) != 0;
    }

    /// From now on a life's stores are counted, at one of which it dies.
    void arm(int life) {
        store(LedgerLayout.arm(life), 1);
    }

    boolean isArmed(int life) {
        return load(LedgerLayout.arm(life)) != 0;
    }

    /// When a life was condemned.
    ///
    /// @return 0 if it was not
    long deathNanos(int life) {
        return load(LedgerLayout.death(life));
    }

    /// Whether a life went on after a time.
    boolean livedAfter(int life, long nanos) {
        final long death = deathNanos(life);
        return death == 0 || death - nanos > 0;
    }

    Cell cell(int scenario, int seat) {
        return new Cell(this, LedgerLayout.cell(scenario, seat));
    }

    Board board(int scenario) {
        return new Board(this, LedgerLayout.board(scenario));
    }

    /// Keeps how long somebody had to wait for what a dead one had held.
    void addSample(int scenario, long nanos) {
        final long index = add(LedgerLayout.SAMPLE_COUNT, 1);
        if (index < LedgerLayout.MOST_SAMPLES) {
            final long at = LedgerLayout.sample((int) index);
            store(at + LedgerLayout.SAMPLE_NANOS, nanos);
            store(at + LedgerLayout.SAMPLE_SCENARIO, scenario + 1);
        }
    }

    /// All recovery times of a scenario.
    long[] samples(int scenario) {
        final int count = (int) Math.min(load(LedgerLayout.SAMPLE_COUNT), LedgerLayout.MOST_SAMPLES);
        final long[] found = new long[count];
        int size = 0;
        for (int index = 0; index < count; index++) {
            final long at = LedgerLayout.sample(index);
            if (load(at + LedgerLayout.SAMPLE_SCENARIO) == scenario + 1) {
                found[size++] = load(at + LedgerLayout.SAMPLE_NANOS);
            }
        }
        return java.util.Arrays.copyOf(found, size);
    }

    /// Writes down a violation.
    void report(String text) {
        final long index = add(LedgerLayout.FINDING_COUNT, 1);
        if (index >= LedgerLayout.MOST_FINDINGS) {
            return;
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final int length = (int) Math.min(bytes.length, LedgerLayout.FINDING_BYTES - LedgerLayout.FINDING_TEXT);
        final long at = LedgerLayout.finding((int) index);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at + LedgerLayout.FINDING_TEXT, length);
        store(at + LedgerLayout.FINDING_LENGTH, length);
    }

    /// How many violations there were, those included whose words found no room.
    long findingCount() {
        return load(LedgerLayout.FINDING_COUNT);
    }

    /// The violations in words, as many as found room.
    List<String> findings() {
        final List<String> found = new ArrayList<>();
        for (int index = 0; index < Math.min(findingCount(), LedgerLayout.MOST_FINDINGS); index++) {
            final long at = LedgerLayout.finding(index);
            final byte[] bytes = memory.asSlice(at + LedgerLayout.FINDING_TEXT, load(at + LedgerLayout.FINDING_LENGTH))
                    .toArray(ValueLayout.JAVA_BYTE);
            found.add(
                    bytes.length == 0
                            ? "(its finder was killed before it had written it down)"
                            : new String(bytes, StandardCharsets.UTF_8));
        }
        return found;
    }
}
