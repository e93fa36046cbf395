package dev.backplane.store;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// Layout of one slot of the participants table.
///
/// ```
///   0                8                16               24               28        32                    128
///  +----------------+----------------+----------------+----------------+---------+---------------------+
///  | claim      i64 | start ms   i64 | attached ms i64| label bytes i32| zero    | label  UTF-8        |
///  +----------------+----------------+----------------+----------------+---------+---------------------+
///
///   claim   63                              32 31                              0
///          +----------------------------------+---------------------------------+
///          | process id, 0 when free          | generation                      |
///          +----------------------------------+---------------------------------+
/// ```
///
/// The claim is one word, so that who has a slot and in which generation can never be read half changed. On
/// Linux the claim is only what the kernel's lock on the slot's byte confirms: a slot with a claim and no lock
/// belongs to a dead participant, a slot with a lock and no claim to one that is just arriving.
///
/// | field                     | read    | written | by                                                       |
/// |---------------------------|---------|---------|----------------------------------------------------------|
/// | claim                     | acquire | CAS     | the arriving participant; the sweeper of a dead one      |
/// | start, attached, label    | plain   | plain   | the participant, after its claim: for people and checks  |
final class ParticipantLayout {
    static final int BYTES = 128;
    static final int LABEL_BYTES = 96;
    static final int LABEL_OFFSET = 32;

    /// How many generations an [OwnerWord] can tell apart.
    static final int GENERATIONS = 1 << 20;

    static final StructLayout LAYOUT = structLayout(
            SegmentLayout.LONG.withName("claim"),
            SegmentLayout.LONG.withName("startMillis"),
            SegmentLayout.LONG.withName("attachedMillis"),
            SegmentLayout.INT.withName("labelBytes"),
            paddingLayout(4),
            sequenceLayout(LABEL_BYTES, ValueLayout.JAVA_BYTE).withName("label"));

    static final LongField CLAIM = LongField.of(LAYOUT, "claim");
    static final LongField START_MILLIS = LongField.of(LAYOUT, "startMillis");
    static final LongField ATTACHED_MILLIS = LongField.of(LAYOUT, "attachedMillis");
    static final IntField LABEL_LENGTH = IntField.of(LAYOUT, "labelBytes");

    private ParticipantLayout() {}

    static long claim(long pid, int generation) {
        return pid << 32 | generation;
    }

    static long pid(long claim) {
        return claim >>> 32;
    }

    static int generation(long claim) {
        return (int) claim & (GENERATIONS - 1);
    }
}
