package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.RecordDescriptor;

/// Layout of one [dev.backplane.SharedTopic].
///
/// ```
///   0             4                                                          128
///  +-------------+-----------+- - - - - - - - - - - - - - - - - - - - - - - - +
///  | section i32 | ended i32 | zero                                           |
///  +-------------+-----------+- - - - - - - - - - - - - - - - - - - - - - - - +
///   128           132                                                        256
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///  | gate    i32 | zero                                                       |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///   256                               256 + capacity                       + 128
///  +---------------------------------+-------------+----------+------------+- -+
///  | records                         | intent  i64 | tail i64 | latest i64 |    |
///  +---------------------------------+-------------+----------+------------+- -+
///
///   a record                          16
///  +-------------+-----------+-------------+----------------------------------+
///  | length  i32 | type  i32 | number  i64 | value, zeros to a multiple of 8  |
///  +-------------+-----------+-------------+----------------------------------+
/// ```
///
/// | field   | read     | written  | by                                                                        |
/// |---------|----------|----------|---------------------------------------------------------------------------|
/// | section |          | CAS      | an [dev.backplane.store.OwnerWord]: who publishes                         |
/// | ended   | acquire  | volatile | the section's holder who shuts the topic down, 0 to 1                     |
/// | gate    | acquire  | CAS      | a [dev.backplane.store.WaitWord]: subscribers sleep                       |
/// | intent  | volatile | release  | the section's holder: up to where records may be overwritten              |
/// | tail    | volatile | release  | the section's holder: up to where they are published                      |
/// | latest  | volatile | release  | the section's holder: where the newest begins                             |
/// | records | plain    | plain    | the section's holder; readers ask `intent` afterwards what they have read |
///
/// Records and what follows them are Agrona's broadcast buffer. A record becomes visible by the release store
/// of the tail. Values are numbered from 1; a record of the type VOID is no value, and has the number of the
/// last one.
final class TopicLayout {
    /// The type of a record that is no value.
    static final int VOID = 1;
    /// The least type of one that is.
    static final int LEAST_VALUE = 2;

    static final int LENGTH_OFFSET = RecordDescriptor.LENGTH_OFFSET;
    static final int TYPE_OFFSET = RecordDescriptor.TYPE_OFFSET;
    static final int NUMBER_OFFSET = RecordDescriptor.HEADER_LENGTH;
    /// What of a record is before the value.
    static final int HEADER_BYTES = RecordDescriptor.HEADER_LENGTH + Long.BYTES;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("section"),
            INT.withName("ended"),
            paddingLayout(120),
            INT.withName("gate"),
            paddingLayout(124));

    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final IntField ENDED = IntField.of(LAYOUT, "ended");
    static final IntField GATE = IntField.of(LAYOUT, "gate");

    /// Where the broadcast buffer begins.
    static final int RECORDS_OFFSET = (int) LAYOUT.byteSize();

    private TopicLayout() {}

    /// The size of the broadcast buffer.
    static int bufferBytes(int capacityBytes) {
        return capacityBytes + BroadcastBufferDescriptor.TRAILER_LENGTH;
    }

    /// The size of a whole topic.
    static long bytes(int capacityBytes) {
        return RECORDS_OFFSET + (long) bufferBytes(capacityBytes);
    }

    /// Where in the broadcast buffer the intent is.
    static int intent(int capacityBytes) {
        return capacityBytes + BroadcastBufferDescriptor.TAIL_INTENT_COUNTER_OFFSET;
    }

    /// Where in the broadcast buffer the tail is.
    static int tail(int capacityBytes) {
        return capacityBytes + BroadcastBufferDescriptor.TAIL_COUNTER_OFFSET;
    }

    /// Where in the broadcast buffer the position of the newest record is.
    static int latest(int capacityBytes) {
        return capacityBytes + BroadcastBufferDescriptor.LATEST_COUNTER_OFFSET;
    }

    /// The room of a record.
    static int aligned(int lengthBytes) {
        return lengthBytes + RecordDescriptor.RECORD_ALIGNMENT - 1 & -RecordDescriptor.RECORD_ALIGNMENT;
    }
}
