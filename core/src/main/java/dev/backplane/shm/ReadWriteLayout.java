package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedReadWriteLock].
///
/// ```
///   0             4            8             12                              128
///  +-------------+------------+-------------+- - - - - - - - - - - - - - - - -+
///  | section i32 | writer i32 | reading i32 | … see below                     |
///  +-------------+------------+-------------+- - - - - - - - - - - - - - - - -+
///   12           16            20            24          32                 128
///  +------------+-------------+-------------+-----------+- - - - - - - - - - -+
///  | queued i32 | waiting i32 | passing i32 | phase i64 | zero                |
///  +------------+-------------+-------------+-----------+- - - - - - - - - - -+
///   128            132             136                                      256
///  +--------------+---------------+- - - - - - - - - - - - - - - - - - - - - -+
///  | readGate i32 | writeGate i32 | zero                                      |
///  +--------------+---------------+- - - - - - - - - - - - - - - - - - - - - -+
///   256            1280             2304             3328               4352
///  +--------------+----------------+----------------+------------------+
///  | readers      | queuedWriters  | waitingReaders | passes           |
///  +--------------+----------------+----------------+------------------+
///   each an i32 for each participant's slot
/// ```
///
/// | field          | written | by                                                                         |
/// |----------------|---------|----------------------------------------------------------------------------|
/// | section        | CAS     | an [dev.backplane.store.OwnerWord]: who reads and changes the rest         |
/// | writer         | plain   | who writes, and whether a writer died: an [dev.backplane.store.OwnerWord]  |
/// | readers        | plain   | how many threads of a slot read                                            |
/// | queuedWriters  | plain   | how many threads of a slot wait to write                                   |
/// | waitingReaders | plain   | how many threads of a slot wait to read                                    |
/// | passes         | plain   | how many of them may go before any writer                                  |
/// | phase          | plain   | how often passes were given                                                |
/// | reading, queued, waiting, passing | plain | the sums over the slots, to save adding up                |
/// | readGate, writeGate | CAS | [dev.backplane.store.WaitWord]s: where readers and writers wait           |
final class ReadWriteLayout {
    static final int BYTES = 4352;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            INT.withName("writer"),
            INT.withName("reading"),
            INT.withName("queued"),
            INT.withName("waiting"),
            INT.withName("passing"),
            LONG.withName("phase"),
            paddingLayout(96),
            INT.withName("readGate"),
            INT.withName("writeGate"),
            paddingLayout(120),
            PerSlot.INTS.withName("readers"),
            PerSlot.INTS.withName("queuedWriters"),
            PerSlot.INTS.withName("waitingReaders"),
            PerSlot.INTS.withName("passes"));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final IntField WRITER = IntField.of(LAYOUT, "writer");
    static final IntField READING = IntField.of(LAYOUT, "reading");
    static final IntField QUEUED = IntField.of(LAYOUT, "queued");
    static final IntField WAITING = IntField.of(LAYOUT, "waiting");
    static final IntField PASSING = IntField.of(LAYOUT, "passing");
    static final LongField PHASE = LongField.of(LAYOUT, "phase");
    static final IntField READ_GATE = IntField.of(LAYOUT, "readGate");
    static final IntField WRITE_GATE = IntField.of(LAYOUT, "writeGate");
    static final IntField READERS = IntField.of(LAYOUT, "readers");
    static final IntField QUEUED_WRITERS = IntField.of(LAYOUT, "queuedWriters");
    static final IntField WAITING_READERS = IntField.of(LAYOUT, "waitingReaders");
    static final IntField PASSES = IntField.of(LAYOUT, "passes");

    private ReadWriteLayout() {}
}
