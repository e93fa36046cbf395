package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedMap]: a header, then stripes, buckets, owners and cells, of which there are
/// as many as its [Shape] says.
///
/// ```
///   0            64                       576                      1088    1152
///  +------------+------------------------+------------------------+--------+
///  | cursor i32 | name of the key codec  | name of the value codec | zero  |
///  +------------+------------------------+------------------------+--------+
///
///   a stripe                                                              128
///  +-------------+------------+-------------+- - - - - - - - - - - - - - - +
///  | section i32 | spare  i32 | entries i32 | zero                         |
///  +-------------+------------+-------------+- - - - - - - - - - - - - - - +
///
///   buckets: a link each, i64              owners: an i32 for each cell
///
///   a cell                                           32
///  +----------+----------+---------+---------------+-------------+----------+
///  | next i64 | hash i64 | tag i32 | keyLength i32 | valueLength | zero i32 |
///  +----------+----------+---------+---------------+-------------+----------+
///  | key, zeros to a multiple of 8     | value, zeros to a multiple of 8     |
///  +-----------------------------------+------------------------------------+
///
///   a link      63                         32 31                          0
///              +-----------------------------+-----------------------------+
///              | tag of the cell             | cell + 1, 0 for no more     |
///              +-----------------------------+-----------------------------+
/// ```
///
/// | field    | read    | written | by                                                                       |
/// |----------|---------|---------|--------------------------------------------------------------------------|
/// | cursor   | plain   | plain   | anyone: a hint where a cell may be free                                  |
/// | section  |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes what belongs to a stripe |
/// | spare    | plain   | release | the section's holder: the cell that the next entry is written to         |
/// | entries  | acquire | release | the section's holder: how many are in the stripe, to save counting       |
/// | bucket   | acquire | release | the section's holder: the first cell of a chain                          |
/// | next     | acquire | release | the section's holder: the next cell of the chain                         |
/// | tag      | acquire | release | the section's holder, before it writes an entry to the cell              |
/// | the rest | plain   | plain   | the section's holder, while no link leads to the cell                    |
/// | owner    | plain   | CAS, release | stripe + 1 by CAS from 0 in the stripe's section, and 0 there       |
///
/// An entry becomes visible by the release store of the link to its cell, in a bucket or in another cell.
final class MapLayout {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout HEADER = structLayout(
            INT.withName("cursor"),
            paddingLayout(60),
            CodecNameLayout.LAYOUT.withName("keyCodec"),
            CodecNameLayout.LAYOUT.withName("valueCodec"),
            paddingLayout(64));

    static final StructLayout STRIPE =
            structLayout(INT.withName("section"), INT.withName("spare"), INT.withName("entries"), paddingLayout(116));

    static final StructLayout CELL = structLayout(
            LONG.withName("next"),
            LONG.withName("hash"),
            INT.withName("tag"),
            INT.withName("keyLength"),
            INT.withName("valueLength"),
            paddingLayout(4));

    static final IntField CURSOR = IntField.of(HEADER, "cursor");
    static final long KEY_CODEC_OFFSET = HEADER.byteOffset(PathElement.groupElement("keyCodec"));
    static final long VALUE_CODEC_OFFSET = HEADER.byteOffset(PathElement.groupElement("valueCodec"));

    static final IntField SECTION = IntField.of(STRIPE, "section");
    static final IntField SPARE = IntField.of(STRIPE, "spare");
    static final IntField ENTRIES = IntField.of(STRIPE, "entries");

    static final LongField NEXT = LongField.of(CELL, "next");
    static final LongField HASH = LongField.of(CELL, "hash");
    static final IntField TAG = IntField.of(CELL, "tag");
    static final IntField KEY_LENGTH = IntField.of(CELL, "keyLength");
    static final IntField VALUE_LENGTH = IntField.of(CELL, "valueLength");

    /// A link, wherever it stands: in a bucket, or a cell's next.
    static final LongField LINK = new LongField(0);

