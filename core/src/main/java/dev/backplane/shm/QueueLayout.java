package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedQueue].
///
/// ```
///   0               8              12             16                         128
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | head      i64 | zero                                                      |
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   128                                                                      256
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | tail      i64 | zero                                                      |
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   256             260                                                      384
///  +---------------+--------------+- - - - - - - - - - - - - - - - - - - - - - +
///  | notEmpty  i32 | shutDown i32 | zero                                       |
///  +---------------+--------------+- - - - - - - - - - - - - - - - - - - - - - +
///   384             388            392           396            400           512
///  +---------------+--------------+-------------+--------------+- - - - - - - -+
///  | notFull   i32 | returned i32 | holes   i32 | files    i32 | zero          |
///  +---------------+--------------+-------------+--------------+- - - - - - - -+
///   512                                                                      640
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | allDone   i32 | zero                                                      |
///  +---------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   640                            648            656                       1536
///  +------------------------------+--------------+-----------------------------+
///  | codecHash                i64 | codecBytes   | codecName: UTF-8            |
///  +------------------------------+--------------+-----------------------------+
///   1536                                                                    2560
///  +---------------------------------------------------------------------------+
///  | taken: an i32 for each participant's slot                                 |
///  +---------------------------------------------------------------------------+
///   2560                                                      + capacity × stride
///  +---------------------------------------------------------------------------+
///  | slots                                                                     |
///  +---------------------------------------------------------------------------+
///   up to 128                                                      + capacity × 8
///  +---------------------------------------------------------------------------+
///  | put: an i64 for each slot                                                 |
///  +---------------------------------------------------------------------------+
///   up to 128                                                      + capacity × 8
///  +---------------------------------------------------------------------------+
///  | take: an i64 for each slot                                                |
///  +---------------------------------------------------------------------------+
///
///  a slot           8              12             16                      stride
///  +---------------+--------------+--------------+-----------------------------+
///  | state     i64 | length   i32 | writer   i32 | payload                     |
///  +---------------+--------------+--------------+-----------------------------+
///  the payload of an element that is in a file of its own
///   0               8              16
///  +---------------+--------------+- - - - - - - - - - - - - - - - - - - - - - +
///  | bytes     i64 | number   i64 |                                            |
///  +---------------+--------------+- - - - - - - - - - - - - - - - - - - - - - +
/// ```
///
/// put, state and take are [QueueWord]s, head and tail positions as there. The stride is a multiple of 64.
///
/// | field      | read     | written | by                                                                      |
/// |------------|----------|---------|-------------------------------------------------------------------------|
/// | head, tail | acquire  | CAS     | anyone; at most the position of the next element to take, to put         |
/// | put        | acquire  | CAS     | a producer that claims the slot; release by it                          |
/// | state      | acquire  | release | the producer that has claimed the slot; CAS by who passes or undoes that |
/// | take       | acquire  | CAS     | a consumer that claims the slot; release by it                          |
/// | the rest of a slot | plain | plain | the claimant, before its release                                      |
/// | notEmpty   | acquire  | CAS     | [dev.backplane.store.WaitWord]: consumers wait                          |
/// | notFull    | acquire  | CAS     | [dev.backplane.store.WaitWord]: producers wait                          |
/// | allDone    | acquire  | CAS     | [dev.backplane.store.WaitWord]: joiners wait                            |
/// | shutDown   | acquire  | volatile | anyone, 0 to 1                                                         |
/// | returned   | acquire  | CAS      | a [QueueMark] of who gave an element back: there may be one before head |
/// | holes      | acquire  | CAS      | a [QueueMark] of who freed a slot other than by taking from head        |
/// | files      | acquire  | release | who first put an element into a file: 1                                 |
/// | codec…     | plain    | plain   | the creator                                                             |
/// | taken      | acquire  | add, CAS | elements that a participant took and has not done, if that is counted  |
///
/// What producers load at each element is on one line, what consumers load on another. That is also why a slot
/// has three words: its own line comes over once, from a producer to a consumer with the element, and what each
/// of them claims it by stays with its own kind.
final class QueueLayout {
    /// What comes before the slots.
    static final int HEADER_BYTES = 2560;
    /// The least stride, and what each stride is a multiple of: a line of cache.
    static final int LEAST_STRIDE = 64;
    /// What of a slot is before the payload.
    static final int SLOT_HEADER_BYTES = 16;

