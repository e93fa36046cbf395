package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one fair [dev.backplane.SharedLock].
///
/// ```
///   0           4                                                            128
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | word  i32 | zero                                                          |
///  +-----------+- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///   128           132       136               144              152          256
///  +-------------+---------+-----------------+----------------+- - - - - - - -+
///  | section i32 | zero    | nextTicket  i64 | granted    i64 | zero          |
///  +-------------+---------+-----------------+----------------+- - - - - - - -+
///   256                2304              3328              4352
///  +------------------+-----------------+-----------------+
///  | firstTickets     | owners          | gates           |
///  +------------------+-----------------+-----------------+
///   an i64, an i32 and an i32 for each participant's slot
/// ```
///
/// The word, at the same place as in a [LockLayout], is a [dev.backplane.store.OwnerWord].
///
/// | field        | read    | written | by                                                                   |
/// |--------------|---------|---------|----------------------------------------------------------------------|
/// | word         | acquire | CAS     | who acquires; the owner, who gives it to the next                    |
/// | section      |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes what follows         |
/// | nextTicket   | plain   | release | the section's holder: what the next in line gets, less 1             |
/// | granted      | plain   | release | the section's holder: the ticket that the word was last given to     |
/// | firstTickets | plain   | release | the section's holder: the lowest ticket that waits in a slot; 0: none |
/// | owners       | plain   | release | the section's holder: whose the slot's tickets are                   |
/// | gates        |         | CAS     | [dev.backplane.store.WaitWord]s that count what a slot was given     |
final class FairLockLayout {
    static final int BYTES = 4352;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("word"),
            paddingLayout(124),
            INT.withName("section"),
            paddingLayout(4),
            LONG.withName("nextTicket"),
            LONG.withName("granted"),
            paddingLayout(104),
            PerSlot.LONGS.withName("firstTickets"),
            PerSlot.INTS.withName("owners"),
            PerSlot.INTS.withName("gates"));

    static final IntField WORD = IntField.of(LAYOUT, "word");
    static final IntField SECTION = IntField.of(LAYOUT, "section");
    static final LongField NEXT_TICKET = LongField.of(LAYOUT, "nextTicket");
    static final LongField GRANTED = LongField.of(LAYOUT, "granted");
    static final LongField FIRST_TICKETS = LongField.of(LAYOUT, "firstTickets");
    static final IntField OWNERS = IntField.of(LAYOUT, "owners");
    static final IntField GATES = IntField.of(LAYOUT, "gates");

    private FairLockLayout() {}
}
