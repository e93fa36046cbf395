package dev.backplane.shm;

import static dev.backplane.shm.ChannelLayout.ANNOUNCEMENTS;
import static dev.backplane.shm.ChannelLayout.AT;
import static dev.backplane.shm.ChannelLayout.CLAIM;
import static dev.backplane.shm.ChannelLayout.MAYBE;
import static dev.backplane.shm.ChannelLayout.OWNER;
import static dev.backplane.shm.ChannelLayout.SENDING;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.ALIGNMENT;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.HEADER_LENGTH;
import static org.agrona.concurrent.ringbuffer.RecordDescriptor.lengthOffset;

import dev.backplane.SharedChannel;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/// Any number of threads that send, and the receiver's way past those of them that are dead.
final class ManySenders implements ChannelSenders {
    /*
     * In Agrona's ManyToOneRingBuffer a sender claims a record by advancing the tail, stores its length
     * negated, writes it, and stores its length; the reader stops at a header that is zero or negative, and
     * zeroes what it has read. Its unblock() makes the record at the head padding, whoever it is claimed by:
     * right only if that one is dead, which the ring cannot know, since nothing in it says who has advanced
     * the tail. So each claim is announced outside the ring:
     *
     *   1. owner: 0 -> me, in a free     before: nothing. After: swept with the dead one, as is
     *      announcement                  every later state of it
     *   2. claim = tail | MAYBE          "I claim here or behind it, or have claimed"
     *   3. the ring's claim: tail,       killed between tail and -length: a hole of zeros, whose
     *      padding, -length              length nobody has recorded; later: a claimed record
     *   4. claim = index | AT            "my record is the one at this index"
     *   5. bytes, length                 after the length: sent
     *   6. claim = 0, then owner = 0     nothing
     *
     * The receiver, stopped at head H with the tail at T beyond it, sweeps the dead, which clears their
     * announcements, and reads those that are left: of the living. Whoever has claimed in [H, T) had
     * announced itself before it advanced the tail, and the tail was read first, so its announcement is among
     * them, or it has finished. If one says AT H, H's claimant lives and is waited for. If one says MAYBE
     * with a tail below T, it is anybody's guess; it is in the few instructions of step 3, and is looked at
     * again. Otherwise nobody alive has claimed H: it becomes padding.
     *
     * A negative length says how far that goes. A hole of zeros goes to the next record that anybody has
     * claimed: the first header that is not zero, the first AT, the ring's end, or T. A hole's bytes are
     * zeros, because its claimant never came to write, and those of padding are made so before it is padding;
     * a record of the living that has no header yet is known by its AT, since none is at MAYBE. An announcement
     * is read before the headers: who finishes in between has left a header that is not zero.
     *
     * The receiver killed before it stores the padding's length leaves a type in a header of length zero: it
     * and all behind it are as before.
     */
    private static final int TRIES = 1000;
    /// How often all announcements are looked at for a free one.
    private static final int ROUNDS = 64;
    private static final int NONE = -1;
    private static final int INTS_OF_A_LINE = 16;

    /*
     *   a claim  63  62             39 38         32 31                    0
     *           +---+-----------------+-------------+-----------------------+
     *           | 0 | turn            | announcement| index of the message  |
     *           +---+-----------------+-------------+-----------------------+
     *
     * An announcement has another turn at each claim that this participant makes with it: a later claim of the same
     * place by the same announcement is another number.
     */
    private static final int TURN_SHIFT = 39;
    private static final int TURN_MASK = (1 << 24) - 1;

    private final Region region;
    private final Segment segment;
    private final MemorySegment memory;
    private final ManyToOneRingBuffer ring;
    private final AtomicBuffer buffer;
    private final int self;
    /// The turn of each announcement, in a line of its own: who has the announcement writes it.
    private final int[] turns = new int[ANNOUNCEMENTS * INTS_OF_A_LINE];

    private boolean registered;

    ManySenders(Region region, ManyToOneRingBuffer ring) {
        this.region = region;
        this.segment = region.segment();
        this.memory = region.memory();
        this.ring = ring;
        this.buffer = ring.buffer();
        this.self = segment.self();
    }