    private static final int LINES = 128; // Processors fetch lines of cache in pairs.
    /// The length of an element that is in a file.
    static final int IN_FILE = -1;
    /// The most bytes of a codec's name that are kept.
    static final int CODEC_NAME_BYTES = 880;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            LONG.withName("head"),
            paddingLayout(120),
            LONG.withName("tail"),
            paddingLayout(120),
            INT.withName("notEmpty"),
            INT.withName("shutDown"),
            paddingLayout(120),
            INT.withName("notFull"),
            INT.withName("returned"),
            INT.withName("holes"),
            INT.withName("files"),
            paddingLayout(112),
            INT.withName("allDone"),
            paddingLayout(124),
            LONG.withName("codecHash"),
            INT.withName("codecBytes"),
            paddingLayout(4),
            sequenceLayout(CODEC_NAME_BYTES, ValueLayout.JAVA_BYTE).withName("codecName"),
            PerSlot.INTS.withName("taken"));

    static final StructLayout SLOT = structLayout(
            LONG.withName("state"),
            INT.withName("length"),
            INT.withName("writer"),
            LONG.withName("bytes"),
            LONG.withName("number"),
            paddingLayout(32));

    static final LongField HEAD = LongField.of(LAYOUT, "head");
    static final LongField TAIL = LongField.of(LAYOUT, "tail");
    static final IntField NOT_EMPTY = IntField.of(LAYOUT, "notEmpty");
    static final IntField SHUT_DOWN = IntField.of(LAYOUT, "shutDown");
    static final IntField NOT_FULL = IntField.of(LAYOUT, "notFull");
    static final IntField RETURNED = IntField.of(LAYOUT, "returned");
    static final IntField HOLES = IntField.of(LAYOUT, "holes");
    static final IntField FILES = IntField.of(LAYOUT, "files");
    static final IntField ALL_DONE = IntField.of(LAYOUT, "allDone");
    static final LongField CODEC_HASH = LongField.of(LAYOUT, "codecHash");
    static final IntField CODEC_BYTES = IntField.of(LAYOUT, "codecBytes");
    static final long CODEC_NAME_OFFSET = LAYOUT.byteOffset(groupElement("codecName"));
    static final IntField TAKEN = IntField.of(LAYOUT, "taken");

    /// A word of put or take.
    static final LongField CLAIM = new LongField(0);
    static final LongField STATE = LongField.of(SLOT, "state");
    static final IntField LENGTH = IntField.of(SLOT, "length");
    static final IntField WRITER = IntField.of(SLOT, "writer");
    /// The payload of a primitive element.
    static final LongField BITS = LongField.of(SLOT, "bytes");
    static final LongField FILE_BYTES = LongField.of(SLOT, "bytes");
    static final LongField FILE_NUMBER = LongField.of(SLOT, "number");

    private QueueLayout() {}

    /// The distance from slot to slot, for payloads of that size.
    static int stride(int payloadBytes) {
        return Math.addExact(SLOT_HEADER_BYTES + LEAST_STRIDE - 1, payloadBytes) & -LEAST_STRIDE;
    }

    /// Where a slot is.
    static long slot(int index, int stride) {
        return HEADER_BYTES + (long) index * stride;
    }

    /// Where a slot's payload is.
    static long payload(long slot) {
        return slot + SLOT_HEADER_BYTES;
    }

    /// Where the words of put begin.
    static long puts(int capacity, int stride) {
        return lines(slot(capacity, stride));
    }

    /// Where the words of take begin.
    static long takes(int capacity, int stride) {
        return lines(puts(capacity, stride) + (long) capacity * Long.BYTES);
    }

    /// How long a queue is.
    static long bytes(int capacity, int stride) {
        return takes(capacity, stride) + (long) capacity * Long.BYTES;
    }

    private static long lines(long offset) {
        return offset + LINES - 1 & -LINES;
    }
}
