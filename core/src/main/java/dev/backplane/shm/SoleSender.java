package dev.backplane.shm;

import static org.agrona.BitUtil.align;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.ALIGNMENT;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.lengthOffset;

import dev.backplane.SharedChannel;
import dev.backplane.store.MappedWords;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;

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
     * A message that is sent as a whole, and fits before the ring's end, takes 1, 2, 5, 6 in one go, without
     * the claim that nobody else would see. The reader watches the very lines that are written here: the
     * less is done between the first store and the last, the less often it gets one of them in between.
     *
     * The reader stops at the hole or the claimed record, and nothing is behind it: a later message must come
     * from this end. Whoever takes it next finds the word abandoned and repairs: the header at the tail is
     * made zero, then each claimed record and the hole become padding, the hole's part behind the ring's end
     * before the one in front of it, since the reader goes on as soon as the front has a length. A repair
     * that is cut off is begun again from the reader's position, which it only helps to move on.
     *
     * Who leaves with open claims does the same before it frees the word, and killed in that it is a dead holder.
     */
    private final Region region;
    private final MemorySegment memory;
    private final OneToOneRingBuffer ring;
    private final ChannelEnd end;
    private final int capacity;
    private final int lapShift;
    private final long tailAt;
    private final MappedWords words;

    /// Up to where there is room: a capacity behind a position that the reader has passed. Of the thread that has the
    /// end.
    private long limit;

    /// How many claims are neither sent nor given up. Of the thread that has the end.
    private int openClaims;

    SoleSender(Region region, OneToOneRingBuffer ring) {
        this.region = region;
        this.memory = region.memory();
        this.ring = ring;
        this.capacity = ring.capacity();
        this.lapShift = Integer.numberOfTrailingZeros(capacity);
        this.tailAt = ChannelLayout.tail(capacity).offset();
        this.words = new MappedWords(memory);
        this.end = new ChannelEnd(region, "sender", ChannelLayout.SENDER.offset(), this::repair);
    }

    @Override
    public boolean trySend(int messageType, MemorySegment source, long offset, int lengthBytes) {
        end.hold();
        final long tail = words.getLong(tailAt);
        final int record = lengthBytes + RecordDescriptor.HEADER_LENGTH;
        final int aligned = align(record, ALIGNMENT);
        final int index = (int) tail & capacity - 1;
        if (tail + aligned + ALIGNMENT > limit || index + aligned >= capacity) {
            limit = ring.consumerPosition() + capacity;
            return ChannelSenders.trySend(this, memory, messageType, source, offset, lengthBytes);
        }
        final long at = ChannelLayout.RING_OFFSET + (long) index;
        int type = RingBuffer.PADDING_MSG_TYPE_ID;
        words.setLongRelease(tailAt, tail + aligned);
        words.setLong(at + aligned, 0);
        try {
            ArrayCopy.copy(source, offset, memory, at + RecordDescriptor.HEADER_LENGTH, lengthBytes);
            type = messageType;
        } finally {
            words.setInt(RecordDescriptor.typeOffset(index) + (long) ChannelLayout.RING_OFFSET, type);
            // Release pairs with the reader's volatile load: who sees the length sees the message.
            words.setIntRelease(at, record);
        }
        return true;
    }

    @Override
    public long tryClaim(int messageType, int lengthBytes) {
        end.hold();
        final int index = ring.tryClaim(messageType, lengthBytes);
        if (index < 0) {
            return SharedChannel.NO_ROOM;
        }
        openClaims++;
        return claimOf(words.getLong(tailAt) - align(lengthBytes + RecordDescriptor.HEADER_LENGTH, ALIGNMENT));
    }

    /// The claim of the record at a position: the lap of the ring, and where the message is.
    private long claimOf(long position) {
        final long lap = position >>> lapShift & Integer.MAX_VALUE;
        return lap << Integer.SIZE | (position & capacity - 1) + RecordDescriptor.HEADER_LENGTH;
    }

    @Override
    public void commit(long claim) {
        ensureClaimed(claim);
        ring.commit(ChannelSenders.index(claim));
        openClaims--;
    }

    @Override
    public void abort(long claim) {
        ensureClaimed(claim);
        ring.abort(ChannelSenders.index(claim));
        openClaims--;
    }

    /// Refuses a claim from more than a lap ago: where its header was, there may be anything now. A header of the
    /// last lap stands, so the ring itself refuses what was sent.
    private void ensureClaimed(long claim) {
        if (!end.isMine()) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName() + " is not the sender of "
                    + region + ": what it had claimed was given up when it left");
        }
        final long tail = words.getLong(tailAt);
        final long behind = tail - ChannelSenders.index(claim) + RecordDescriptor.HEADER_LENGTH;
        if (claim != claimOf(tail - (behind & capacity - ALIGNMENT))) {
            throw ChannelSenders.notClaimed(claim, region);
        }
    }

    private void repair() {
        final AtomicBuffer buffer = ring.buffer();
        final int mask = capacity - 1;
        limit = 0;
        openClaims = 0;
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
        end.leave(openClaims > 0); // Which matters to the thread that has the end alone.
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