    @Override
    public boolean trySend(int messageType, MemorySegment source, long offset, int lengthBytes) {
        return ChannelSenders.trySend(this, memory, messageType, source, offset, lengthBytes);
    }

    @Override
    public long tryClaim(int messageType, int lengthBytes) {
        if (!registered) {
            SENDING.setRelease(memory, PerSlot.intAt(OwnerWord.slotOf(self)), 1);
            registered = true;
        }
        final int announcement = announce();
        if (announcement == NONE) {
            return SharedChannel.NO_ROOM;
        }
        long claim = SharedChannel.NO_ROOM;
        try {
            final int index = ring.tryClaim(messageType, lengthBytes);
            if (index >= 0) {
                final int turn = turns[announcement * INTS_OF_A_LINE] + 1 & TURN_MASK;
                turns[announcement * INTS_OF_A_LINE] = turn;
                CLAIM.setRelease(memory, ChannelLayout.announcement(announcement), index - HEADER_LENGTH | AT);
                claim = (long) turn << TURN_SHIFT | (long) announcement << Integer.SIZE | index;
            }
        } finally {
            if (claim == SharedChannel.NO_ROOM) {
                withdraw(announcement);
            }
        }
        return claim;
    }

    private int announce() {
        // Threads begin at different places, so that each finds its own free, in its own line of cache.
        int next = OwnerWord.slotOf(self) * 7 + (int) Thread.currentThread().threadId();
        for (int tries = 1; tries <= ROUNDS * ANNOUNCEMENTS; tries++) {
            next = next + 1 & ANNOUNCEMENTS - 1;
            final long at = ChannelLayout.announcement(next);
            if (OWNER.getAcquire(memory, at) == 0 && OWNER.compareAndSet(memory, at, 0, self)) {
                if (segment.isClosed()) {
                    withdraw(next); // Closing takes back what it finds after it has said so.
                }
                segment.ensureOpen();
                CLAIM.setRelease(memory, at, ring.producerPosition() | MAYBE);
                return next;
            }
            if (tries % ANNOUNCEMENTS == 0) {
                segment.sweepDeadInPassing(); // Of the dead, perhaps, who have them all.
                Thread.onSpinWait();
            }
        }
        return NONE; // All are with open claims, perhaps of the calling thread.
    }

    private void withdraw(int announcement) {
        final long at = ChannelLayout.announcement(announcement);
        CLAIM.setRelease(memory, at, 0);
        OWNER.setRelease(memory, at, 0);
    }

    @Override
    public void commit(long claim) {
        final int announcement = announcementOf(claim);
        ring.commit(ChannelSenders.index(claim));
        withdraw(announcement);
    }

    @Override
    public void abort(long claim) {
        final int announcement = announcementOf(claim);
        final int index = ChannelSenders.index(claim);
        clearBody(index - HEADER_LENGTH, ring.capacity());
        ring.abort(index);
        withdraw(announcement);
    }

    /// The announcement of a claim, which must be this participant's, and neither sent nor given up: of any other,
    /// the announcement and the record may be somebody else's by now.
    private int announcementOf(long claim) {
        segment.ensureOpen(); // Else the claim is taken back, perhaps passed.
        final int announcement = (int) (claim >>> Integer.SIZE) & ANNOUNCEMENTS - 1;
        final long at = ChannelLayout.announcement(announcement);
        // The turn last: who sees the place that was stored behind it sees it.
        if (OWNER.getAcquire(memory, at) != self
                || CLAIM.getAcquire(memory, at) != (ChannelSenders.index(claim) - HEADER_LENGTH | AT)
                || turns[announcement * INTS_OF_A_LINE] != claim >>> TURN_SHIFT) {
            throw ChannelSenders.notClaimed(claim, region);
        }
        return announcement;
    }

