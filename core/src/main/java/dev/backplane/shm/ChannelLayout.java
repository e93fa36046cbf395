package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Layout of one [dev.backplane.SharedChannel].
///
/// ```
///   0             4                                                          128
///  +-------------+-----------+- - - - - - - - - - - - - - - - - - - - - - - -+
///  | ended   i32 | bells i32 | zero                                           |
///  +-------------+-----------+- - - - - - - - - - - - - - - - - - - - - - - -+
///   128           136                                                        256
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///  | doorbell    | zero                                                       |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///   256           260                                                        384
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///  | room    i32 | zero                                                       |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///   384                   392            396                                 512
///  +---------------------+--------------+- - - - - - - - - - - - - - - - - - -+
///  | consumed        i64 | receiver i32 | zero                                |
///  +---------------------+--------------+- - - - - - - - - - - - - - - - - - -+
///   512           516                                                        640
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///  | sender  i32 | zero                                                       |
///  +-------------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - +
///   640                                                                      1664
///  +--------------------------------------------------------------------------+
///  | sending: an i32 for each participant's slot                              |
///  +--------------------------------------------------------------------------+
///   1664                                                                     9856
///  +--------------------------------------------------------------------------+
///  | 128 announcements of 64 bytes                                            |
///  +--------------------------------------------------------------------------+
///   9856                                   + capacity                        + 768
///  +-----------------------------------------------------------+--------------+
///  | ring: records                                             | trailer      |
///  +-----------------------------------------------------------+--------------+
///
///   an announcement       8            16                                     64
///  +-----------+---------+------------+- - - - - - - - - - - - - - - - - - - -+
///  | owner i32 | zero    | claim  i64 | zero                                  |
///  +-----------+---------+------------+- - - - - - - - - - - - - - - - - - - -+
///
///   claim  63                                                    2   1     0
///         +------------------------------------------------------+-----+-----+
///         | 0; the tail before it; or the record's index          | at  | maybe |
///         +------------------------------------------------------+-----+-----+
/// ```
///
/// | field    | read     | written       | by                                                                  |
/// |----------|----------|---------------|---------------------------------------------------------------------|
/// | ended    | acquire  | volatile      | who shuts the channel down, 0 to 1                                  |
/// | bells    | acquire  | volatile      | the receiver: 1 if it may sleep                                     |
/// | doorbell | volatile | add, volatile | a [Doorbell]: the receiver sleeps                                    |
/// | room     | acquire  | CAS           | a [dev.backplane.store.WaitWord]: senders sleep                     |
/// | consumed | plain    | release       | the receiver of many: the position up to which handlers have returned |
/// | receiver |          | CAS           | an [dev.backplane.store.OwnerWord]: who receives                    |
/// | sender   |          | CAS           | an [dev.backplane.store.OwnerWord]: the sole sender, if there is one |
/// | sending  | acquire  | release       | each participant that has sent, 1; the sweep of a dead one, 0       |
/// | owner    | acquire  | CAS, release  | a sender of many, around its claim                                  |
/// | claim    | acquire  | release       | that sender                                                         |
///
/// What one end writes at each message, or each time that it is taken and left, is in no cache line that the other end
/// looks at then.
///
/// The ring is Agrona's `OneToOneRingBuffer` or `ManyToOneRingBuffer`, its trailer included. A message
/// becomes visible by the release store of its record's length.
final class ChannelLayout {
    static final int ANNOUNCEMENTS = 128;

    /// In a claim: the record is claimed at or after this tail.
    static final int MAYBE = 1;
    /// In a claim: the record is claimed at this index.
    static final int AT = 2;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout ANNOUNCEMENT =
            structLayout(INT.withName("owner"), paddingLayout(4), LONG.withName("claim"), paddingLayout(48));

    static final StructLayout LAYOUT = structLayout(
            INT.withName("ended"),
            INT.withName("bells"),
            paddingLayout(120),
            Doorbell.LAYOUT.withName("doorbell"),
            paddingLayout(120),
            INT.withName("room"),
            paddingLayout(124),
            LONG.withName("consumed"),
            INT.withName("receiver"),
            paddingLayout(116),
            INT.withName("sender"),
            paddingLayout(124),
            PerSlot.INTS.withName("sending"),
            sequenceLayout(ANNOUNCEMENTS, ANNOUNCEMENT).withName("announcements"));

    static final IntField RECEIVER = IntField.of(LAYOUT, "receiver");
    static final IntField SENDER = IntField.of(LAYOUT, "sender");
    static final IntField ENDED = IntField.of(LAYOUT, "ended");
    static final IntField BELLS = IntField.of(LAYOUT, "bells");
    static final long DOORBELL_OFFSET = LAYOUT.byteOffset(PathElement.groupElement("doorbell"));
    static final IntField ROOM = IntField.of(LAYOUT, "room");
    static final LongField CONSUMED = LongField.of(LAYOUT, "consumed");
    static final IntField SENDING = IntField.of(LAYOUT, "sending");
    static final IntField OWNER = IntField.of(ANNOUNCEMENT, "owner");
    static final LongField CLAIM = LongField.of(ANNOUNCEMENT, "claim");

    private static final long ANNOUNCEMENTS_OFFSET = SENDING.offset() + PerSlot.intAt(PerSlot.COUNT);

    /// Where the ring begins.
    static final int RING_OFFSET = (int) LAYOUT.byteSize();

    private ChannelLayout() {}

    /// Where an announcement is.
    static long announcement(int index) {
        return ANNOUNCEMENTS_OFFSET + index * ANNOUNCEMENT.byteSize();
    }

    /// The size of the ring with its trailer.
    static int ringBytes(int capacityBytes) {
        return capacityBytes + RingBufferDescriptor.TRAILER_LENGTH;
    }

    /// Up to where its messages are received.
    static LongField head(long capacityBytes) {
        return new LongField(RING_OFFSET + capacityBytes + RingBufferDescriptor.HEAD_POSITION_OFFSET);
    }

    /// Up to where its ring is claimed.
    static LongField tail(long capacityBytes) {
        return new LongField(RING_OFFSET + capacityBytes + RingBufferDescriptor.TAIL_POSITION_OFFSET);
    }

    /// Up to where its senders know that messages are received.
    static LongField cachedHead(long capacityBytes) {
        return new LongField(RING_OFFSET + capacityBytes + RingBufferDescriptor.HEAD_CACHE_POSITION_OFFSET);
    }

    /// The size of a whole channel.
    static long bytes(int capacityBytes) {
        return RING_OFFSET + (long) ringBytes(capacityBytes);
    }
}
