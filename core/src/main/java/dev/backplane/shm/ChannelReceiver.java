package dev.backplane.shm;

import static org.agrona.BitUtil.align;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.ALIGNMENT;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.lengthOffset;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.typeOffset;

import dev.backplane.SharedChannel.Handler;
import dev.backplane.store.MappedWords;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.WaitWord;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.jspecify.annotations.Nullable;

/// The one thread that receives.
final class ChannelReceiver {
    /*
     * What a kill of the receiver leaves behind, step by step of a read of several messages:
     *
     *   1. handler                         the message is delivered again, if the handler had not returned
     *   2. consumed = position behind it   delivered; what follows is done by the next receiver
     *   3. zeros over all that was read    (of many senders, whose unclaimed room must be zeros) some of
     *                                      it zeros: all of it may be made so, up to `consumed`
     *   4. head = position behind it       read
     *   5. room + 1, wake                  senders look for themselves at the end of their slice
     *
     * Of many senders, `consumed` alone tells what was delivered: as in Agrona's ring, the head advances once for all
     * messages of a read, and one who reads on from a head that is zeroed already would take it for a claim. So who
     * takes the end after a death zeroes [head, consumed) once more and makes that the head.
     *
     * Padding behind the last message is read without a handler. Killed between its zeros and the head, it
     * leaves a hole of zeros that nobody alive has claimed, which ManySenders passes like that of a dead
     * sender.
     *
     * A look at a message is a read that ends with 1. It passes the padding in front as any read does.
     *
     * A handler may run for long, and its manager be closed meanwhile: the end is free then as if its receiver had died
     * in the handler, so behind each handler the receiver looks whether it is closed, and stores nothing then.
     *
     * Of one sender, the head itself moves on behind each message, as nothing needs to be made zero: 1, 4 and 5.
     * The sender looks at it once in a lap only, so that this costs no more than `consumed` would.
     *
     * Of many, nothing but the tail tells a hole of zeros from an empty ring, and all senders want its line of cache.
     * So it is read when the head has stood still for a slice, once in each. The clock that tells costs more than an
     * empty read: where nothing is claimed, who reads all the time asks it once for several of them, and who reads
     * seldom each time, once it has done so for as many.
     */
    private static final int MOST_READS_FOR_A_LOOK = 16;
    private static final long SELDOM_NANOS = 1_000_000;

    private final Region region;
    private final Segment segment;
    private final MemorySegment memory;
    private final int capacity;
    private final long headAt;
    private final MappedWords words;
    private final RingBuffer ring;
    private final @Nullable ManySenders many;
    private final WaitWord room;
    private final ChannelEnd end;
    private final StreamPause pause;

    private @Nullable Handler handler;
    private boolean leaves;
    private int messageType;
    /// How many empty reads there are from one look at the clock to the next, and to the next one from now.
    private int readsForALook = 1;
    private int readsToLook = 1;
    private long lookedNanos = System.nanoTime();
    /// Where the head was at a look, and the first one at which it was there.
    private long stuckAt = -1;
    private long stuckSince;

    ChannelReceiver(Region region, RingBuffer ring, @Nullable ManySenders many, WaitWord room) {
        this.region = region;
        this.segment = region.segment();
        this.memory = region.memory();
        this.ring = ring;
        this.capacity = ring.capacity();
        this.headAt = ChannelLayout.head(capacity).offset();
        this.words = new MappedWords(memory);
        this.pause = new StreamPause(capacity);
        this.many = many;
        this.room = room;
        this.end = new ChannelEnd(region, "receiver", ChannelLayout.RECEIVER.offset(), this::repair);
    }

    /// Makes a record padding, which the reader passes: visible by the length, last.
    static void pad(AtomicBuffer buffer, int index, int bytes) {
        buffer.putIntRelease(typeOffset(index), RingBuffer.PADDING_MSG_TYPE_ID);
        buffer.putIntRelease(lengthOffset(index), bytes);
    }

