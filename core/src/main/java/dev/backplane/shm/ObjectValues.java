package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one object of a segment holds, for programs that look at it: by name, numbers, texts, truth values,
/// lists of such, and further such maps.
///
/// Reading changes nothing and waits for nobody: each value is what it was at some instant.
final class ObjectValues {
    private static final int FIRST_ELEMENTS = 16;
    private static final int FIRST_BYTES = 64;
    private static final LongField LONG = new LongField(0);

    private final SegmentView segment;
    private final CatalogEntry entry;
    private final MemorySegment bytes;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    private ObjectValues(SegmentView segment, CatalogEntry entry) {
        this.segment = segment;
        this.entry = entry;
        this.bytes = segment.bytes(entry);
    }

    /// The values of an object; `damaged` is one of them if there are fewer bytes than its type has.
    static Map<String, @Nullable Object> of(SegmentView segment, CatalogEntry entry, ObjectType type) {
        final ObjectValues object = new ObjectValues(segment, entry);
        try {
            object.read(type);
        } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException _) {
            object.values.put("damaged", true);
        }
        return object.values;
    }

    private void read(ObjectType type) {
        switch (type) {
            case LONG -> values.put("value", LONG.getAcquire(bytes, 0));
            case DOUBLE -> values.put("value", Double.longBitsToDouble(LONG.getAcquire(bytes, 0)));
            case BOOLEAN -> values.put("value", new IntField(0).getAcquire(bytes, 0) != 0);
            case BYTE_ARRAY, INT_ARRAY, LONG_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY -> array(type);
            case LOCK -> word(LockState.of(type, bytes).word());
            case FAIR_LOCK -> fairLock(LockState.of(type, bytes));
            case EVENT -> event();
            case LATCH -> latch();
            case ONCE -> once();
            case SEMAPHORE -> semaphore();
            case CONDITION -> condition();
            case READ_WRITE_LOCK -> readWriteLock(LockState.of(type, bytes));
            case BARRIER -> barrier();
            case CHANNEL -> channel();
            case TOPIC -> topic();
            case VALUE -> versions();
            case MAP -> map();
            case LIST -> list();
            case QUEUE -> queue();
        }
    }

    private void array(ObjectType type) {
        final List<Object> first = new ArrayList<>();
        final long count = Math.min(Math.min(entry.param0(), FIRST_ELEMENTS), bytes.byteSize() / type.unitBytes());
        for (long i = 0; i < count; i++) {
            first.add(element(type, i * type.unitBytes()));
        }
        values.put("elements", entry.param0());
        values.put("first", first);
    }

    private Object element(ObjectType type, long at) {
        return switch (type) {
            case BYTE_ARRAY -> (long) bytes.get(ValueLayout.JAVA_BYTE, at);
            case INT_ARRAY -> (long) new IntField(0).getAcquire(bytes, at);
            case LONG_ARRAY -> LONG.getAcquire(bytes, at);
            case FLOAT_ARRAY -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), at);
            default -> Double.longBitsToDouble(LONG.getAcquire(bytes, at));
        };
    }

    /// The values of a word with its owner in it.
    static Map<String, @Nullable Object> word(SegmentView segment, int word) {
        final Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("owner", owner(segment, word));
        values.put("contended", (word & OwnerWord.CONTENDED) != 0);
        values.put("abandoned", (word & OwnerWord.OWNER_DIED) != 0);
        return values;
    }

    private void word(int word) {
        values.putAll(word(segment, word));
    }

    private @Nullable Object owner(int word) {
        return owner(segment, word);
    }

    private static @Nullable Object owner(SegmentView segment, int word) {
        if (OwnerWord.ownerOf(word) == 0) {
            return null;
        }
        final Map<String, @Nullable Object> owner = new LinkedHashMap<>();
        owner.put("slot", OwnerWord.slotOf(word));
        owner.put("generation", OwnerWord.generationOf(word));
        segment.participant(word).ifPresent(one -> {
            owner.put("pid", one.pid());
            owner.put("label", one.label());
            owner.put("alive", one.alive());
        });
        return owner;
    }

    /// The slots that have something, each with what it has.
    private List<Object> perSlot(String what, IntField field) {
        final List<Object> slots = new ArrayList<>();
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int count = field.getAcquire(bytes, PerSlot.intAt(slot));
            if (count != 0) {
                final Map<String, Object> one = new LinkedHashMap<>();
                one.put("slot", slot);
                one.put(what, count);
                slots.add(one);
            }
        }
        return slots;
    }

    private void fairLock(LockState lock) {
        word(lock.word());
        values.put("processesInLine", lock.waiting());
        values.put("newestTicket", FairLockLayout.NEXT_TICKET.getAcquire(bytes, 0));
        values.put("grantedTicket", FairLockLayout.GRANTED.getAcquire(bytes, 0));
    }

    private void event() {
        final int word = EventLayout.WORD.getAcquire(bytes, 0);
        values.put("set", SegmentEvent.isSet(word));
        values.put("timesSet", (word & Integer.MAX_VALUE) >>> 1);
    }

    private void latch() {
        values.put("count", LatchLayout.WORD.getAcquire(bytes, 0) & Integer.MAX_VALUE);
        values.put("first", entry.param1());
    }

    private void once() {
        values.put("done", SegmentOnce.isDone(bytes));
        word(OnceLayout.WORD.getAcquire(bytes, 0));
    }

    private void semaphore() {
        values.put("permits", SemaphoreLayout.TOTAL.getAcquire(bytes, 0));
        values.put("available", SemaphoreLayout.AVAILABLE.getAcquire(bytes, 0));
        values.put("bounded", (entry.param1() & 1L << SegmentSemaphore.BOUNDED_BIT) != 0);
        values.put("anyProcessReleases", (entry.param1() & 1L << SegmentSemaphore.ANY_PROCESS_BIT) != 0);
        values.put("held", perSlot("permits", SemaphoreLayout.HELD));
    }

    private void condition() {
        values.put("waiting", ConditionQueue.waiters(bytes));
        values.put("waiters", perSlot("threads", ConditionLayout.WAITERS));
        values.put("signals", perSlot("signals", ConditionLayout.SIGNALS));
        values.put("lockIncarnation", entry.param1());
    }

    private void readWriteLock(LockState lock) {
        values.put("writer", owner(lock.word()));
        values.put("abandoned", (lock.word() & OwnerWord.OWNER_DIED) != 0);
        values.put("reading", lock.reading());
        values.put("waitingToRead", lock.waitingToRead());
        values.put("waitingToWrite", lock.waiting());
        values.put("readers", perSlot("threads", ReadWriteLayout.READERS));
    }

    private void barrier() {
        values.put("parties", entry.param1());
        values.put("arrived", BarrierState.arrived(bytes));
        values.put("generation", BarrierLayout.GENERATION.getAcquire(bytes, 0));
    }

    private void channel() {
        final long head = ChannelLayout.head(entry.param0()).getAcquire(bytes, 0);
        final long tail = ChannelLayout.tail(entry.param0()).getAcquire(bytes, 0);
        values.put("capacityBytes", entry.param0());
        values.put("usedBytes", Math.max(0, tail - head));
        values.put("sentBytes", tail);
        values.put("receivedBytes", head);
        values.put("receiver", owner(ChannelLayout.RECEIVER.getAcquire(bytes, 0)));
        values.put("sender", owner(ChannelLayout.SENDER.getAcquire(bytes, 0)));
        values.put("manySenders", entry.param1() != 0);
        values.put("shutDown", ChannelLayout.ENDED.getAcquire(bytes, 0) != 0);
    }

    private void topic() {
        final int capacity = Math.toIntExact(entry.param0());
        values.put("capacityBytes", capacity);
        values.put("published", TopicBuffer.newestNumber(bytes, capacity));
        values.put("shutDown", TopicLayout.ENDED.getAcquire(bytes, 0) != 0);
    }

    private void versions() {
        final long version = VersionsLayout.VERSION.getAcquire(bytes, 0);
        values.put("version", version);
        values.put("codec", Versions.codecName(bytes));
        values.put("struct", entry.param1() == Versions.STRUCT);
        values.put("mostBytes", entry.param0());
        if (version > 0) {
            final long copy = VersionsLayout.copy(version, VersionsLayout.stride(Math.toIntExact(entry.param0())));
            final int length = VersionsLayout.LENGTH.getAcquire(bytes, copy);
            values.put("bytes", length);
            values.put("firstBytes", hex(VersionsLayout.bytes(copy), Math.clamp(length, 0, FIRST_BYTES)));
        }
    }

    private String hex(long at, int length) {
        return HexFormat.of().formatHex(bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
    }

    private void map() {
        values.put("entries", MapTable.size(bytes, entry.param0()));
        values.put("capacity", entry.param0());
        values.put("keyCodec", CodecName.text(bytes, MapLayout.KEY_CODEC_OFFSET));
        values.put("valueCodec", CodecName.text(bytes, MapLayout.VALUE_CODEC_OFFSET));
    }

    private void list() {
        values.put("elements", ListLayout.sizeOf(ListLayout.STATE.getAcquire(bytes, 0)));
        values.put("capacity", entry.param0());
        values.put("codec", CodecName.text(bytes, ListLayout.CODEC_OFFSET));
    }

    private void queue() {
        final QueueState state = QueueState.of(bytes, entry);
        values.put("depth", state.depth());
        values.put("capacity", state.capacity());
        values.put("codec", QueueCodec.name(bytes));
        values.put("shutDown", state.shutDown());
        values.put("takenAndNotDone", perSlot("elements", QueueLayout.TAKEN));
    }
}
