package dev.backplane.store;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of the header: the first page of every segment.
///
/// ```
///   0          8        12        16           24           32          40            48            56
///  +----------+--------+---------+------------+------------+-----------+-------------+-------------+
///  | magic    | version| order   | id high    | id low     | size      | created ms  | creator pid |
///  | i64      | i32    | i32     | i64        | i64        | i64       | i64         | i64         |
///  +----------+--------+---------+------------+------------+-----------+-------------+-------------+
///   64                   72       76           80           88      92          96
///  +--------------------+--------+------------+------------+-------+-----------+-------------------+
///  | participants at    | count  | slot bytes | catalog at | count | entry b.  | data at           |
///  | i64                | i32    | i32        | i64        | i32   | i32       | i64               |
///  +--------------------+--------+------------+------------+-------+-----------+-------------------+
///   104       108       112                                192           256           320
///  +---------+---------+- - - - - - - - - - - - - - - - - +- - - - - - -+- - - - - - -+- - - - - -+
///  | liveness| state   | zero                             | catalog word| sweep word  | incarnation|
///  | i32     | i32     |                                  | i32         | i32         | i64        |
///  +---------+---------+- - - - - - - - - - - - - - - - - +- - - - - - -+- - - - - - -+- - - - - -+
/// ```
///
/// Everything up to `state` is written once by the creator, before the file has its name; `state` is stored
/// last, with release, and a file whose state is not [#READY] is no segment. The two words are [OwnerWord]s;
/// `incarnation` counts created objects and is changed only under the catalog word.
///
/// | field          | read    | written      | by                              |
/// |----------------|---------|--------------|---------------------------------|
/// | magic … data at| plain   | plain        | the creator, before `state`     |
/// | state          | acquire | release      | the creator                     |
/// | words          | acquire | CAS          | anyone                          |
/// | incarnation    | plain   | plain        | the holder of the catalog word  |
public final class SegmentLayout {
    /// The layout version that this library writes and reads.
    public static final int VERSION = 1;

    /// The eight bytes `BACKPLNE`, read as a little-endian integer.
    public static final long MAGIC = 0x454E_4C50_4B43_4142L;

    /// What `order` holds when read in the byte order that wrote it.
    public static final int ORDER_MARK = 0x0102_0304;

    /// The state of a complete segment.
    public static final int READY = 1;

    /// Liveness by open-file-description locks on the slots' bytes.
    public static final int LIVENESS_FILE_LOCKS = 1;

    /// Liveness by process id and start time.
    public static final int LIVENESS_PROCESS_IDS = 2;

    /// The header's size, in bytes: a page.
    public static final int HEADER_BYTES = 4096;

