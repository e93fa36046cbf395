package dev.backplane.cli.wordcount;

import java.util.Arrays;

/// Words and how often each occurred: an open-addressing table with linear probing, nothing allocated per word.
///
/// A slot is four longs of one array, empty while its tag is zero:
///
/// ```
///                  first                  second                 tag                            count
///   <= 16 bytes    bytes 0-7              bytes 8-15             length                         occurrences
///   longer         bytes 0-7              arena position         length | hash & HASH_BITS      occurrences
/// ```
///
/// Bytes are packed as in a [WordBuffer], so a word of up to 16 bytes, which is nearly every word of a European
/// language, is found by comparing three longs of one slot. Longer words lie whole in an arena of fixed pages,
/// where they never move. The hash multiplies 64 by 64 bits and folds the product, as wyhash does; its keys
/// differ from table to table, so that no text can be written to collide in it, and so that pouring one table
/// into another, smaller one does not fill the latter in the order of its own hash.
///
/// Words are 1 to [WordBuffer#LIMIT_BYTES] bytes. At most 2/3 of the slots are in use. Not for several threads.
final class WordTable {
    private static final int SLOT_LONGS = 4;
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int TAG = 2;
    private static final int COUNT = 3;

    private static final int INLINE_BYTES = 2 * Long.BYTES;
    private static final long HASH_BITS = 0xFFFFFFFF00000000L;
    private static final int SMALLEST_CAPACITY = 1 << 10;
    private static final int LARGEST_CAPACITY = 1 << 28;

    private static final int PAGE_BITS = 14;
    private static final int PAGE_PIECES = 1 << PAGE_BITS;
    private static final int FIRST_PAGES = 4;

    private final long firstKey;
    private final long secondKey;
    private long[] slots = new long[SMALLEST_CAPACITY * SLOT_LONGS];
    private int mask = SMALLEST_CAPACITY - 1;
    private int size;
    private int growAtSize = SMALLEST_CAPACITY / 3 * 2;

    private long[][] pages = new long[FIRST_PAGES][];
    private int pageCount;
    private int pageUsed = PAGE_PIECES;

    /// An empty table.
    ///
    /// @param seed determines the hash, should be unpredictable
    WordTable(long seed) {
        firstKey = seed ^ 0xA0761D6478BD642FL;
        secondKey = seed * 2 + 1 ^ 0xE7037ED1A0B428DAL;
    }

    /// Different words.
    int size() {
        return size;
    }

    /// Heap bytes of slots and arena.
    long heapBytes() {
        return (long) slots.length * Long.BYTES + (long) pageCount * PAGE_PIECES * Long.BYTES;
    }

    /// One past the largest slot number: [#length] of an empty slot is 0.
    int slotCount() {
        return mask + 1;
    }

    /// Counts a word of at most 16 bytes.
    ///
    /// @throws ArithmeticException if its count would not fit in 63 bits
    void add(long first, long second, int length, long occurrences) {
        final long[] table = slots;
        int slot = (int) (hash(first, second) >>> 32) & mask;
        while (true) {
            final int at = slot * SLOT_LONGS;
            final long tag = table[at + TAG];
            if (tag == length && table[at + FIRST] == first && table[at + SECOND] == second) {
                table[at + COUNT] = Math.addExact(table[at + COUNT], occurrences);
                return;
            }
            if (tag == 0) {
                insert(slot, first, second, length, occurrences);
                return;
            }
            slot = slot + 1 & mask;
        }
    }

    /// Counts a word of any length up to [WordBuffer#LIMIT_BYTES].
    ///
    /// @throws ArithmeticException if its count would not fit in 63 bits
    void add(long[] pieces, int length, long occurrences) {
        if (length <= INLINE_BYTES) {
            add(pieces[0], length > Long.BYTES ? pieces[1] : 0, length, occurrences);
            return;
        }
        final int pieceCount = WordBuffer.pieceCount(length);
        final long hash = hash(pieces, pieceCount);
        final long tag = length | hash & HASH_BITS;
        int slot = (int) (hash >>> 32) & mask;
        while (slots[slot * SLOT_LONGS + TAG] != 0) {
            if (holds(slot, tag, pieces, pieceCount)) {
                final int at = slot * SLOT_LONGS + COUNT;
                slots[at] = Math.addExact(slots[at], occurrences);
                return;
            }
            slot = slot + 1 & mask;
        }
        insert(slot, pieces[0], store(pieces, pieceCount), tag, occurrences);
    }

    private boolean holds(int slot, long tag, long[] pieces, int pieceCount) {
        final int at = slot * SLOT_LONGS;
        if (slots[at + TAG] != tag || slots[at + FIRST] != pieces[0]) {
            return false;
        }
        final long position = slots[at + SECOND];
        final int offset = offset(position);
        return Arrays.equals(page(position), offset, offset + pieceCount, pieces, 0, pieceCount);
    }

