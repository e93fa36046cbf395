package dev.backplane.shm;

import dev.backplane.SharedTopic;
import dev.backplane.store.LongField;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentBuffer;
import dev.backplane.store.SegmentException;
import dev.backplane.store.WaitWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.broadcast.RecordDescriptor;

/// The records of a topic: who publishes them, and in which order.
final class TopicBuffer {
    /*
     * Agrona's BroadcastTransmitter, of one publisher at a time: under a section. What a kill leaves behind,
     * step by step of a publication:
     *
     *   1. section entered                 nothing to make good
     *   2. intent = tail + record          the bytes up to the intent may be half overwritten, and with
     *                                      them the oldest records: their readers see it by the intent
     *   3. padding at the ring's end,      the same
     *      record
     *   4. latest = the record             the record is whole
     *   5. tail = intent                   published; a subscriber that sleeps finds it at the end of its
     *                                      slice
     *   6. section left, gate, wake        published
     *
     * Agrona's next transmission would begin at the tail again and announce an intent of its own, which may
     * be less: then readers would take old records for whole that the dead one has overwritten. So whoever
     * enters the section after a death in it brings the tail up to the dead one's intent first. After step 4
     * that is all, and the value is published, late. Before it, the room is filled by one record that is no
     * value, VOID: transmitted like any other, with the length that ends it at the same intent, so a death in
     * that is made good in the same way. In the one case that room for such a record is two pieces, padding
     * to the ring's end and a record at its start, a transmission of the length of the second makes them
     * both.
     *
     * A publication that is cut off by an error of the JVM's, of a stack or a file that has come to its end, leaves the
     * section as a death would.
     *
     * The topic's end is stored under the section too, and asked for there by who publishes: nothing is published
     * behind it. Whoever dies in that store has ended the topic or not.
     *
     * The number of a value is one more than that of the newest record, which is read under the section: it
     * is never counted apart from the record that has it. A new topic begins with a VOID of number 0, so that
     * there is one.
     */
    private static final int LEAST_RECORD = TopicLayout.HEADER_BYTES;

    private final Region region;
    private final MemorySegment memory;
    private final int capacity;
    private final SegmentBuffer buffer;
    private final BroadcastTransmitter transmitter;
    private final SegmentBuffer scratch;
    private final MemorySegment scratchMemory;
    private final Section section;
    private final WaitWord gate;

    TopicBuffer(Region region) {
        final long claimed = region.param0();
        if (claimed < SharedTopic.LEAST_CAPACITY
                || claimed > SharedTopic.LARGEST_CAPACITY
                || Long.bitCount(claimed) != 1
                || region.length() != TopicLayout.bytes((int) claimed)) {
            throw new SegmentException("topic " + region + " claims a capacity of " + claimed
                    + " bytes, which does not fit its length: the segment is damaged");
        }
        this.region = region;
        this.memory = region.memory();
        this.capacity = (int) claimed;
        this.buffer = buffer(memory, capacity);
        this.transmitter = new BroadcastTransmitter(buffer);
        this.scratchMemory = Arena.ofAuto().allocate(transmitter.maxMsgLength(), Long.BYTES);
        this.scratch = new SegmentBuffer(scratchMemory);
        this.section = new Section(region.segment(), memory, TopicLayout.SECTION.offset(), this::finish);
        this.gate = new WaitWord(region.segment(), memory, TopicLayout.GATE.offset());
    }

    private static SegmentBuffer buffer(MemorySegment memory, int capacity) {
        return new SegmentBuffer(memory, TopicLayout.RECORDS_OFFSET, TopicLayout.bufferBytes(capacity));
    }

    /// Writes the bytes of a new topic.
    static void initialise(MemorySegment memory, int capacity) {
        final SegmentBuffer buffer = buffer(memory, capacity);
        buffer.putInt(TopicLayout.LENGTH_OFFSET, LEAST_RECORD);
        buffer.putInt(TopicLayout.TYPE_OFFSET, TopicLayout.VOID);
        buffer.putLongRelease(TopicLayout.intent(capacity), LEAST_RECORD);
        buffer.putLongRelease(TopicLayout.tail(capacity), LEAST_RECORD);
    }

    /// The number of the newest value, from the bytes alone: a snapshot for inspection.
    static long newestNumber(MemorySegment memory, int capacity) {
        final long latest = new LongField(TopicLayout.latest(capacity)).getAcquire(memory, TopicLayout.RECORDS_OFFSET);
        return new LongField(TopicLayout.NUMBER_OFFSET)
                .getAcquire(memory, TopicLayout.RECORDS_OFFSET + (latest & capacity - 1));
    }

    int maxValueBytes() {
        return transmitter.maxMsgLength() - Long.BYTES;
    }

    /// Publishes a value.
    ///
    /// @return false if the topic was shut down
    boolean publish(int type, MemorySegment value) {
        section.enter();
        boolean whole = false;
        try {
            if (isShutDown()) {
                whole = true;
                return false;
            }
            checkCounters();
            transmit(type, newestNumber() + 1, value);
            whole = true;
        } finally {
            section.leave(!whole);
        }
        // Leaving was a compare-and-set, behind which this load comes: a subscriber has announced itself by
        // now, or looks once more after it has, and sees the tail.
        if (gate.isAnnounced()) {
            gate.increment();
        }
        return true;
    }

