package dev.backplane.shm;

import static dev.backplane.shm.Looks.ofInt;
import static dev.backplane.shm.Looks.ofLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.LongField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.Test;

/// A healthy object of each kind, in use, gives no finding; each invariant that is broken gives the finding
/// that names it.
final class SegmentDoctorTest extends DoctorCase {
    @Test
    void whatIsHealthyGivesNoFindingWhoeverHoldsAndWaits() throws Exception {
        healthy();
        kinds.hold();
        kinds.await();
        healthy();
        manager.close();
        final List<Finding> left = SegmentDoctor.look(path);
        assertEquals(
                List.of("lock", "fair lock"), left.stream().map(Finding::object).toList(), "closed with both");
        assertTrue(left.stream().allMatch(finding -> finding.severity() == Severity.NOTE), left::toString);
    }

    @Test
    void aLookChangesNothingAndTakesNoSlot() throws Exception {
        kinds.hold();
        kinds.await();
        final byte[] before = Files.readAllBytes(path);
        healthy();
        isAsBefore(before);
        assertTrue(
                SegmentDoctor.repair(path).repaired().isEmpty(), "a repair of what is healthy changes nothing either");
        isAsBefore(before);
    }

    /// Who waits looks around him every now and then, and holds what he looks at meanwhile.
    private void isAsBefore(byte[] before) {
        Eventually.holds("it is as before", () -> {
            try {
                return Arrays.equals(before, Files.readAllBytes(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void valuesAndWords() throws Exception {
        broken("boolean", "value", 0, ofInt(2));
        broken("lock", "the lock", LockLayout.WORD_OFFSET, ofInt(OwnerWord.owner(200, 7)));
        broken("lock", "zeros at 4", 60, (byte) 1);
        broken("event", "zeros at 4", 4, (byte) 1);
        broken("latch", "count", LatchLayout.WORD.offset(), ofInt(4));
        broken("once", "done", OnceLayout.DONE.offset(), ofInt(2));
        broken("once", "the initialiser", OnceLayout.WORD.offset(), ofInt(OwnerWord.owner(3, 1)));
    }

    @Test
    void fairLocks() throws Exception {
        broken("fair lock", "the lock", FairLockLayout.WORD.offset(), ofInt(OwnerWord.owner(200, 7)));
        broken("fair lock", "the section", FairLockLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken("fair lock", "granted", FairLockLayout.GRANTED.offset(), ofLong(99));
        broken("fair lock", "ticket 5", FairLockLayout.FIRST_TICKETS.offset() + PerSlot.longAt(5), ofLong(99));
        broken("fair lock", "owner of ticket 5", FairLockLayout.FIRST_TICKETS.offset() + PerSlot.longAt(5), ofLong(1));
        broken("fair lock", "free with a line", FairLockLayout.FIRST_TICKETS.offset(), ofLong(1));
    }

    @Test
    void semaphores() throws Exception {
        broken("semaphore", "the section", SemaphoreLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken("semaphore", "total", SemaphoreLayout.TOTAL.offset(), ofInt(5));
        broken("semaphore", "available", SemaphoreLayout.AVAILABLE.offset(), ofInt(3));
        broken("semaphore", "held 2", SemaphoreLayout.HELD.offset() + PerSlot.intAt(2), ofInt(-1));
        broken("semaphore", "1 permit of slot 2", SemaphoreLayout.HELD.offset() + PerSlot.intAt(2), ofInt(1));
        broken("semaphore", "sum of held", SemaphoreLayout.HELD.offset(), ofInt(5));
    }

    @Test
    void conditionsAndBarriers() throws Exception {
        broken("condition", "cursor", ConditionLayout.CURSOR.offset(), ofInt(256));
        broken("condition", "pending", ConditionLayout.PENDING.offset(), ofInt(1));
        broken("condition", "signals 1", ConditionLayout.SIGNALS.offset() + PerSlot.intAt(1), ofInt(1));
        broken("condition", "2 waiting of slot 1", ConditionLayout.WAITERS.offset() + PerSlot.intAt(1), ofInt(2));
        broken("condition", "zeros at 12", 12, (byte) 1);
        broken("barrier", "generation", BarrierLayout.GENERATION.offset(), ofLong(0));
        broken("barrier", "arrival 0", BarrierLayout.ARRIVALS.offset(), ofLong(BarrierLayout.arrival(5, 1)));
        broken("barrier", "arrived", BarrierLayout.ARRIVALS.offset(), ofLong(BarrierLayout.arrival(1, 3)));
        broken("barrier", "arrived of slot 4", BarrierLayout.ARRIVALS.offset() + 32, ofLong(1 << 16 | 1));
        broken("barrier", "broken 3", BarrierLayout.BROKEN.offset() + 24, ofLong(9));
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry") // If the test fails in between, the lock goes with its segment.
    void readWriteLocks() throws Exception {
        final String lock = "read-write lock";
        broken(lock, "the section", ReadWriteLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken(lock, "the write lock", ReadWriteLayout.WRITER.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken(lock, "sum of reading", ReadWriteLayout.READING.offset(), ofInt(1));
        broken(lock, "sum of queued to write", ReadWriteLayout.QUEUED.offset(), ofInt(1));
        broken(lock, "sum of waiting to read", ReadWriteLayout.WAITING.offset(), ofInt(1));
        broken(lock, "sum of passes", ReadWriteLayout.PASSING.offset(), ofInt(1));
        broken(lock, "passes 0", ReadWriteLayout.PASSES.offset(), ofInt(1));
        broken(lock, "reading 1", ReadWriteLayout.READERS.offset() + PerSlot.intAt(1), ofInt(-1));
        broken(lock, "1 reading of slot 1", ReadWriteLayout.READERS.offset() + PerSlot.intAt(1), ofInt(1));
        broken(lock, "phase", ReadWriteLayout.PHASE.offset(), ofLong(-1));
        kinds.readWrite().writeLock().lock();
        broken(lock, "readers and a writer", ReadWriteLayout.READERS.offset() + PerSlot.intAt(1), ofInt(1));
        kinds.readWrite().writeLock().unlock();
    }

    @Test
    void channels() throws Exception {
        final long ring = ChannelLayout.RING_OFFSET;
        final long trailer = ring + AllKinds.CHANNEL_BYTES;
        for (String channel : List.of("channel", "many")) {
            broken(channel, "ended", ChannelLayout.ENDED.offset(), ofInt(2));
            broken(channel, "bells", ChannelLayout.BELLS.offset(), ofInt(2));
            broken(channel, "doorbell", ChannelLayout.DOORBELL_OFFSET + 4, ofInt(2));
            broken(channel, "the receiving end", ChannelLayout.RECEIVER.offset(), ofInt(OwnerWord.owner(9, 7)));
            broken(channel, "the sending end", ChannelLayout.SENDER.offset(), ofInt(OwnerWord.owner(9, 7)));
            broken(channel, "sending 3", ChannelLayout.SENDING.offset() + PerSlot.intAt(3), ofInt(2));
            broken(
                    channel,
                    "the sending end, with others of slot 3",
                    ChannelLayout.SENDING.offset() + PerSlot.intAt(3),
                    ofInt(1));
            broken(channel, "announcement 2", ChannelLayout.announcement(2), ofInt(OwnerWord.owner(9, 7)));
            broken(channel, "announcement 2", ChannelLayout.announcement(2) + 8, ofLong(3));
            broken(channel, "head and tail", trailer + RingBufferDescriptor.TAIL_POSITION_OFFSET, ofLong(8));
            broken(channel, "consumed", ChannelLayout.CONSUMED.offset(), ofLong(1 << 20));
            broken(channel, "record at 24", ring + 24, ofInt(5000));
            broken(channel, "type at 24", ring + 28, ofInt(0));
            for (long zero : new long[] {8, 136, 260, 396, 516}) {
                broken(channel, "zeros at " + zero, zero + 3, (byte) 1);
            }
            broken(
                    channel,
                    "zeros at " + (ChannelLayout.announcement(5) + 4),
                    ChannelLayout.announcement(5) + 4,
                    ofInt(1));
            broken(
                    channel,
                    "zeros at " + (ChannelLayout.announcement(5) + 16),
                    ChannelLayout.announcement(5) + 60,
                    ofInt(1));
            broken(
                    channel,
                    "announcement 2 of nobody",
                    ChannelLayout.announcement(2) + 8,
                    ofLong(8 | ChannelLayout.AT));
            broken(
                    channel,
                    "announcement 2 place",
                    ChannelLayout.announcement(2) + 8,
                    ofLong(AllKinds.CHANNEL_BYTES | ChannelLayout.AT));
            broken(
                    channel,
                    "announcement 2 place",
                    ChannelLayout.announcement(2) + 8,
                    ofLong(1 << 20 | ChannelLayout.MAYBE));
            broken(channel, "cached head", trailer + RingBufferDescriptor.HEAD_CACHE_POSITION_OFFSET, ofLong(1 << 20));
            broken(channel, "zeros at " + trailer, trailer + 64, (byte) 1);
            broken(
                    channel,
                    "zeros at " + (trailer + RingBufferDescriptor.HEAD_POSITION_OFFSET + 8),
                    trailer + RingBufferDescriptor.TRAILER_LENGTH - 1,
                    (byte) 1);
        }
        broken("channel", "sending 3 of one", ChannelLayout.SENDING.offset() + PerSlot.intAt(3), ofInt(1));
        broken("many", "the sole sender", ChannelLayout.SENDER.offset(), ofInt(OwnerWord.owner(9, 7)));
    }

    @Test
    void topicsAndValues() throws Exception {
        final int capacity = AllKinds.CHANNEL_BYTES;
        final long records = TopicLayout.RECORDS_OFFSET;
        broken("topic", "the section", TopicLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken("topic", "ended", TopicLayout.ENDED.offset(), ofInt(7));
        broken("topic", "intent", records + TopicLayout.intent(capacity), ofLong(1 << 20));
        broken("topic", "tail", records + TopicLayout.tail(capacity), ofLong(3));
        broken("topic", "latest", records + TopicLayout.latest(capacity), ofLong(1 << 20));
        broken("topic", "newest record", records + TopicLayout.latest(capacity), ofLong(0));
        broken("topic", "zeros at 8", 9, (byte) 1);
        broken("topic", "zeros at " + (records + capacity + 24), records + capacity + 24, (byte) 1);
        // A record that is no value, and the two values.
        broken("topic", "record at 0", records, ofInt(7));
        broken("topic", "type at 0", records + TopicLayout.TYPE_OFFSET, ofInt(0));
        broken("topic", "number at 0", records + TopicLayout.NUMBER_OFFSET, ofLong(-1));
        broken("topic", "number at 16", records + 16 + TopicLayout.NUMBER_OFFSET, ofLong(2));
        broken("topic", "record at 16", records + 16, ofInt(capacity));
        broken("value", "the section", VersionsLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken("value", "version", VersionsLayout.VERSION.offset(), ofLong(-1));
        broken("value", "codec", VersionsLayout.CODEC_NAME_OFFSET, (byte) '?');
        broken("value", "codec", VersionsLayout.CODEC_BYTES.offset(), ofInt(0));
        broken("value", "bytes", VersionsLayout.copy(1, VersionsLayout.stride(100)), ofInt(101));
        broken("struct", "bytes", VersionsLayout.copy(1, VersionsLayout.stride(16)), ofInt(15));
    }

    @Test
    void lists() throws Exception {
        final ListLayout.Shape shape = new ListLayout.Shape(AllKinds.LIST_ELEMENTS, 256);
        final byte[] bytes = bytes("list");
        final long state = ListLayout.STATE.get(MemorySegment.ofArray(longs(bytes)), 0);
        final int order = ListLayout.orderOf(state);
        final long first = shape.linkAt(order, 0);
        final int slot = ListLayout.slotOf(ListLayout.LINK.get(MemorySegment.ofArray(longs(bytes)), first));
        broken("list", "the section", ListLayout.SECTION.offset(), ofInt(OwnerWord.owner(9, 7)));
        broken("list", "size", ListLayout.STATE.offset(), ofLong(AllKinds.LIST_ELEMENTS + 1));
        broken("list", "link 0", first, ofLong(ListLayout.link(0, 1000)));
        broken("list", "link 1", shape.linkAt(order, 1), ofLong(ListLayout.link(1, slot)));
        broken("list", "link 0", shape.slotAt(slot) + ListLayout.TAG.offset(), ofInt(-5));
        broken("list", "slot " + slot, shape.slotAt(slot) + ListLayout.LENGTH.offset(), ofInt(257));
        final int last = shape.slots() - 1;
        broken("list", "link " + last, shape.linkAt(order, last), ofLong(slot));
        broken("list", "the elements' codec", ListLayout.CODEC_OFFSET + CodecNameLayout.TEXT_OFFSET, (byte) '?');
    }

    @Test
    void maps() throws Exception {
        final long sizes = Looks.entry(path, "map").param1();
        final int valueBytes = (int) sizes;
        final MapLayout.Shape shape = new MapLayout.Shape(AllKinds.MAP_ENTRIES, (int) (sizes >>> 32), valueBytes);
        final MemorySegment bytes = MemorySegment.ofArray(longs(bytes("map")));
        int bucket = 0;
        while (MapLayout.LINK.get(bytes, shape.bucketAt(bucket)) == MapLayout.END) {
            bucket++;
        }
        final long link = MapLayout.LINK.get(bytes, shape.bucketAt(bucket));
        final int cell = MapLayout.cellOf(link);
        final int stripe = shape.stripeOf(bucket);
        final long at = shape.cellAt(cell);
        broken("map", "the section of stripe 1", shape.stripeAt(1), ofInt(OwnerWord.owner(9, 7)));
        broken("map", "bucket " + bucket, shape.bucketAt(bucket), ofLong(MapLayout.link(0, 1 << 20)));
        broken("map", "bucket " + bucket, at + MapLayout.TAG.offset(), ofInt(-5));
        broken("map", "bucket " + bucket, at + MapLayout.NEXT.offset(), ofLong(link));
        broken("map", "bucket " + bucket, shape.ownerAt(cell), ofInt(0));
        broken("map", "owner of cell " + cell, shape.ownerAt(cell), ofInt(65));
        broken("map", "cell " + cell, at + MapLayout.HASH.offset(), ofLong(5));
        broken("map", "cell " + cell, at + MapLayout.KEY_LENGTH.offset(), ofInt(65));
        broken("map", "cell " + cell, at + MapLayout.VALUE_LENGTH.offset(), ofInt(valueBytes + 1));
        broken("map", "cell " + cell, at + shape.keyOffset(), (byte) '?');
        broken("map", "entries of stripe " + stripe, shape.stripeAt(stripe) + MapLayout.ENTRIES.offset(), ofInt(90));
        broken("map", "spare of stripe " + stripe, shape.stripeAt(stripe) + MapLayout.SPARE.offset(), ofInt(cell));
        int free = 0;
        while (MapLayout.OWNER.get(bytes, shape.ownerAt(free)) != 0) {
            free++;
        }
        broken("map", "cells of stripe 2", shape.ownerAt(free), ofInt(3));
        broken("map", "the keys' codec", MapLayout.KEY_CODEC_OFFSET + CodecNameLayout.HASH.offset(), (byte) 1);
    }

    @Test
    void queues() throws Exception {
        final int stride = QueueLayout.stride(48);
        final MemorySegment bytes = MemorySegment.ofArray(longs(bytes("queue")));
        final long head = QueueLayout.HEAD.get(bytes, 0);
        final int index = QueueWord.index(head);
        final long slot = QueueLayout.slot(index, stride);
        final String place = "place " + index;
        final int claimant = OwnerWord.owner(9, 7);
        assertEquals(QueueWord.full(head), QueueLayout.STATE.get(bytes, slot));
        assertEquals(QueueLayout.IN_FILE, QueueLayout.LENGTH.get(bytes, slot));
        final QueueSlots slots = new QueueSlots(bytes, AllKinds.QUEUE_CAPACITY, stride);
        final long lap = 1L << 32;
        broken("queue", place, slot, ofLong(7L << 30));
        broken("queue", place, slot, ofLong(QueueWord.full(head) | 5));
        broken("queue", place, slots.put(index), ofLong(QueueWord.reading(head + lap, claimant)));
        broken("queue", place, slots.put(index), ofLong(QueueWord.writing(head + lap, 0)));
        broken("queue", place, slots.take(index), ofLong(QueueWord.writing(head, claimant)));
        broken("queue", place, slots.take(index), ofLong(QueueWord.free(head) | 5));
        broken("queue", place + ", being taken,", slots.take(index), ofLong(QueueWord.reading(head, claimant)));
        broken("queue", place + ", being put,", slots.put(index), ofLong(QueueWord.writing(head, claimant)));
        broken("queue", place + " lap", slot, ofLong(QueueWord.full(head + 5 * lap)));
        broken("queue", place + " lap", slot, ofLong(QueueWord.free(head + lap)));
        broken("queue", place + " lap", slots.put(index), ofLong(QueueWord.free(head)));
        broken("queue", place + " lap", slots.put(index), ofLong(QueueWord.free(head + 2 * lap)));
        broken("queue", place + " lap", slots.take(index), ofLong(QueueWord.free(head + 2 * lap)));
        broken("queue", place + " length", slot + QueueLayout.LENGTH.offset(), ofInt(49));
        broken("queue", place + " file", slot + QueueLayout.FILE_NUMBER.offset(), ofLong(0));
        broken("queue", place + " file", slot + QueueLayout.FILE_BYTES.offset(), ofLong(0));
        broken("queue", "files", QueueLayout.FILES.offset(), ofInt(0));
        broken("queue", "head", QueueLayout.HEAD.offset(), ofLong(AllKinds.QUEUE_CAPACITY));
        broken("queue", "tail", QueueLayout.TAIL.offset(), ofLong(-1));
        broken("queue", "head and tail", QueueLayout.HEAD.offset(), ofLong(head + (1L << 32)));
        broken("queue", place + " returned", QueueLayout.HEAD.offset(), ofLong(QueueLayout.TAIL.get(bytes, 0)));
        broken("queue", "shut down", QueueLayout.SHUT_DOWN.offset(), ofInt(3));
        broken("queue", "codec", QueueLayout.CODEC_NAME_OFFSET, (byte) '?');
        broken("queue", "taken 0", QueueLayout.TAKEN.offset(), ofInt(-1));
        broken(
                "queue",
                "elements taken and not done of slot 7",
                QueueLayout.TAKEN.offset() + PerSlot.intAt(7),
                ofInt(1));
    }

    @Test
    void allRecordsOfATopicsLapAreLookedAtWhereverItEnds() throws Exception {
        final int capacity = AllKinds.CHANNEL_BYTES;
        final long latestAt = TopicLayout.RECORDS_OFFSET + (long) TopicLayout.latest(capacity);
        boolean ended = false;
        for (int length = 1; length < 100; length++) {
            kinds.topic().publish("x".repeat(length));
            healthy();
            final MemorySegment bytes = MemorySegment.ofArray(longs(bytes("topic")));
            final long latest = new LongField(0).get(bytes, latestAt);
            ended |= new LongField(0).get(bytes, TopicLayout.RECORDS_OFFSET + (long) TopicLayout.tail(capacity))
                            % capacity
                    == 0;
            final long lap = latest & -capacity;
            if (lap < latest) {
                broken("topic", "type at " + lap, TopicLayout.RECORDS_OFFSET + TopicLayout.TYPE_OFFSET, ofInt(-1));
            }
        }
        assertTrue(ended, "one lap has ended at the ring's end");
    }
}