    /// Bytes of the word in a slot, 0 if the slot is empty.
    int length(int slot) {
        return (int) slots[slot * SLOT_LONGS + TAG];
    }

    /// Occurrences of the word in a slot.
    long count(int slot) {
        return slots[slot * SLOT_LONGS + COUNT];
    }

    /// A piece of the word in a slot.
    ///
    /// @param index 0 to `WordBuffer.pieceCount(length(slot)) - 1`
    long piece(int slot, int index) {
        final int at = slot * SLOT_LONGS;
        if (index == 0) {
            return slots[at + FIRST];
        }
        final long second = slots[at + SECOND];
        return length(slot) <= INLINE_BYTES ? second : page(second)[offset(second) + index];
    }

    /// Compares the words in two slots by their bytes, which is the order of their code points.
    int compare(int slot, int other) {
        final int pieceCount = Math.min(WordBuffer.pieceCount(length(slot)), WordBuffer.pieceCount(length(other)));
        for (int i = 0; i < pieceCount; i++) {
            final long piece = piece(slot, i);
            final long otherPiece = piece(other, i);
            if (piece != otherPiece) {
                return Long.compareUnsigned(Long.reverseBytes(piece), Long.reverseBytes(otherPiece));
            }
        }
        return Integer.compare(length(slot), length(other));
    }

    /// Adds every word of another table.
    ///
    /// @throws ArithmeticException if a count would not fit in 63 bits
    void addAll(WordTable other) {
        long[] pieces = new long[INLINE_BYTES];
        for (int slot = 0; slot < other.slotCount(); slot++) {
            final int length = other.length(slot);
            if (length == 0) {
                continue;
            }
            final int pieceCount = WordBuffer.pieceCount(length);
            if (pieceCount > pieces.length) {
                pieces = new long[pieceCount];
            }
            for (int i = 0; i < pieceCount; i++) {
                pieces[i] = other.piece(slot, i);
            }
            add(pieces, length, other.count(slot));
        }
    }

    private void insert(int slot, long first, long second, long tag, long occurrences) {
        put(slots, slot * SLOT_LONGS, first, second, tag, occurrences);
        size++;
        if (size >= growAtSize) {
            grow();
        }
    }

    private void grow() {
        final int capacity = (mask + 1) * 2;
        if (capacity > LARGEST_CAPACITY) {
            throw new IllegalStateException("more than " + size + " different words, the limit of one table");
        }
        final long[] old = slots;
        slots = new long[capacity * SLOT_LONGS];
        mask = capacity - 1;
        growAtSize = capacity / 3 * 2;
        for (int at = 0; at < old.length; at += SLOT_LONGS) {
            if (old[at + TAG] != 0) {
                put(slots, freeSlot(hashOfSlot(old, at)), old[at], old[at + SECOND], old[at + TAG], old[at + COUNT]);
            }
        }
    }

    private long hashOfSlot(long[] table, int at) {
        final long tag = table[at + TAG];
        return tag <= INLINE_BYTES && tag > 0 ? hash(table[at + FIRST], table[at + SECOND]) : tag;
    }

    private int freeSlot(long hash) {
        int slot = (int) (hash >>> 32) & mask;
        while (slots[slot * SLOT_LONGS + TAG] != 0) {
            slot = slot + 1 & mask;
        }
        return slot * SLOT_LONGS;
    }

    private static void put(long[] table, int at, long first, long second, long tag, long count) {
        table[at + FIRST] = first;
        table[at + SECOND] = second;
        table[at + TAG] = tag;
        table[at + COUNT] = count;
    }

    private long store(long[] pieces, int pieceCount) {
        if (pageUsed + pieceCount > PAGE_PIECES) {
            if (pageCount == pages.length) {
                pages = Arrays.copyOf(pages, pageCount * 2);
            }
            pages[pageCount++] = new long[PAGE_PIECES];
            pageUsed = 0;
        }
        final long position = (long) (pageCount - 1) << PAGE_BITS | pageUsed;
        System.arraycopy(pieces, 0, pages[pageCount - 1], pageUsed, pieceCount);
        pageUsed += pieceCount;
        return position;
    }

    private long[] page(long position) {
        return pages[(int) (position >>> PAGE_BITS)];
    }

    private static int offset(long position) {
        return (int) position & PAGE_PIECES - 1;
    }

    private long hash(long[] pieces, int pieceCount) {
        long hash = hash(pieces[0], pieces[1]);
        for (int i = 2; i < pieceCount; i++) {
            hash = fold(hash ^ pieces[i], secondKey);
        }
        return hash;
    }

    private long hash(long first, long second) {
        return fold(first ^ firstKey, second ^ secondKey);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