    /// The owner of a cell.
    static final IntField OWNER = new IntField(0);

    /// The link that leads nowhere.
    static final long END = 0;

    /// The least that an entry takes: what a claimed number of entries is checked against first.
    static final int LEAST_ENTRY_BYTES = (int) CELL.byteSize() + Long.BYTES + Integer.BYTES;

    private static final int CELL_BYTES = (int) CELL.byteSize();

    static final int MOST_ENTRIES = 1 << 28;
    static final int MOST_STRIPES = 64;

    private MapLayout() {}

    static long link(int tag, int cell) {
        return (long) tag << Integer.SIZE | cell + 1;
    }

    static int tagOf(long link) {
        return (int) (link >>> Integer.SIZE);
    }

    /// The cell that a link leads to; anything at all if the segment is damaged.
    static int cellOf(long link) {
        return (int) link - 1;
    }

    /// Where the parts of a map are that its three sizes decide.
    static final class Shape {
        private final int entries;
        private final int keyBytes;
        private final int valueBytes;
        private final int buckets;
        private final int stripes;
        private final int stripeShift;
        private final long bucketsAt;
        private final long ownersAt;
        private final long cellsAt;
        private final int valueOffset;
        private final int cellBytes;

        Shape(int entries, int keyBytes, int valueBytes) {
            this.entries = entries;
            this.keyBytes = keyBytes;
            this.valueBytes = valueBytes;
            this.buckets = Integer.highestOneBit(entries + entries / 2) << 1;
            this.stripes = Math.min(MOST_STRIPES, buckets);
            this.stripeShift = Integer.numberOfTrailingZeros(buckets / stripes);
            this.bucketsAt = HEADER.byteSize() + stripes * STRIPE.byteSize();
            this.ownersAt = bucketsAt + (long) buckets * Long.BYTES;
            this.cellsAt = roundUp(ownersAt + (long) cells() * Integer.BYTES, 64);
            this.valueOffset = Math.toIntExact(CELL_BYTES + roundUp(keyBytes, Long.BYTES));
            this.cellBytes = Math.toIntExact(valueOffset + roundUp(valueBytes, Long.BYTES));
        }

        private static long roundUp(long bytes, int unit) {
            return (bytes + unit - 1) & -unit;
        }

        int entries() {
            return entries;
        }

        int keyBytes() {
            return keyBytes;
        }

        int valueBytes() {
            return valueBytes;
        }

        /// Twice to four thirds of the entries, so that chains stay short.
        int buckets() {
            return buckets;
        }

        int stripes() {
            return stripes;
        }

        int cellBytes() {
            return cellBytes;
        }

        /// One for each entry, and for each stripe one to write the next entry to.
        int cells() {
            return entries + stripes;
        }

        long bytes() {
            return cellsAt + (long) cells() * cellBytes;
        }

        int bucketOf(long hash) {
            return (int) hash & buckets - 1;
        }

        int stripeOf(int bucket) {
            return bucket >>> stripeShift;
        }

        int firstBucketOf(int stripe) {
            return stripe << stripeShift;
        }

        long stripeAt(int stripe) {
            return HEADER.byteSize() + stripe * STRIPE.byteSize();
        }

        long bucketAt(int bucket) {
            return bucketsAt + (long) bucket * Long.BYTES;
        }

        long ownerAt(int cell) {
            return ownersAt + (long) cell * Integer.BYTES;
        }

        long cellAt(int cell) {
            return cellsAt + (long) cell * cellBytes;
        }

        /// Where the link to the next cell stands.
        long nextAt(int cell) {
            return cellAt(cell) + NEXT.offset();
        }

        /// Where a cell's key is, from where the cell begins.
        int keyOffset() {
            return CELL_BYTES;
        }

        /// Where a cell's value is, from where the cell begins.
        int valueOffset() {
            return valueOffset;
        }
    }
}
