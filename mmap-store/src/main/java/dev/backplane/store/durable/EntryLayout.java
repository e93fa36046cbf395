package dev.backplane.store.durable;

import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.zip.CRC32C;

/// Layout of one entry of a journal, as the payload of one excerpt of the queue beneath.
///
/// ```
///   0           4           8                      16                16 + lengthBytes
///  +-----------+-----------+-----------------------+--- - - - - - ---+
///  | crc32c i32| length i32| appended, µs      i64 | payload         |
///  +-----------+-----------+-----------------------+--- - - - - - ---+
/// ```
///
/// All fields are little-endian and unaligned. The sum is of everything after it: the queue has none of its
/// own, and a machine that dies leaves pages of a file written that come after pages that are not. The length
/// is that of the payload. The queue keeps one of the whole record before it, which no sum is of and which says where
/// the next excerpt begins: so the two must agree, but for what is left to the multiple of 4 at which that is.
///
/// | field    | read  | written | by                                                 |
/// |----------|-------|---------|----------------------------------------------------|
/// | all      | plain | plain   | the appender, under the queue's write lock         |
///
/// The queue publishes an entry by a release store of the excerpt's header, after all of these.
final class EntryLayout {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT =
            structLayout(INT.withName("crc32c"), INT.withName("lengthBytes"), LONG.withName("appendedMicros"));

    private static final long CRC = offset("crc32c");
    private static final long LENGTH = offset("lengthBytes");
    private static final long APPENDED = offset("appendedMicros");

    /// Where the payload begins.
    static final int PAYLOAD = (int) LAYOUT.byteSize();

    /// What excerpts of the queue begin at multiples of.
    private static final int ALIGNMENT = 4;

    private EntryLayout() {}

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }

    static byte[] encode(byte[] payload, Instant time) {
        final byte[] record = new byte[PAYLOAD + payload.length];
        final MemorySegment bytes = MemorySegment.ofArray(record);
        bytes.set(INT, LENGTH, payload.length);
        bytes.set(LONG, APPENDED, ChronoUnit.MICROS.between(Instant.EPOCH, time));
        MemorySegment.copy(payload, 0, bytes, ValueLayout.JAVA_BYTE, PAYLOAD, payload.length);
        bytes.set(INT, CRC, sum(record, record.length));
        return record;
    }

    /// The bytes of a record, as many as the queue says it has. It may say any number.
    static int lengthOf(long index, long bytes, Path journal) {
        if (bytes > PAYLOAD + Journal.LARGEST_ENTRY) {
            throw damaged(
                    index, journal, "it has " + bytes + " bytes, more than any has, so those after it may be missing");
        }
        return (int) bytes;
    }

    /// The entry in a record's bytes, checked.
    static JournalEntry decode(long index, byte[] record, Path journal) {
        if (record.length < PAYLOAD) {
            throw damaged(index, journal, "it has " + record.length + " bytes, at least " + PAYLOAD + " are needed");
        }
        final MemorySegment bytes = MemorySegment.ofArray(record);
        final int length = bytes.get(INT, LENGTH);
        final int held = record.length - PAYLOAD;
        if (length < 0 || held < length || held - length > (-length & ALIGNMENT - 1)) {
            throw damaged(
                    index,
                    journal,
                    "its length is " + length + ", it holds " + held + ", so those after it may be missing");
        }
        final int expected = bytes.get(INT, CRC);
        final int found = sum(record, PAYLOAD + length);
        if (expected != found) {
            throw damaged(index, journal, String.format("its sum is %08x, its bytes give %08x", expected, found));
        }
        final byte[] payload = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, PAYLOAD, payload, 0, length);
        return new JournalEntry(index, Instant.EPOCH.plus(bytes.get(LONG, APPENDED), ChronoUnit.MICROS), payload);
    }

    private static int sum(byte[] record, int end) {
        final CRC32C sum = new CRC32C();
        sum.update(record, (int) LENGTH, end - (int) LENGTH);
        return (int) sum.getValue();
    }

    private static JournalException damaged(long index, Path journal, String why) {
        final long next = index + 1;
        return new JournalException(
                "entry " + index + " of " + journal + " is damaged: " + why + "; go on from index " + next
                        + ", or restore the journal from a copy",
                next);
    }
}
