package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.SegmentView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What changes in an object that processes pass things through, or wait at: for those who look again and
/// again.
///
/// Reading changes nothing and waits for nobody: values are what they were at some instant.
///
/// @param name the object's name
/// @param incarnation tells it from others of the same name
/// @param kind whether things flow through it, or it is held
/// @param type its type in words
/// @param level how much is in it: elements of a queue, bytes of a channel; how many hold it, or have arrived
/// @param limit how much there can be; 0 if there is no limit, or it is not known
/// @param in counts what came in: elements, bytes, values, versions
/// @param out counts what went out; -1 if it does not say
/// @param owner the word of its owner, see [OwnerWord]; 0 for nobody
/// @param waiting who waits, in words; empty for nobody
public record ObjectGauge(
        String name,
        long incarnation,
        Kind kind,
        String type,
        long level,
        long limit,
        long in,
        long out,
        int owner,
        String waiting) {
    /// What an object is for.
    public enum Kind {
        /// Things flow through it.
        FLOW,
        /// Threads hold it, and wait for it.
        HELD
    }

    /// The objects of a segment that have something to tell.
    ///
    /// @param segment what is looked at
    /// @return a snapshot, in the catalog's order
    public static List<ObjectGauge> of(SegmentView segment) {
        final List<ObjectGauge> gauges = new ArrayList<>();
        for (CatalogEntry entry : segment.entries()) {
            try {
                ObjectType.of(entry.type())
                        .flatMap(type -> read(type, entry, segment.bytes(entry)))
                        .ifPresent(gauges::add);
            } catch (IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException _) {
                // Damaged: there is nothing to show. The doctor tells of it.
            }
        }
        return gauges;
    }

    private static Optional<ObjectGauge> read(ObjectType type, CatalogEntry entry, MemorySegment bytes) {
        return Optional.ofNullable(
                switch (type) {
                    case QUEUE -> queue(entry, bytes);
                    case CHANNEL -> channel(entry, bytes);
                    case TOPIC ->
                        flow(entry, 0, 0, TopicBuffer.newestNumber(bytes, Math.toIntExact(entry.param0())), -1);
                    case VALUE -> flow(entry, 0, 0, VersionsLayout.VERSION.getAcquire(bytes, 0), -1);
                    case LOCK -> word(entry, LockState.of(type, bytes).word());
                    case ONCE -> word(entry, OnceLayout.WORD.getAcquire(bytes, 0));
                    case FAIR_LOCK -> {
                        final LockState lock = LockState.of(type, bytes);
                        yield owned(entry, lock.word(), count(lock.waiting(), "process"));
                    }
                    case READ_WRITE_LOCK -> readWriteLock(entry, LockState.of(type, bytes));
                    case SEMAPHORE -> semaphore(entry, bytes);
                    case CONDITION -> held(entry, 0, 0, 0, count(ConditionQueue.waiters(bytes), "thread"));
                    case BARRIER -> {
                        final int arrived = BarrierState.arrived(bytes);
                        yield held(entry, arrived, entry.param1(), 0, count(arrived, "thread"));
                    }
                    default -> null;
                });
    }

    private static ObjectGauge flow(CatalogEntry entry, long level, long limit, long in, long out) {
        return new ObjectGauge(
                entry.name(),
                entry.incarnation(),
                Kind.FLOW,
                ObjectDescription.typeName(entry),
                level,
                limit,
                in,
                out,
                0,
                "");
    }

    private static ObjectGauge held(CatalogEntry entry, long level, long limit, int owner, String waiting) {
        return new ObjectGauge(
                entry.name(),
                entry.incarnation(),
                Kind.HELD,
                ObjectDescription.typeName(entry),
                level,
                limit,
                0,
                0,
                OwnerWord.ownerOf(owner),
                waiting);
    }

    private static String count(int count, String what) {
        return count == 0 ? "" : count + " " + what + (count == 1 ? "" : what.endsWith("s") ? "es" : "s");
    }

    private static ObjectGauge word(CatalogEntry entry, int word) {
        final boolean waits = OwnerWord.ownerOf(word) != 0 && (word & OwnerWord.CONTENDED) != 0;
        return owned(entry, word, waits ? "some" : "");
    }

    /// What one at a time has.
    private static ObjectGauge owned(CatalogEntry entry, int word, String waiting) {
        return held(entry, OwnerWord.ownerOf(word) == 0 ? 0 : 1, 1, word, waiting);
    }

    private static ObjectGauge queue(CatalogEntry entry, MemorySegment bytes) {
        final QueueState state = QueueState.of(bytes, entry);
        return flow(entry, state.depth(), state.capacity(), state.put(), state.taken());
    }

    private static ObjectGauge channel(CatalogEntry entry, MemorySegment bytes) {
        final long head = ChannelLayout.head(entry.param0()).getAcquire(bytes, 0);
        final long tail = ChannelLayout.tail(entry.param0()).getAcquire(bytes, 0);
        return flow(entry, Math.max(0, tail - head), entry.param0(), tail, head);
    }

    private static ObjectGauge readWriteLock(CatalogEntry entry, LockState lock) {
        final String toRead = count(lock.waitingToRead(), "reader");
        final String toWrite = count(lock.waiting(), "writer");
        return held(
                entry,
                lock.reading(),
                0,
                lock.word(),
                toRead + (toRead.isEmpty() || toWrite.isEmpty() ? "" : ", ") + toWrite);
    }

    private static ObjectGauge semaphore(CatalogEntry entry, MemorySegment bytes) {
        final int total = SemaphoreLayout.TOTAL.getAcquire(bytes, 0);
        final int held = total - SemaphoreLayout.AVAILABLE.getAcquire(bytes, 0);
        final boolean waits = held > 0 && SemaphoreLayout.GATE.getAcquire(bytes, 0) < 0;
        return held(entry, held, total, 0, waits ? "some" : "");
    }
}