    /// Makes what stands in a claimed record zeros, before it becomes padding: a receiver that is killed while it
    /// makes all of that zeros leaves a hole then that has no header in it.
    ///
    /// @return its length, 0 if it is no claimed record
    private int clearBody(int index, int limit) {
        if (index < 0 || index > limit - HEADER_LENGTH) {
            return 0;
        }
        final int header = buffer.getIntVolatile(lengthOffset(index));
        if (header >= 0) {
            return 0;
        }
        final int length = -header;
        if (length < HEADER_LENGTH || length > limit - index) {
            throw new SegmentException("a claimed record in " + region + " has " + header + " bytes at " + index
                    + " of " + (limit - index) + ": the segment is damaged, remove the channel");
        }
        StoreProbe.beforeStore();
        buffer.setMemory(index + HEADER_LENGTH, length - HEADER_LENGTH, (byte) 0);
        return length;
    }

    /// Makes the record at the head padding if its claimant is dead. Only for the receiver.
    ///
    /// @return whether there is something to read now
    boolean passTheDead() {
        final long head = ring.consumerPosition();
        final long tail = ring.producerPosition();
        if (head == tail) {
            return false;
        }
        if (tail < head || tail - head > ring.capacity() || (head & ALIGNMENT - 1) != 0) {
            throw new SegmentException("the ring of " + region + " has its head at " + head + " and its tail at " + tail
                    + ", of a capacity of " + ring.capacity() + ": the segment is damaged, remove the channel");
        }
        final int index = (int) head & ring.capacity() - 1;
        if (buffer.getIntVolatile(lengthOffset(index)) > 0) {
            return true;
        }
        segment.sweepDeadInPassing();
        final int limit = (int) Math.min(ring.capacity(), index + (tail - head));
        final int next = nextOfTheLiving(index, limit, tail);
        if (next == index) {
            return false;
        }
        final int length = buffer.getIntVolatile(lengthOffset(index));
        if (length <= 0) {
            ChannelReceiver.pad(buffer, index, length < 0 ? clearBody(index, limit) : firstHeader(index, next) - index);
        }
        return true;
    }

    /// The first record behind `index` that one who lives is about to write; `index` if that itself is one,
    /// or may be.
    private int nextOfTheLiving(int index, int limit, long tail) {
        int next = limit;
        for (int i = 0; i < ANNOUNCEMENTS; i++) {
            final long claim = settled(ChannelLayout.announcement(i), tail);
            final int at = (int) claim & -ALIGNMENT;
            if ((claim & MAYBE) != 0 || (claim & AT) != 0 && at == index) {
                return index;
            }
            if ((claim & AT) != 0 && at > index) {
                next = Math.min(next, at);
            }
        }
        return next;
    }

    /// What an announcement says once its owner knows: 0 if nothing that concerns the records before `tail`.
    private long settled(long at, long tail) {
        long claim = MAYBE;
        for (int i = 0; i < TRIES; i++) {
            final int owner = OWNER.getAcquire(memory, at);
            claim = CLAIM.getAcquire(memory, at);
            if (owner == 0) {
                return 0;
            }
            if ((claim & AT) != 0) {
                return claim;
            }
            if ((claim & MAYBE) != 0 && (claim & -ALIGNMENT) >= tail) {
                return 0;
            }
            Thread.onSpinWait();
        }
        return MAYBE;
    }

    private int firstHeader(int index, int limit) {
        int at = index + ALIGNMENT;
        while (at < limit && buffer.getIntVolatile(lengthOffset(at)) == 0) {
            at += ALIGNMENT;
        }
        return at;
    }

    @Override
    public boolean mayFinish() {
        return true; // What the dead have claimed is passed; the rest finishes.
    }

    @Override
    public void leave() {
        // Nothing is held between claims.
    }

    @Override
    public boolean isHeld() {
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            if (SENDING.getAcquire(memory, PerSlot.intAt(slot)) != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void abandon(int deadOwner) {
        for (int i = 0; i < ANNOUNCEMENTS; i++) {
            final long at = ChannelLayout.announcement(i);
            if (OWNER.getAcquire(memory, at) == deadOwner) {
                CLAIM.setRelease(memory, at, 0);
                OWNER.setRelease(memory, at, 0);
            }
        }
        SENDING.setRelease(memory, PerSlot.intAt(OwnerWord.slotOf(deadOwner)), 0);
    }
}
