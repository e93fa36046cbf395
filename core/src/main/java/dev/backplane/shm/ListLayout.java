package dev.backplane.shm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of one [dev.backplane.SharedList]: a header, then two orders of links, then slots, as many as its [Shape]
/// says.
///
/// ```
///   0             4      8            16               64                   576     640
///  +-------------+------+------------+- - - - - - - - +--------------------+-------+
///  | section i32 | zero | state i64  | zero           | name of the codec  | zero  |
///  +-------------+------+------------+- - - - - - - - +--------------------+-------+
///
///   each of two orders: a link for each slot, i64
///
///   a slot       4              8
///  +------------+--------------+---------------------------------------------------+
///  | tag    i32 | length i32   | element, zeros to a multiple of 8                 |
///  +------------+--------------+---------------------------------------------------+
///
///   the state   63                         32 31       30                         0
///              +-----------------------------+-------+-----------------------------+
///              | number of changes           | order | size                        |
///              +-----------------------------+-------+-----------------------------+
///
///   a link      63                         32 31                                  0
///              +-----------------------------+-------------------------------------+
///              | tag of the slot             | slot                                |
///              +-----------------------------+-------------------------------------+
/// ```
///
/// | field   | read    | written | by                                                                            |
/// |---------|---------|---------|-------------------------------------------------------------------------------|
/// | section |         | CAS     | an [dev.backplane.store.OwnerWord]: who changes the rest                      |
/// | state   | acquire | release | the section's holder                                                          |
/// | order   | acquire | release | the section's holder: the elements, then each of the other slots, once        |
/// | tag     | acquire | release | the section's holder, before it writes an element to the slot                 |
/// | length  | plain   | plain   | the section's holder, while no link in the list leads to the slot             |
/// | element | plain   | plain   | as length                                                                     |
///
/// What changes the size or the order becomes visible by the release store of the state, a new element in place of
/// another by that of its link.
final class ListLayout {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout HEADER = structLayout(
            INT.withName("section"),
            paddingLayout(4),
            LONG.withName("state"),
            paddingLayout(48),
            CodecNameLayout.LAYOUT.withName("codec"),
            paddingLayout(64));

    static final StructLayout SLOT = structLayout(INT.withName("tag"), INT.withName("length"));

    static final IntField SECTION = IntField.of(HEADER, "section");
    static final LongField STATE = LongField.of(HEADER, "state");
    static final long CODEC_OFFSET = HEADER.byteOffset(PathElement.groupElement("codec"));

    static final IntField TAG = IntField.of(SLOT, "tag");
    static final IntField LENGTH = IntField.of(SLOT, "length");

    /// A link, wherever it stands.
    static final LongField LINK = new LongField(0);

    /// The least that an element takes: what a claimed number of elements is checked against first.
    static final int LEAST_ELEMENT_BYTES = (int) SLOT.byteSize() + 2 * Long.BYTES;

    static final int MOST_ELEMENTS = 1 << 28;

    private static final long ORDER_BIT = 1L << 31;
    private static final long CHANGE = 1L << 32;

    private ListLayout() {}

    static int sizeOf(long state) {
        return (int) (state & ORDER_BIT - 1);
    }

    /// Which of the two orders holds.
    static int orderOf(long state) {
        return (state & ORDER_BIT) == 0 ? 0 : 1;
    }

    /// The state after one more change.
    static long next(long state, int order, int size) {
        return (state & -CHANGE) + CHANGE | (order == 0 ? 0 : ORDER_BIT) | size;
    }

    static long link(int tag, int slot) {
        return (long) tag << Integer.SIZE | slot;
    }

    static int tagOf(long link) {
        return (int) (link >>> Integer.SIZE);
    }

    static int slotOf(long link) {
        return (int) link;
    }

    /// Where the parts of a list are that its two sizes decide.
    ///
    /// @param elements how many there may be
    /// @param elementBytes how many bytes each may take
    record Shape(int elements, int elementBytes) {
        /// One more than there may be elements: there is always one to write the next to.
        int slots() {
            return elements + 1;
        }

        private long slotBytes() {
            return SLOT.byteSize() + (elementBytes + 7L & -8L);
        }

        long bytes() {
            return slotAt(slots());
        }

        /// Where a link stands.
        long linkAt(int order, int index) {
            return HEADER.byteSize() + ((long) order * slots() + index) * Long.BYTES;
        }

        long slotAt(int slot) {
            return linkAt(2, 0) + slot * slotBytes();
        }

        /// Where a slot's element is.
        long elementAt(int slot) {
            return slotAt(slot) + SLOT.byteSize();
        }
    }
}
