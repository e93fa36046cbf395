package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.store.IntField;
import dev.backplane.store.ObjectLook;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Checks a channel: its ends, what its senders have announced, and the records in its ring.
final class ChannelCheck {
    private static final IntField INT = new IntField(0);

    private final ObjectLook look;
    private final MemorySegment bytes;
    private final int capacity;
    private final boolean many;

    private ChannelCheck(ObjectLook look) {
        this.look = look;
        this.bytes = look.bytes();
        this.capacity = (int) look.entry().param0();
        this.many = look.entry().param1() == ChannelState.MANY;
    }

    static void check(ObjectLook look) {
        final long capacity = look.entry().param0();
        final long kind = look.entry().param1();
        if (look.require(
                        capacity >= ChannelOptions.LEAST_CAPACITY
                                && capacity <= ChannelOptions.LARGEST_CAPACITY
                                && Long.bitCount(capacity) == 1
                                && (kind == 0 || kind == ChannelState.MANY),
                        "parameters",
                        "has the parameters %d and %d, which are none of a channel",
                        capacity,
                        kind)
                && look.requireLength(ChannelLayout.bytes((int) capacity))) {
            final ChannelCheck check = new ChannelCheck(look);
            check.header();
            check.senders();
            check.trailer();
            check.ring();
        }
    }

    private void header() {
        look.requireZeros(ChannelLayout.LAYOUT, 0);
        final int ended = ChannelLayout.ENDED.getAcquire(bytes, 0);
        look.require(ended == 0 || ended == 1, "ended", "has %d for ended, neither 0 nor 1", ended);
        final int bells = ChannelLayout.BELLS.getAcquire(bytes, 0);
        look.require(bells == 0 || bells == 1, "bells", "has %d for bells, neither 0 nor 1", bells);
        final int asleep = INT.getAcquire(bytes, ChannelLayout.DOORBELL_OFFSET + Integer.BYTES);
        look.require(asleep == 0 || asleep == 1, "doorbell", "has %d for asleep, neither 0 nor 1", asleep);
        look.checkOwner("the receiving end", ChannelLayout.RECEIVER.getAcquire(bytes, 0));
        final int sender = ChannelLayout.SENDER.getAcquire(bytes, 0);
        look.checkOwner("the sending end", sender);
        look.require(!many || sender == 0, "the sole sender", "has the sole sender 0x%08x, and is for many", sender);
    }

