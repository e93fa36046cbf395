package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.IntField;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Participants.Participant;
import dev.backplane.store.SegmentView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Who has a lock and who wants it, read from its bytes: of a lock, a fair lock or a read-write lock.
///
/// Reading changes nothing and waits for nobody: values are what they were at some instant.
///
/// @param type the kind of lock
/// @param ownerPid the process that owns it, or writes; 0 if nobody does, or who does is gone
/// @param ownerAlive whether that process lives
/// @param abandoned whether an owner died while it had the lock, and nobody has made good what it guards since
/// @param contended whether somebody may wait for it
/// @param waiters how many wait: processes for a fair lock, threads for a read-write lock, -1 for a lock that does
///     not count them
/// @param readers how many threads read
public record LockNumbers(
        ObjectType type,
        long ownerPid,
        boolean ownerAlive,
        boolean abandoned,
        boolean contended,
        int waiters,
        int readers) {
    private static final IntField WORD = new IntField(LockLayout.WORD_OFFSET);

    /// Whether an object is a lock of a kind that has numbers.
    ///
    /// @param type of the object
    /// @return true for three types
    public static boolean areOf(ObjectType type) {
        return type == ObjectType.LOCK || type == ObjectType.FAIR_LOCK || type == ObjectType.READ_WRITE_LOCK;
    }

    /// Reads the numbers of a lock.
    ///
    /// @param segment what is looked at
    /// @param entry of the lock in it
    /// @return its numbers, nothing if it is no lock
    public static Optional<LockNumbers> of(SegmentView segment, CatalogEntry entry) {
        final MemorySegment bytes = segment.bytes(entry);
        return ObjectType.of(entry.type()).filter(LockNumbers::areOf).map(type -> switch (type) {
            case FAIR_LOCK ->
                of(segment, type, FairLockLayout.WORD.getAcquire(bytes, 0), FairWord.waitingProcesses(bytes), 0);
            case READ_WRITE_LOCK ->
                of(
                        segment,
                        type,
                        ReadWriteLayout.WRITER.getAcquire(bytes, 0),
                        ReadWriteLayout.QUEUED.get(bytes, 0) + ReadWriteLayout.WAITING.get(bytes, 0),
                        ReadWriteLayout.READING.get(bytes, 0));
            default -> of(segment, type, WORD.getAcquire(bytes, 0), -1, 0);
        });
    }

    private static LockNumbers of(SegmentView segment, ObjectType type, int word, int waiters, int readers) {
        final int owner = OwnerWord.ownerOf(word);
        final Optional<Participant> participant = owner == 0
                ? Optional.empty()
                : segment.participants().stream()
                        .filter(one -> OwnerWord.owner(one.slot(), one.generation()) == owner)
                        .findFirst();
        return new LockNumbers(
                type,
                participant.map(Participant::pid).orElse(0L),
                participant.map(Participant::alive).orElse(false),
                (word & OwnerWord.OWNER_DIED) != 0,
                waiters > 0 || (word & OwnerWord.CONTENDED) != 0,
                waiters,
                readers);
    }

    /// The kind of lock in words.
    ///
    /// @return for example `fair lock`
    public String kind() {
        return type.words();
    }
}
