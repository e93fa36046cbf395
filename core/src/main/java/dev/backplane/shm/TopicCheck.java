package dev.backplane.shm;

import dev.backplane.SharedTopic;
import dev.backplane.store.Findings;
import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.RecordDescriptor;

/// Checks a topic: that its records lie one behind the other and number its values, and that the newest one ends
/// where the records end.
///
/// A lap of the ring begins with a record, so all of the newest lap's are looked at. Of the lap before, nothing says
/// where the first record begins that is not overwritten.
final class TopicCheck {
    private static final IntField INT = new IntField(0);
    private static final LongField LONG = new LongField(0);

    private TopicCheck() {}

    static void check(ObjectLook look) {
        final long capacity = look.entry().param0();
        if (!look.require(
                        capacity >= SharedTopic.LEAST_CAPACITY
                                && capacity <= SharedTopic.LARGEST_CAPACITY
                                && Long.bitCount(capacity) == 1,
                        "parameters",
                        "has a capacity of %d bytes",
                        capacity)
                || !look.requireLength(TopicLayout.bytes((int) capacity))) {
            return;
        }
        look.requireZeros(TopicLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        final int ended = TopicLayout.ENDED.getAcquire(bytes, 0);
        look.require(ended == 0 || ended == 1, "ended", "has %d for ended, neither 0 nor 1", ended);
        final SectionState section = look.section("the section", TopicLayout.SECTION.offset());
        look.requireZeros(
                TopicLayout.RECORDS_OFFSET + TopicLayout.latest((int) capacity) + (long) Long.BYTES,
                BroadcastBufferDescriptor.TRAILER_LENGTH
                        - BroadcastBufferDescriptor.LATEST_COUNTER_OFFSET
                        - (long) Long.BYTES);
        if (section != SectionState.HELD) {
            counters(look, (int) capacity, section == SectionState.CLEAN);
        }
    }

    private static long counter(ObjectLook look, int offset) {
        return LONG.getAcquire(look.bytes(), TopicLayout.RECORDS_OFFSET + (long) offset);
    }

    private static void counters(ObjectLook look, int capacity, boolean clean) {
        final long tail = counter(look, TopicLayout.tail(capacity));
        final long intent = counter(look, TopicLayout.intent(capacity));
        final long latest = counter(look, TopicLayout.latest(capacity));
        look.require(tail >= 0 && tail % RecordDescriptor.RECORD_ALIGNMENT == 0, "tail", "has the tail at %d", tail);
        look.require(
                clean ? intent == tail : intent >= tail,
                "intent",
                "has the tail at %d, and records to be overwritten up to %d",
                tail,
                intent);
        if (!clean
                || !look.require(
                        latest >= 0 && latest < tail && latest % RecordDescriptor.RECORD_ALIGNMENT == 0,
                        "latest",
                        "has the newest record at %d, and the tail at %d",
                        latest,
                        tail)) {
            return;
        }
        final Findings draft = look.findings().draft();
        records(look, capacity, tail, latest, draft);
        VarHandle.loadLoadFence(); // What was read of the records, before the look whether they have changed.
        if (counter(look, TopicLayout.intent(capacity)) == tail) {
            look.findings().addAll(draft);
        }
    }

    /// Goes through the newest lap. Nobody writes to it while the intent stays at the tail.
    private static void records(ObjectLook look, int capacity, long tail, long latest, Findings draft) {
        final MemorySegment bytes = look.bytes();
        long position = tail - 1 & -capacity;
        long before = -1;
        while (position < tail) {
            final long record = TopicLayout.RECORDS_OFFSET + (position & capacity - 1);
            final int length = INT.getAcquire(bytes, record + TopicLayout.LENGTH_OFFSET);
            final int type = INT.getAcquire(bytes, record + TopicLayout.TYPE_OFFSET);
            final long number = LONG.getAcquire(bytes, record + TopicLayout.NUMBER_OFFSET);
            final boolean newest = position == latest;
            final String which = newest ? "newest record" : "record at " + position;
            if (!draft.require(
                    length >= TopicLayout.HEADER_BYTES
                            && length <= tail - position
                            && (position + TopicLayout.aligned(length) == tail) == newest,
                    which,
                    "has %d bytes in the record at %d, the newest at %d, and the tail at %d",
                    length,
                    position,
                    latest,
                    tail)) {
                return;
            }
            draft.require(
                    type >= TopicLayout.VOID, "type at " + position, "has type %d in the record at %d", type, position);
            final int values = type == TopicLayout.VOID ? 0 : 1;
            draft.require(
                    before < 0 ? number >= values : number == before + values,
                    "number at " + position,
                    "has number %d in the record at %d, of type %d, behind number %d",
                    number,
                    position,
                    type,
                    before);
            before = number;
            position += TopicLayout.aligned(length);
        }
    }
}
