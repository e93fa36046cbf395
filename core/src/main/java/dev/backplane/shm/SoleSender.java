package dev.backplane.shm;

import static org.agrona.BitUtil.align;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.ALIGNMENT;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.lengthOffset;

import dev.backplane.SharedChannel;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/// The one thread that sends.
final class SoleSender implements ChannelSenders {
    /*
     * Agrona's OneToOneRingBuffer keeps the header at its tail zero, so that its reader stops there. What a
     * kill of the sender leaves behind, step by step of a claim and its commit:
     *
     *   1. tail = behind the record  a hole: from the first header that is zero to the tail. The header
     *      and the padding before it at the new tail is whatever a lap before left there
     *   2. that header zero          the hole
     *   3. padding's type, length    the same, with the hole beginning at the record
     *   4. length = -length          a claimed record, of known length
     *   5. bytes, type               the same
     *   6. length = length           sent; a receiver that sleeps finds it at the end of its slice
     *   7. bell                      sent
     *
     * The reader stops at the hole or the claimed record, and nothing is behind it: a later message must come
     * from this end. Whoever takes it next finds the word abandoned and repairs: the header at the tail is
     * made zero, then each claimed record and the hole become padding, the hole's part behind the ring's end
     * before the one in front of it, since the reader goes on as soon as the front has a length. A repair
     * that is cut off is begun again from the reader's position, which it only helps to move on.
     */
    private final Region region;
    private final OneToOneRingBuffer ring;
    private final ChannelEnd end;

    SoleSender(Region region, OneToOneRingBuffer ring) {
        this.region = region;
        this.ring = ring;
        this.end = new ChannelEnd(region, "sender", ChannelLayout.SENDER.offset(), this::repair);
    }

    @Override
    public long tryClaim(int messageType, int lengthBytes) {
        end.hold();
        final int index = ring.tryClaim(messageType, lengthBytes);
        return index < 0 ? SharedChannel.NO_ROOM : index;
    }

    @Override
    public void commit(long claim) {
        ring.commit(ChannelSenders.index(claim));
    }

    @Override
    public void abort(long claim) {
        ring.abort(ChannelSenders.index(claim));
    }

    private void repair() {
        final AtomicBuffer buffer = ring.buffer();
        final int capacity = ring.capacity();
        final int mask = capacity - 1;
        final long tail = ring.producerPosition();
        long position = ring.consumerPosition();
        if (position > tail || tail - position > capacity - ALIGNMENT) {
            throw damaged(position, tail);
        }
        buffer.putLongRelease((int) tail & mask, 0);
        while (position < tail) {
            final int index = (int) position & mask;
            final int length = buffer.getIntVolatile(lengthOffset(index));
            if (length == 0) {
                break;
            }
            final int bytes = align(Math.abs(length), ALIGNMENT);
            if (bytes <= 0 || bytes > Math.min(tail - position, capacity - index)) {
                throw damaged(position, tail);
            }
            if (length < 0) {
                ChannelReceiver.pad(buffer, index, bytes);
            }
            position += bytes;
        }
        final long ringEnd = (position | mask) + 1;
        if (tail > ringEnd) {
            ChannelReceiver.pad(buffer, 0, (int) (tail - ringEnd));
        }
        if (position < tail) {
            ChannelReceiver.pad(buffer, (int) position & mask, (int) (Math.min(tail, ringEnd) - position));
        }
    }

    private SegmentException damaged(long position, long tail) {
        return new SegmentException("the ring of " + region + " has no valid records from " + position + " to its tail "
                + tail + ", of a capacity of " + ring.capacity() + ": the segment is damaged, remove the channel");
    }

    @Override
    public boolean mayFinish() {
        return end.isHeld();
    }

    @Override
    public void leave() {
        end.leave();
    }

    @Override
    public boolean isHeld() {
        return end.isHeld();
    }

    @Override
    public void abandon(int deadOwner) {
        end.abandon(deadOwner);
    }
}
