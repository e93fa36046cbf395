package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.store.MappedWords;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentBuffer;
import dev.backplane.store.SegmentException;
import dev.backplane.store.WaitWord;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/// What the threads of a process share of a channel: its two ends, its ring, and where others wait.
final class ChannelState {
    static final int MANY = 1;

    private final MemorySegment memory;
    private final MappedWords words;
    private final RingBuffer ring;
    private final ChannelSenders senders;
    private final ChannelReceiver receiver;
    private final Doorbell bell;
    private final WaitWord room;

    ChannelState(Region region) {
        this.memory = region.memory();
        this.words = new MappedWords(memory);
        final long capacity = region.param0();
        if (capacity < ChannelOptions.LEAST_CAPACITY
                || capacity > ChannelOptions.LARGEST_CAPACITY
                || Long.bitCount(capacity) != 1
                || region.length() != ChannelLayout.bytes((int) capacity)) {
            throw new SegmentException("channel " + region + " claims a capacity of " + capacity
                    + " bytes, which does not fit its length: the segment is damaged");
        }
        final SegmentBuffer buffer =
                new SegmentBuffer(memory, ChannelLayout.RING_OFFSET, ChannelLayout.ringBytes((int) capacity));
        this.room = new WaitWord(region.segment(), memory, ChannelLayout.ROOM.offset());
        this.bell = new Doorbell(region.segment(), memory, ChannelLayout.DOORBELL_OFFSET);
        if (region.param1() == MANY) {
            final ManyToOneRingBuffer ringOfMany = new ManyToOneRingBuffer(buffer);
            final ManySenders many = new ManySenders(region, ringOfMany);
            this.ring = ringOfMany;
            this.senders = many;
            this.receiver = new ChannelReceiver(region, ring, many, room);
        } else {
            final OneToOneRingBuffer ringOfOne = new OneToOneRingBuffer(buffer);
            this.ring = ringOfOne;
            this.senders = new SoleSender(region, ringOfOne);
            this.receiver = new ChannelReceiver(region, ring, null, room);
        }
    }

    /// The kind of a channel as the catalog keeps it.
    static long parameter(ChannelOptions options) {
        return options.manySenders() ? MANY : 0;
    }

    RingBuffer ring() {
        return ring;
    }

    ChannelSenders senders() {
        return senders;
    }

    ChannelReceiver receiver() {
        return receiver;
    }

    Doorbell bell() {
        return bell;
    }

    WaitWord room() {
        return room;
    }

    boolean isShutDown() {
        return words.getIntAcquire(ChannelLayout.ENDED.offset()) != 0;
    }

    void shutDown() {
        ChannelLayout.ENDED.setVolatile(memory, 0, 1);
        room.increment();
        bell.ring();
    }

    /// Wakes the receiver if it is asleep; asks only if it may be.
    void wakeReceiver() {
        if (words.getIntAcquire(ChannelLayout.BELLS.offset()) != 0) {
            bell.ringIfAsleep();
        }
    }

    /// Says whether the receiver may sleep. One sender that has just asked may not have heard of a change:
    /// the receiver finds its message at the end of a slice.
    void receiverMaySleep(boolean may) {
        final int bells = may ? 1 : 0;
        if (ChannelLayout.BELLS.getAcquire(memory, 0) != bells) {
            ChannelLayout.BELLS.setVolatile(memory, 0, bells);
        }
    }

    /// Gives back what a dead participant held. Idempotent.
    void giveBackOf(int deadOwner) {
        senders.abandon(deadOwner);
        receiver.abandon(deadOwner);
    }
}
