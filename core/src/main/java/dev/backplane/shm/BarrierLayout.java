package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedBarrier].
///
/// ```
///   0             4         8                16                              128
///  +-------------+---------+----------------+- - - - - - - - - - - - - - - - -+
///  | section i32 | zero    | generation i64 | zero                            |
///  +-------------+---------+----------------+- - - - - - - - - - - - - - - - -+
///   128           132                                                       256
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | gate    i32 | zero                                                       |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   256                                                                    2304
///  +--------------------------------------------------------------------------+
///  | arrivals: an i64 for each participant's slot                             |
///  +--------------------------------------------------------------------------+
///   2304                                                                   2816
///  +--------------------------------------------------------------------------+
///  | broken: 64 × i64                                                         |
///  +--------------------------------------------------------------------------+
///
///   an arrival  63                                     16 15          0
///              +-----------------------------------------+-------------+
///              | generation                              | threads     |
///              +-----------------------------------------+-------------+
/// ```
///
/// | field      | read    | written | by                                                                      |
/// |------------|---------|---------|-------------------------------------------------------------------------|
/// | section    |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes the rest, but the gate  |
/// | generation | acquire | release | the section's holder; from 1                                            |
/// | arrivals   | plain   | plain   | the section's holder: a slot's threads that arrived, in its latest      |
/// |            |         |         | generation; 0 if its participant never did                              |
/// | broken     | acquire | release | the section's holder: the latest generations that broke                 |
/// | gate       |         | CAS     | a [dev.backplane.store.WaitWord] that counts what ends waits            |
final class BarrierLayout {
    static final int BYTES = 2816;

    /// How many broken generations are remembered for waiters that have not seen yet how theirs ended.
    static final int BROKEN_COUNT = 64;

    static final int MOST_PARTIES = 0xFFFF;

    private static final int THREAD_BITS = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            paddingLayout(4),
            LONG.withName("generation"),
            paddingLayout(112),
            INT.withName("gate"),
            paddingLayout(124),
            PerSlot.LONGS.withName("arrivals"),
            sequenceLayout(BROKEN_COUNT, LONG).withName("broken"));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final LongField GENERATION = LongField.of(LAYOUT, "generation");
    static final IntField GATE = IntField.of(LAYOUT, "gate");
    static final LongField ARRIVALS = LongField.of(LAYOUT, "arrivals");
    static final LongField BROKEN = LongField.of(LAYOUT, "broken");

    private BarrierLayout() {}

    static long arrival(long generation, int threads) {
        return generation << THREAD_BITS | threads;
    }

    /// The generation of an arrival.
    static long generation(long arrival) {
        return arrival >>> THREAD_BITS;
    }

    /// How many threads of an arrival are of a generation.
    static int threads(long arrival, long generation) {
        return generation(arrival) == generation ? (int) arrival & MOST_PARTIES : 0;
    }

    /// Where an entry of [#BROKEN] is, relative to the first.
    static long brokenAt(int index) {
        return (long) index * Long.BYTES;
    }
}