    private void repair() {
        if (many == null) {
            return; // The head tells.
        }
        final long consumed = ChannelLayout.CONSUMED.get(memory, 0);
        final long from = ring.consumerPosition();
        final int mask = capacity - 1;
        if (consumed <= from) {
            return;
        }
        if (consumed > ring.producerPosition() || consumed > (from | mask) + 1) {
            throw new SegmentException("the receiver of " + region + " has consumed up to " + consumed
                    + ", which is not in one piece between head " + from + " and tail " + ring.producerPosition()
                    + ": the segment is damaged, remove the channel");
        }
        final AtomicBuffer buffer = ring.buffer();
        buffer.setMemory((int) from & mask, (int) (consumed - from), (byte) 0);
        buffer.putLongRelease(capacity + RingBufferDescriptor.HEAD_POSITION_OFFSET, consumed);
    }

    /// Receives up to `most` messages that are there, without waiting.
    ///
    /// @throws IllegalStateException if the calling thread is not the receiver, or is in a handler
    int read(Handler each, int most) {
        final int received = readOnce(each, most);
        return received == 0 && passesTheDeadInTime() ? readOnce(each, most) : received;
    }

    private int readOnce(Handler each, int most) {
        enter(each);
        int received;
        try {
            pause.before(most);
            received = many == null ? readOfOne(each, most, false) : readOfMany(each, most, false);
        } finally {
            leaveHandler();
        }
        pause.after(received, most, words.getLong(headAt));
        return received;
    }

    /// Shows the next message, if it is there, without receiving it.
    ///
    /// @return how many there were, 0 or 1
    /// @throws IllegalStateException if the calling thread is not the receiver, or is in a handler
    int look(Handler each) {
        final int seen = lookOnce(each);
        return seen == 0 && passesTheDeadInTime() ? lookOnce(each) : seen;
    }

    private int lookOnce(Handler each) {
        enter(each);
        try {
            return many == null ? readOfOne(each, 1, true) : readOfMany(each, 1, true);
        } finally {
            leaveHandler();
        }
    }

    private void enter(Handler each) {
        end.hold();
        if (handler != null) {
            throw new IllegalStateException(
                    "a handler of " + region + " receives from the channel that it is called by");
        }
        handler = each;
    }

    private void leaveHandler() {
        handler = null;
        if (leaves) {
            leaves = false;
            end.leave();
        }
        if (room.isAnnounced()) {
            room.increment();
        }
    }

    /// Passes what dead senders of many have claimed if the head has stood still for a slice. Asked at each empty
    /// read, as others may send and wake this thread all the time, and it may read seldom.
    ///
    /// @return whether there may be something to read now
    private boolean passesTheDeadInTime() {
        return many != null && (--readsToLook <= 0 || isClaimed()) && isStuck() && many.passTheDead();
    }

    /// Whether the next record says that it is claimed and not sent yet.
    private boolean isClaimed() {
        return words.getIntAcquire(ChannelLayout.RING_OFFSET + (words.getLong(headAt) & capacity - 1)) < 0;
    }

    private boolean isStuck() {
        final long now = System.nanoTime();
        readsForALook = now - lookedNanos > SELDOM_NANOS ? 1 : Math.min(2 * readsForALook, MOST_READS_FOR_A_LOOK);
        readsToLook = readsForALook;
        lookedNanos = now;
        final long position = words.getLong(headAt);
        if (position != stuckAt) {
            stuckAt = position;
            stuckSince = now;
        }
        final boolean stuck = now - stuckSince > WaitLoop.SLICE_NANOS;
        if (stuck) {
            stuckSince = now;
        }
        return stuck;
    }

    /// What Agrona's `OneToOneRingBuffer` reads, with the head behind each message that was handled.
    private int readOfOne(Handler each, int most, boolean keeps) {
        final long from = firstPosition();
        long position = from;
        int received = 0;
        while (received < most && !isOnceAround(from, position)) {
            final int index = (int) position & capacity - 1;
            final int length = lengthAt(index);
            if (length <= 0) {
                break;
            }
            position += align(length, ALIGNMENT);
            final int type = typeAt(index);
            final boolean padding = type == RingBuffer.PADDING_MSG_TYPE_ID;
            try {
                if (!padding) {
                    received++;
                    handle(each, type, index, length);
                }
            } finally {
                if (padding || !keeps) {
                    segment.ensureOpen();
                    // Release: what was read is read before the sender writes there.
                    words.setLongRelease(headAt, position);
                }
            }
        }
        return received;
    }

