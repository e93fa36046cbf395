package dev.backplane.shm;

import java.lang.foreign.MemorySegment;

/// Who has a lock and who wants it, from its bytes alone: of a lock, a fair lock or a read-write lock.
///
/// @param word the [dev.backplane.store.OwnerWord] of who has it, or writes
/// @param reading how many threads read
/// @param waitingToRead how many threads wait to read
/// @param waiting how many others wait: processes for a fair lock, threads that want to write for a read-write
///     lock, [#NOT_COUNTED] for a plain one
record LockState(int word, int reading, int waitingToRead, int waiting) {
    /// Of a lock that does not know how many wait.
    static final int NOT_COUNTED = -1;

    /// Whether an object is such a lock.
    static boolean isOf(ObjectType type) {
        return type == ObjectType.LOCK || type == ObjectType.FAIR_LOCK || type == ObjectType.READ_WRITE_LOCK;
    }

    /// Reads the bytes of a lock.
    static LockState of(ObjectType type, MemorySegment bytes) {
        return switch (type) {
            case LOCK -> new LockState(LockLayout.WORD.getAcquire(bytes, 0), 0, 0, NOT_COUNTED);
            case FAIR_LOCK ->
                new LockState(FairLockLayout.WORD.getAcquire(bytes, 0), 0, 0, FairWord.waitingProcesses(bytes));
            case READ_WRITE_LOCK ->
                new LockState(
                        ReadWriteLayout.WRITER.getAcquire(bytes, 0),
                        ReadWriteLayout.READING.getAcquire(bytes, 0),
                        ReadWriteLayout.WAITING.getAcquire(bytes, 0),
                        ReadWriteLayout.QUEUED.getAcquire(bytes, 0));
            default -> throw new IllegalArgumentException("no lock: " + type.words());
        };
    }
}
