package dev.backplane.shm;

import dev.backplane.SharedTopic;
import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.broadcast.RecordDescriptor;

/// Checks a topic: that its newest record is a record, and ends where the records end.
final class TopicCheck {
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
        if (section != SectionState.HELD) {
            counters(look, (int) capacity, section == SectionState.CLEAN);
        }
    }

    private static long counter(ObjectLook look, int offset) {
        return new LongField(0).getAcquire(look.bytes(), TopicLayout.RECORDS_OFFSET + (long) offset);
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
        final long record = TopicLayout.RECORDS_OFFSET + (latest & capacity - 1);
        final int length = new IntField(0).getAcquire(look.bytes(), record + TopicLayout.LENGTH_OFFSET);
        final int type = new IntField(0).getAcquire(look.bytes(), record + TopicLayout.TYPE_OFFSET);
        if (counter(look, TopicLayout.intent(capacity)) == tail) {
            look.require(
                    length >= TopicLayout.HEADER_BYTES && latest + TopicLayout.aligned(length) == tail,
                    "newest record",
                    "has %d bytes in the newest record, at %d, and the tail at %d",
                    length,
                    latest,
                    tail);
            look.require(type >= TopicLayout.VOID, "type", "has type %d in the newest record", type);
            final long number = new LongField(0).getAcquire(look.bytes(), record + TopicLayout.NUMBER_OFFSET);
            look.require(number >= 0, "number", "has number %d in the newest record", number);
        }
    }
}