    /// What Agrona's `ManyToOneRingBuffer` reads, but of each length nothing is zeroed before it was checked.
    private int readOfMany(Handler each, int most, boolean keeps) {
        final long from = firstPosition();
        long position = from;
        long before;
        int received;
        do {
            // A read ends at the ring's end, and may pass nothing but padding there: only the head tells.
            before = position;
            received = readToRingEnd(each, most, keeps, before);
            position = words.getLong(headAt);
        } while (received == 0 && position != before && !isOnceAround(from, position));
        return received;
    }

    private int readToRingEnd(Handler each, int most, boolean keeps, long position) {
        final int from = (int) position & capacity - 1;
        final long lap = position - from;
        int index = from;
        int received = 0;
        boolean kept = false;
        try {
            while (index < capacity && received < most && !kept) {
                final int length = lengthAt(index);
                if (length <= 0) {
                    break;
                }
                final int next = index + align(length, ALIGNMENT);
                final int type = typeAt(index);
                if (type == RingBuffer.PADDING_MSG_TYPE_ID) {
                    index = next;
                    continue;
                }
                received++;
                kept = keeps;
                try {
                    handle(each, type, index, length);
                } finally {
                    if (!kept) {
                        segment.ensureOpen();
                        index = next;
                        words.setLongRelease(ChannelLayout.CONSUMED.offset(), lap + next);
                    }
                }
            }
        } finally {
            if (index > from) {
                segment.ensureOpen();
                ring.buffer().setMemory(from, index - from, (byte) 0);
                words.setLongRelease(headAt, lap + index);
            }
        }
        return received;
    }

    private void handle(Handler each, int type, int index, int length) {
        messageType = type;
        final long at = ChannelLayout.RING_OFFSET + (long) index + RecordDescriptor.HEADER_LENGTH;
        each.onMessage(memory, at, length - RecordDescriptor.HEADER_LENGTH);
    }

    private int typeAt(int index) {
        return words.getInt(ChannelLayout.RING_OFFSET + (long) typeOffset(index));
    }

    private long firstPosition() {
        final long position = words.getLong(headAt);
        if ((position & ALIGNMENT - 1) != 0) {
            throw damagedHead(position);
        }
        return position;
    }

    /// The length of the record at an index, which is within the ring; not positive if it is not sent yet.
    private int lengthAt(int index) {
        // Acquire pairs with the release that sent the message: who sees the length sees the message.
        final int length = words.getIntAcquire(ChannelLayout.RING_OFFSET + (long) index);
        if (length > 0 && (length < RecordDescriptor.HEADER_LENGTH || length > capacity - index)) {
            throw damaged(length, index);
        }
        return length;
    }

    /// Whether a read has passed as much as the ring has: no more was there when it began.
    private boolean isOnceAround(long from, long position) {
        if (position - from < capacity) {
            return false;
        }
        final long left = ring.producerPosition() - position;
        if (left < 0 || left > capacity) {
            throw damagedHead(position);
        }
        return true;
    }

    private SegmentException damaged(int length, int index) {
        return new SegmentException("a message in " + region + " claims " + length + " bytes at " + index
                + " of a ring of " + capacity + ": the segment is damaged, remove the channel");
    }

    private SegmentException damagedHead(long position) {
        return new SegmentException("the receiver of " + region + " has come to " + position + ", and its tail is at "
                + ring.producerPosition() + ", of a capacity of " + capacity
                + ": the segment is damaged, remove the channel");
    }

    /// The type of the message whose handler runs.
    int messageType() {
        return messageType;
    }

    /// Passes what dead senders have claimed and not sent; see [ManySenders].
    void passTheDead() {
        if (many != null) {
            many.passTheDead();
        }
    }

    /// Gives the end up; within a handler once the read is over, which still moves the head.
    void leave() {
        if (end.isMine() && handler != null) {
            leaves = true;
        } else {
            end.leave();
        }
    }

    boolean isHeld() {
        return end.isHeld();
    }

    void abandon(int deadOwner) {
        end.abandon(deadOwner);
    }
}
