package dev.backplane.shm;

import java.util.Locale;
import java.util.Optional;

/// The types of objects that segments of this library hold: their codes in the catalog, which never change
/// meaning, and the versions of their layouts.
public enum ObjectType {
    /// A 64-bit integer.
    LONG(1, 8),
    /// A 64-bit floating-point number.
    DOUBLE(2, 8),
    /// A truth value: a 32-bit word, 0 or 1.
    BOOLEAN(3, 4),
    /// Bytes.
    BYTE_ARRAY(4, 1),
    /// 32-bit integers.
    INT_ARRAY(5, 4),
    /// 64-bit integers.
    LONG_ARRAY(6, 8),
    /// 32-bit floating-point numbers.
    FLOAT_ARRAY(7, 4),
    /// 64-bit floating-point numbers.
    DOUBLE_ARRAY(8, 8),
    /// A mutual-exclusion lock.
    LOCK(9, LockLayout.BYTES),
    /// A flag to wait for.
    EVENT(10, EventLayout.BYTES),
    /// A count to wait for.
    LATCH(11, LatchLayout.BYTES),
    /// An initialiser that runs once.
    ONCE(12, OnceLayout.BYTES),
    /// Permits.
    SEMAPHORE(13, SemaphoreLayout.BYTES),
    /// Where threads wait for what a lock guards to change.
    CONDITION(14, ConditionLayout.BYTES),
    /// A lock that many hold to read, or one to write.
    READ_WRITE_LOCK(15, ReadWriteLayout.BYTES),
    /// Where a number of threads wait for each other.
    BARRIER(16, BarrierLayout.BYTES),
    /// A mutual-exclusion lock that goes to who has waited longest.
    FAIR_LOCK(23, FairLockLayout.BYTES),
    /// Messages to one receiver; the elements are bytes of its ring.
    CHANNEL(18, 1),
    /// Values for all who subscribe; the elements are bytes of its buffer.
    TOPIC(19, 1),
    /// A value, or a record's fields, replaced as a whole; the elements are bytes of one copy.
    VALUE(20, 1),
    /// Entries of keys and values.
    MAP(21, MapLayout.LEAST_ENTRY_BYTES),
    /// Elements in an order.
    LIST(22, ListLayout.LEAST_ELEMENT_BYTES),
    /// Elements, first in, first out.
    QUEUE(17, QueueLayout.LEAST_STRIDE);

    private final int code;
    private final int unitBytes;

    ObjectType(int code, int unitBytes) {
        this.code = code;
        this.unitBytes = unitBytes;
    }

    /// The code in the catalog.
    ///
    /// @return a positive number
    public int code() {
        return code;
    }

    /// The type in words.
    ///
    /// @return for example `fair lock`
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("read write", "read-write");
    }

    /// The version of this type's layout.
    ///
    /// @return 2 for queues, of which each slot had one word for all claims at first, 1 for each other type
    public int layoutVersion() {
        return this == QUEUE ? 2 : 1;
    }

    /// The size of the object, or of one element of an array.
    ///
    /// @return bytes
    int unitBytes() {
        return unitBytes;
    }

    /// The type of a code.
    ///
    /// @param code from a catalog
    /// @return nothing if this library has no such type
    public static Optional<ObjectType> of(int code) {
        for (ObjectType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
