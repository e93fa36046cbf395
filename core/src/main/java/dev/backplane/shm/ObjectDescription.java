package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One object of a segment in words, for people who look at a live or a dead segment.
///
/// Reading changes nothing and waits for nobody: values are what they were at some instant.
///
/// @param name the object's name
/// @param type its type in words
/// @param lengthBytes its size
/// @param state its value, or who holds it; empty where there is nothing short to say
public record ObjectDescription(String name, String type, long lengthBytes, String state) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Describes every object of a segment.
    ///
    /// @param segment what is looked at
    /// @return a snapshot, in the catalog's order
    public static List<ObjectDescription> of(SegmentView segment) {
        return segment.entries().stream().map(entry -> describe(segment, entry)).toList();
    }

    /// What an object holds, for programs: by name, numbers, texts, truth values, lists of such and further
    /// such maps.
    ///
    /// @param segment what is looked at
    /// @param entry of its catalog
    /// @return of a snapshot; of a type that this library does not know, nothing
    public static Map<String, @Nullable Object> values(SegmentView segment, CatalogEntry entry) {
        return ObjectType.of(entry.type())
                .map(type -> ObjectValues.of(segment, entry, type))
                .orElseGet(Map::of);
    }

    /// What a word says that has its owner in it, for programs: `owner`, which is null for nobody, `contended` and
    /// `abandoned`.
    ///
    /// @param segment what is looked at
    /// @param word see [OwnerWord]
    /// @return its owner as slot and generation, and as process id, label and whether it is alive, if there is such
    ///     a participant; and whether its flags are set
    public static Map<String, @Nullable Object> word(SegmentView segment, int word) {
        return ObjectValues.word(segment, word);
    }

    private static ObjectDescription describe(SegmentView segment, CatalogEntry entry) {
        final MemorySegment bytes = segment.bytes(entry);
        final String type = typeName(entry);
        final String state = ObjectType.of(entry.type())
                .map(known -> stateOrDamage(known, entry, bytes, segment))
                .orElse("");
        return new ObjectDescription(
                entry.name(), type, entry.length(), entry.removed() ? "removed, still in use; " + state : state);
    }

    /// What an object is, in words.
    ///
    /// @param entry of a catalog
    /// @return such as `queue[1024]`
    public static String typeName(CatalogEntry entry) {
        return ObjectType.of(entry.type())
                .map(known -> typeName(known, entry.param0()))
                .orElse("unknown type " + entry.type());
    }

    private static String typeName(ObjectType type, long length) {
        return switch (type) {
            case BYTE_ARRAY, INT_ARRAY, LONG_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY ->
                type.words().replace(" array", "") + "[" + length + "]";
            case CHANNEL, TOPIC, VALUE, MAP, LIST, QUEUE -> type.words() + "[" + length + "]";
            case LONG,
                    DOUBLE,
                    BOOLEAN,
                    LOCK,
                    FAIR_LOCK,
                    EVENT,
                    LATCH,
                    ONCE,
                    SEMAPHORE,
                    CONDITION,
                    BARRIER,
                    READ_WRITE_LOCK -> type.words();
        };
    }

    private static String stateOrDamage(ObjectType type, CatalogEntry entry, MemorySegment bytes, SegmentView segment) {
        try {
            return state(type, entry, bytes, segment);
        } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException _) {
            return "damaged: its parameter " + entry.param0() + " does not fit its " + bytes.byteSize() + " bytes";
        }
    }

    private static String state(ObjectType type, CatalogEntry entry, MemorySegment bytes, SegmentView segment) {
        return switch (type) {
            case LONG -> Long.toString(bytes.get(LONG, 0));
            case DOUBLE -> Double.toString(bytes.get(DOUBLE, 0));
            case BOOLEAN -> Boolean.toString(bytes.get(INT, 0) != 0);
            case BYTE_ARRAY, INT_ARRAY, LONG_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY -> "";
            case LOCK -> lockState(LockState.of(type, bytes).word(), segment);
            case FAIR_LOCK -> {
                final LockState lock = LockState.of(type, bytes);
                yield lockState(lock.word(), segment) + ", " + lock.waiting() + " processes in line";
            }
            case EVENT -> SegmentEvent.isSet(EventLayout.WORD.getAcquire(bytes, 0)) ? "set" : "not set";
            case LATCH -> "count " + (LatchLayout.WORD.getAcquire(bytes, 0) & Integer.MAX_VALUE);
            case SEMAPHORE ->
                SemaphoreLayout.AVAILABLE.get(bytes, 0) + " of " + SemaphoreLayout.TOTAL.get(bytes, 0)
                        + " permits available";
            case READ_WRITE_LOCK -> {
                final LockState lock = LockState.of(type, bytes);
                yield lock.reading() + " reading, writer: " + lockState(lock.word(), segment);
            }
            case CHANNEL ->
                (ChannelLayout.ENDED.getAcquire(bytes, 0) != 0 ? "shut down, " : "") + "receiver: "
                        + lockState(ChannelLayout.RECEIVER.getAcquire(bytes, 0), segment);
            case TOPIC -> TopicLayout.ENDED.getAcquire(bytes, 0) != 0 ? "shut down" : "";
            case VALUE -> "version " + VersionsLayout.VERSION.getAcquire(bytes, 0) + " of " + Versions.codecName(bytes);
            case BARRIER -> BarrierState.arrived(bytes) + " arrived";
            case CONDITION -> ConditionQueue.waiters(bytes) + " waiting";
            case MAP -> MapTable.size(bytes, entry.param0()) + " entries";
            case LIST -> ListLayout.sizeOf(ListLayout.STATE.getAcquire(bytes, 0)) + " elements";
            case QUEUE -> QueueState.of(bytes, entry).describe();
            case ONCE ->
                SegmentOnce.isDone(bytes)
                        ? "done"
                        : "not done, " + lockState(OnceLayout.WORD.getAcquire(bytes, 0), segment);
        };
    }

    private static String lockState(int word, SegmentView segment) {
        final int owner = OwnerWord.ownerOf(word);
        final String died = (word & OwnerWord.OWNER_DIED) != 0 ? ", abandoned by a dead owner" : "";
        final String contended = (word & OwnerWord.CONTENDED) != 0 ? ", others wait" : "";
        if (owner == 0) {
            return "free" + died + contended;
        }
        return segment.participant(owner)
                        .map(one -> "held by " + (one.alive() ? "pid " : "dead pid ") + one.pid() + " (" + one.label()
                                + ")")
                        .orElse("held by a participant that is gone, " + OwnerWord.describe(owner))
                + died
                + contended;
    }
}