    /// Little-endian integers, wherever in a segment they stand.
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            LONG.withName("magic"),
            INT.withName("version"),
            INT.withName("order"),
            LONG.withName("idHigh"),
            LONG.withName("idLow"),
            LONG.withName("sizeBytes"),
            LONG.withName("createdMillis"),
            LONG.withName("creatorPid"),
            paddingLayout(8),
            LONG.withName("participantsOffset"),
            INT.withName("participantCount"),
            INT.withName("participantBytes"),
            LONG.withName("catalogOffset"),
            INT.withName("entryCount"),
            INT.withName("entryBytes"),
            LONG.withName("dataOffset"),
            INT.withName("liveness"),
            INT.withName("state"),
            paddingLayout(80),
            INT.withName("catalogWord"),
            paddingLayout(60),
            INT.withName("sweepWord"),
            paddingLayout(60),
            LONG.withName("incarnation"),
            paddingLayout(HEADER_BYTES - 328));

    static final LongField MAGIC_FIELD = LongField.of(LAYOUT, "magic");
    static final IntField VERSION_FIELD = IntField.of(LAYOUT, "version");
    static final IntField ORDER_FIELD = IntField.of(LAYOUT, "order");
    static final LongField ID_HIGH = LongField.of(LAYOUT, "idHigh");
    static final LongField ID_LOW = LongField.of(LAYOUT, "idLow");
    static final LongField SIZE_BYTES = LongField.of(LAYOUT, "sizeBytes");
    static final LongField CREATED_MILLIS = LongField.of(LAYOUT, "createdMillis");
    static final LongField CREATOR_PID = LongField.of(LAYOUT, "creatorPid");
    static final LongField PARTICIPANTS_OFFSET = LongField.of(LAYOUT, "participantsOffset");
    static final IntField PARTICIPANT_COUNT = IntField.of(LAYOUT, "participantCount");
    static final IntField PARTICIPANT_BYTES = IntField.of(LAYOUT, "participantBytes");
    static final LongField CATALOG_OFFSET = LongField.of(LAYOUT, "catalogOffset");
    static final IntField ENTRY_COUNT = IntField.of(LAYOUT, "entryCount");
    static final IntField ENTRY_BYTES = IntField.of(LAYOUT, "entryBytes");
    static final LongField DATA_OFFSET = LongField.of(LAYOUT, "dataOffset");
    static final IntField LIVENESS = IntField.of(LAYOUT, "liveness");
    static final IntField STATE = IntField.of(LAYOUT, "state");
    static final LongField INCARNATION = LongField.of(LAYOUT, "incarnation");

    /// Where the word of the catalog's mutex stands.
    static final long CATALOG_WORD_OFFSET = LAYOUT.byteOffset(groupElement("catalogWord"));

    /// Where the word of the sweep's mutex stands.
    static final long SWEEP_WORD_OFFSET = LAYOUT.byteOffset(groupElement("sweepWord"));

    private SegmentLayout() {}

    /// Sizes and places that a header states, checked.
    ///
    /// @param sizeBytes of the whole file
    /// @param participantsOffset of the first slot
    /// @param participantCount slots
    /// @param catalogOffset of the first entry
    /// @param entryCount entries
    /// @param dataOffset of the first byte that objects may use
    record Geometry(
            long sizeBytes,
            long participantsOffset,
            int participantCount,
            long catalogOffset,
            int entryCount,
            long dataOffset) {
        static final int MOST_PARTICIPANTS = 256;
        static final int MOST_ENTRIES = 1 << 16;

        static Geometry of(long sizeBytes, int participantCount, int entryCount) {
            final long catalogOffset =
                    align(HEADER_BYTES + (long) participantCount * ParticipantLayout.BYTES, HEADER_BYTES);
            final long dataOffset = align(catalogOffset + (long) entryCount * CatalogLayout.BYTES, HEADER_BYTES);
            return new Geometry(sizeBytes, HEADER_BYTES, participantCount, catalogOffset, entryCount, dataOffset);
        }

        static long align(long value, long alignment) {
            return Math.ceilDiv(value, alignment) * alignment;
        }

        /// Field by field: a record's own comparison is slow the first time, which is when a child JVM starts.
        boolean sameSections(Geometry other) {
            return participantsOffset == other.participantsOffset
                    && catalogOffset == other.catalogOffset
                    && dataOffset == other.dataOffset;
        }

        void writeTo(MemorySegment header) {
            SIZE_BYTES.set(header, 0L, sizeBytes);
            PARTICIPANTS_OFFSET.set(header, 0L, participantsOffset);
            PARTICIPANT_COUNT.set(header, 0L, participantCount);
            PARTICIPANT_BYTES.set(header, 0L, ParticipantLayout.BYTES);
            CATALOG_OFFSET.set(header, 0L, catalogOffset);
            ENTRY_COUNT.set(header, 0L, entryCount);
            ENTRY_BYTES.set(header, 0L, CatalogLayout.BYTES);
            DATA_OFFSET.set(header, 0L, dataOffset);
        }
    }

    /// Checks a header that was read from a file before anything else in the file is believed.
    ///
    /// @param header at least [#HEADER_BYTES] bytes
    /// @param fileBytes the size of the file
    /// @param where what to call the file in messages
    static Geometry check(MemorySegment header, long fileBytes, String where) {
        final long magic = MAGIC_FIELD.get(header, 0L);
        if (magic != MAGIC) {
            if (Long.reverseBytes(magic) == MAGIC) {
                throw refuse(where, "was written by a machine of the other byte order");
            }
            throw refuse(where, "is not a segment: its first 8 bytes are 0x%016x, expected 0x%016x", magic, MAGIC);
        }
        final int order = ORDER_FIELD.get(header, 0L);
        if (order != ORDER_MARK) {
            throw refuse(where, "has byte order mark 0x%08x, expected 0x%08x: another byte order", order, ORDER_MARK);
        }
        final int version = VERSION_FIELD.get(header, 0L);
        if (version != VERSION) {
            throw refuse(
                    where,
                    "has layout version %d, this library reads %d: use the library that wrote it, or recreate it",
                    version,
                    VERSION);
        }
        final int state = STATE.getAcquire(header, 0L);
        if (state != READY) {
            throw refuse(where, "is incomplete (state %d): its creator did not finish; delete it", state);
        }
        return checkGeometry(header, fileBytes, where);
    }

    private static Geometry checkGeometry(MemorySegment header, long fileBytes, String where) {
        final long size = SIZE_BYTES.get(header, 0L);
        if (size > fileBytes) {
            throw refuse(where, "is truncated: %d bytes, its header says %d", fileBytes, size);
        }
        final int participants = PARTICIPANT_COUNT.get(header, 0L);
        final int entries = ENTRY_COUNT.get(header, 0L);
        if (participants < 1
                || participants > Geometry.MOST_PARTICIPANTS
                || entries < 1
                || entries > Geometry.MOST_ENTRIES) {
            throw refuse(where, "is damaged: it claims %d participants and %d entries", participants, entries);
        }
        final Geometry expected = Geometry.of(size, participants, entries);
        final Geometry found = new Geometry(
                size,
                PARTICIPANTS_OFFSET.get(header, 0L),
                participants,
                CATALOG_OFFSET.get(header, 0L),
                entries,
                DATA_OFFSET.get(header, 0L));
        final boolean sizesFit = PARTICIPANT_BYTES.get(header, 0L) == ParticipantLayout.BYTES
                && ENTRY_BYTES.get(header, 0L) == CatalogLayout.BYTES;
        if (!found.sameSections(expected) || !sizesFit || size < expected.dataOffset()) {
            throw refuse(where, "is damaged: its sections are %s, expected %s", found, expected);
        }
        return found;
    }

    private static SegmentFormatException refuse(String where, String format, Object... values) {
        return new SegmentFormatException(where + " " + String.format(format, values));
    }
}
