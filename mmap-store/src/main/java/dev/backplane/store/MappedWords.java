package dev.backplane.store;

import java.lang.foreign.MemorySegment;

/// [MappedAccess] of which each stays within the piece: an offset is checked against its length.
public final class MappedWords extends MappedAccess {
    private final long bytes;
    private final long ints;
    private final long longs;

    /// The words of a piece.
    ///
    /// @param memory the piece, as [MappedAccess] demands it
    /// @throws IllegalArgumentException if it is on the heap, or at an address that is no multiple of 8
    public MappedWords(MemorySegment memory) {
        super(memory);
        this.bytes = memory.byteSize();
        this.ints = Math.max(0, bytes - Integer.BYTES + 1);
        this.longs = Math.max(0, bytes - Long.BYTES + 1);
    }

    @Override
    protected long intWithin(long offset) {
        return within(offset, ints);
    }

    @Override
    protected long longWithin(long offset) {
        return within(offset, longs);
    }

    private long within(long offset, long end) {
        if (Long.compareUnsigned(offset, end) >= 0) {
            throw new IndexOutOfBoundsException("no word at offset " + offset + " of " + bytes + " bytes");
        }
        return offset;
    }
}