    private void senders() {
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int sending = ChannelLayout.SENDING.getAcquire(bytes, PerSlot.intAt(slot));
            look.require(
                    many || sending == 0,
                    "sending " + slot + " of one",
                    "has %d for slot %d is sending, and a sole sender",
                    sending,
                    slot);
            if (look.require(
                            sending == 0 || sending == 1,
                            "sending " + slot,
                            "has %d for slot %d is sending, neither 0 nor 1",
                            sending,
                            slot)
                    && sending == 1) {
                look.checkSlot("the sending end, with others", slot);
            }
        }
        for (int i = 0; i < ChannelLayout.ANNOUNCEMENTS; i++) {
            announcement(i);
        }
    }

    private void announcement(int index) {
        final long at = ChannelLayout.announcement(index);
        final String what = "announcement " + index;
        look.requireZeros(ChannelLayout.ANNOUNCEMENT, at);
        final int owner = ChannelLayout.OWNER.getAcquire(bytes, at);
        look.require(many || owner == 0, what, "has %s, and a sole sender", what);
        look.checkOwner(what, owner);
        final long claim = ChannelLayout.CLAIM.getAcquire(bytes, at);
        // Read behind the claim: it only moves on.
        final long tail = ChannelLayout.tail(capacity).getAcquire(bytes, 0);
        final int kind = (int) claim & RecordDescriptor.ALIGNMENT - 1;
        final long where = claim & -RecordDescriptor.ALIGNMENT;
        look.require(
                claim == 0 || claim > 0 && (kind == ChannelLayout.MAYBE || kind == ChannelLayout.AT),
                what,
                "has the claim 0x%x in %s, which says neither where nor from where on",
                claim,
                what);
        look.require(
                kind == ChannelLayout.AT ? where < capacity : where <= tail,
                what + " place",
                "has the claim 0x%x in %s, a ring of %d and the tail at %d",
                claim,
                what,
                capacity,
                tail);
        look.require(
                claim == 0 || owner != 0 || ChannelLayout.OWNER.getAcquire(bytes, at) != 0,
                what + " of nobody",
                "has the claim 0x%x in %s, which nobody has",
                claim,
                what);
    }

    private long head() {
        return ChannelLayout.head(capacity).getAcquire(bytes, 0);
    }

    /// What Agrona has room for behind its ring, and who sends here never uses.
    private void trailer() {
        final long trailer = ChannelLayout.RING_OFFSET + (long) capacity;
        long from = trailer;
        for (long counter : List.of(
                ChannelLayout.tail(capacity).offset(),
                ChannelLayout.cachedHead(capacity).offset(),
                ChannelLayout.head(capacity).offset())) {
            look.requireZeros(from, counter - from);
            from = counter + Long.BYTES;
        }
        look.requireZeros(from, trailer + RingBufferDescriptor.TRAILER_LENGTH - from);
        // Before the head, which is never behind it.
        final long cached = ChannelLayout.cachedHead(capacity).getAcquire(bytes, 0);
        final long head = head();
        look.require(
                cached >= 0 && cached <= head && cached % RecordDescriptor.ALIGNMENT == 0,
                "cached head",
                "has the cached head at %d, and the head at %d",
                cached,
                head);
    }

    private void ring() {
        // Before the tail, which is never behind it.
        final long head = head();
        final long consumed = ChannelLayout.CONSUMED.getAcquire(bytes, 0);
        final long tail = ChannelLayout.tail(capacity).getAcquire(bytes, 0);
        if (head() != head) {
            return; // Its receiver is at it: nothing that was read is of one moment.
        }
        final boolean valid = look.require(
                head >= 0
                        && head <= tail
                        && tail - head <= capacity
                        && head % RecordDescriptor.ALIGNMENT == 0
                        && tail % RecordDescriptor.ALIGNMENT == 0,
                "head and tail",
                "has the head at %d and the tail at %d, of a ring of %d",
                head,
                tail,
                capacity);
        look.require(
                consumed >= 0 && consumed <= tail,
                "consumed",
                "has messages consumed up to %d, and the tail at %d",
                consumed,
                tail);
        if (valid) {
            records(head, tail);
        }
    }

    /// Goes from record to record up to the first that is not sent. Nobody writes to those before while the
    /// head stays where it is.
    private void records(long head, long tail) {
        long position = head;
        while (position < tail) {
            final int index = (int) position & capacity - 1;
            final long at = ChannelLayout.RING_OFFSET + (long) index;
            final int length = INT.getAcquire(bytes, at + RecordDescriptor.lengthOffset(0));
            final int type = INT.getAcquire(bytes, at + RecordDescriptor.typeOffset(0));
            if (length == 0 || head() != head) {
                return;
            }
            final long room = Math.min(tail - position, capacity - index);
            final long taken = BitUtil.align(Math.abs((long) length), RecordDescriptor.ALIGNMENT);
            if (!look.require(
                            taken >= RecordDescriptor.HEADER_LENGTH && taken <= room,
                            "record at " + position,
                            "has a record of %d bytes at %d, where there are %d",
                            length,
                            position,
                            room)
                    || length < 0) {
                return;
            }
            look.require(
                    type == RingBuffer.PADDING_MSG_TYPE_ID || type >= 1,
                    "type at " + position,
                    "has a record of type %d at %d",
                    type,
                    position);
            position += taken;
        }
    }
}