    private void transmit(int type, long number, MemorySegment value) {
        scratch.putLong(0, number);
        MemorySegment.copy(value, 0, scratchMemory, Long.BYTES, value.byteSize());
        transmitter.transmit(type, scratch, 0, Long.BYTES + (int) value.byteSize());
    }

    /// Where there is damage, a record would be written over the counters, or none would ever be read.
    private void checkCounters() {
        final long tail = tail();
        final long latest = latest();
        if (!isPosition(tail) || !isPosition(latest) || intent() != tail || latest >= tail) {
            throw damaged(tail, intent());
        }
    }

    private static boolean isPosition(long position) {
        return position >= 0 && (position & RecordDescriptor.RECORD_ALIGNMENT - 1) == 0;
    }

    private SegmentException damaged(long tail, long intent) {
        return new SegmentException("a publisher of " + region + " has left a tail of " + tail + " and an intent of "
                + intent + ", the newest record at " + latest() + ", with a capacity of " + capacity
                + ": the segment is damaged, remove the topic");
    }

    /// Finishes what a publisher died in.
    private void finish() {
        final long intent = intent();
        final long tail = tail();
        if (intent == tail) {
            return;
        }
        final long index = tail & capacity - 1;
        final long toEnd = capacity - index;
        final long room = intent - tail > toEnd ? intent - tail - toEnd : intent - tail;
        if (!isPosition(tail)
                || !isPosition(intent)
                || intent < tail
                || room < LEAST_RECORD
                || room > TopicLayout.aligned(transmitter.maxMsgLength() + Long.BYTES)) {
            throw damaged(tail, intent);
        }
        if (latest() >= tail) {
            buffer.putLongRelease(TopicLayout.tail(capacity), intent);
        } else {
            scratch.putLong(0, newestNumber());
            transmitter.transmit(TopicLayout.VOID, scratch, 0, (int) room - TopicLayout.NUMBER_OFFSET);
        }
    }

    private long newestNumber() {
        return number(latest());
    }

    /// The number of a record.
    long number(long position) {
        return buffer.getLong(index(position) + TopicLayout.NUMBER_OFFSET);
    }

    /// The length of a record, with its header.
    int length(long position) {
        return buffer.getInt(index(position) + TopicLayout.LENGTH_OFFSET);
    }

    /// The type of a record.
    int type(long position) {
        return buffer.getInt(index(position) + TopicLayout.TYPE_OFFSET);
    }

    /// Copies the value of a record.
    void copyValue(long position, byte[] value) {
        buffer.getBytes(index(position) + TopicLayout.HEADER_BYTES, value);
    }

    /// Whether what was read of a record, up to now, was not overwritten meanwhile. Not so either where the tail, read
    /// before the record, is beyond the intent, as no publisher leaves it: nothing says where the records end then.
    boolean isIntact(long position, long tail) {
        VarHandle.acquireFence(); // What was read before stays before the load of the intent.
        final long intent = intent();
        return intent - position <= capacity && tail <= intent;
    }

    /// Checks counters that were read before, the tail first, against what holds at any step of a publisher and after
    /// its death: a reader would go round for ever.
    void checkCounters(long tail, long latest) {
        final long intent = intent(); // Later than both: it grows before they do.
        if (tail < 0 || latest < 0 || tail > intent || latest >= intent || intent - latest() > capacity) {
            throw damaged(tail, intent);
        }
    }

    /// The end of the ring behind a position: where padding ends.
    long lapAfter(long position) {
        return (position | capacity - 1) + 1;
    }

    /// Whether a record of that length can be at a position.
    boolean fits(long position, int lengthBytes) {
        return lengthBytes >= LEAST_RECORD
                && lengthBytes <= transmitter.maxMsgLength() + TopicLayout.NUMBER_OFFSET
                && lengthBytes <= capacity - index(position);
    }

    private int index(long position) {
        return (int) position & capacity - 1;
    }

    /// Up to where records may be overwritten.
    private long intent() {
        return buffer.getLongVolatile(TopicLayout.intent(capacity));
    }

    /// Up to where records are published.
    long tail() {
        return buffer.getLongVolatile(TopicLayout.tail(capacity));
    }

    /// Where the newest record begins; at the tail or behind it where a publisher is about to publish it, or
    /// has died.
    long latest() {
        return buffer.getLongVolatile(TopicLayout.latest(capacity));
    }

    /// Where subscribers wait.
    WaitWord gate() {
        return gate;
    }

    boolean isShutDown() {
        return TopicLayout.ENDED.getAcquire(memory, 0) != 0;
    }

    void shutDown() {
        section.enter();
        try {
            TopicLayout.ENDED.setVolatile(memory, 0, 1);
        } finally {
            section.leave();
        }
        gate.increment();
    }

    @Override
    public String toString() {
        return region.toString();
    }
}
