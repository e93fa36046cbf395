package dev.backplane.store;

import static dev.backplane.store.CatalogLayout.ALLOCATING;
import static dev.backplane.store.CatalogLayout.FREE;
import static dev.backplane.store.CatalogLayout.READY;
import static dev.backplane.store.CatalogLayout.REMOVED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The catalog's entries as an array of checked records, without any rule about when they may change.
final class CatalogTable {
    private static final long ALIGNMENT = 64;
    /// Objects of a page or more begin on a page, so that removing them gives whole pages back.
    private static final long PAGE = 4096;

    private final MemorySegment memory;
    private final SegmentLayout.Geometry geometry;
    private final String where;

    CatalogTable(MemorySegment memory, SegmentLayout.Geometry geometry, String where) {
        this.memory = memory;
        this.geometry = geometry;
        this.where = where;
    }

    int size() {
        return geometry.entryCount();
    }

    int state(int index) {
        return CatalogLayout.STATE.getAcquire(memory, base(index));
    }

    void state(int index, int state) {
        CatalogLayout.STATE.setRelease(memory, base(index), state);
    }

    /// The entry of that name that is READY, or -1.
    int find(String name) {
        final byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int index = 0; index < size(); index++) {
            if (state(index) == READY && hasName(index, wanted)) {
                return index;
            }
        }
        return -1;
    }

    private boolean hasName(int index, byte[] wanted) {
        final long base = base(index);
        if (CatalogLayout.NAME_LENGTH.get(memory, base) != wanted.length) {
            return false;
        }
        final long name = base + CatalogLayout.NAME_OFFSET;
        return MemorySegment.mismatch(
                        memory, name, name + wanted.length, MemorySegment.ofArray(wanted), 0, wanted.length)
                < 0;
    }

    /// A FREE entry, or -1.
    int findFree() {
        for (int index = 0; index < size(); index++) {
            if (state(index) == FREE) {
                return index;
            }
        }
        return -1;
    }

    /// The entry, checked against the segment's bounds, or null if it holds no object. May be called without the
    /// mutex: what is read is the entry of one object.
    @Nullable
    CatalogEntry read(int index) {
        while (true) {
            final int state = state(index);
            if (state == FREE || state == ALLOCATING) {
                return null;
            }
            final long incarnation = CatalogLayout.INCARNATION.getAcquire(memory, base(index));
            final CatalogEntry entry = copy(index, state, incarnation);
            VarHandle.acquireFence(); // Whoever changed what was read has changed the state before.
            if (state(index) == state && incarnation(index) == incarnation) {
                if (entry == null) {
                    throw damaged(index, state);
                }
                return entry;
            }
        }
    }

    /// What stands in the entry at the moment, or null if that is no object.
    private @Nullable CatalogEntry copy(int index, int state, long incarnation) {
        final long base = base(index);
        final long offset = offset(index);
        final long length = length(index);
        final int nameLength = CatalogLayout.NAME_LENGTH.get(memory, base);
        if (state != READY && state != REMOVED
                || !isWithinData(offset, length)
                || offset % ALIGNMENT != 0
                || nameLength < 1
                || nameLength > CatalogLayout.NAME_BYTES) {
            return null;
        }
        final byte[] name = new byte[nameLength];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, base + CatalogLayout.NAME_OFFSET, name, 0, nameLength);
        return new CatalogEntry(
                index,
                state == REMOVED,
                new String(name, StandardCharsets.UTF_8),
                CatalogLayout.TYPE.get(memory, base),
                CatalogLayout.LAYOUT_VERSION.get(memory, base),
                offset,
                length,
                CatalogLayout.PARAM_0.get(memory, base),
                CatalogLayout.PARAM_1.get(memory, base),
                incarnation,
                users(index));
    }

    private SegmentException damaged(int index, int state) {
        return new SegmentException(String.format(
                "entry %d of the catalog of %s is damaged: %s, offset %d, length %d, name of %d bytes",
                index,
                where,
                CatalogLayout.stateName(state),
                offset(index),
                length(index),
                CatalogLayout.NAME_LENGTH.get(memory, base(index))));
    }

    /// Every entry that holds an object, in the order of the table.
    List<CatalogEntry> entries() {
        final List<CatalogEntry> entries = new ArrayList<>();
        for (int index = 0; index < size(); index++) {
            final CatalogEntry entry = read(index);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /// Fills all of a FREE entry but its state.
    void write(int index, ObjectSpec spec, long offset, long incarnation) {
        final long base = base(index);
        final byte[] name = spec.name().getBytes(StandardCharsets.UTF_8);
        VarHandle.releaseFence(); // Who reads without the mutex sees it FREE before it sees anything of this.
        CatalogLayout.TYPE.set(memory, base, spec.type());
        CatalogLayout.LAYOUT_VERSION.set(memory, base, spec.layoutVersion());
        CatalogLayout.NAME_LENGTH.set(memory, base, name.length);
        CatalogLayout.OFFSET.set(memory, base, offset);
        CatalogLayout.LENGTH_BYTES.set(memory, base, spec.length());
        CatalogLayout.PARAM_0.set(memory, base, spec.param0());
        CatalogLayout.PARAM_1.set(memory, base, spec.param1());
        memory.asSlice(base + CatalogLayout.USERS_OFFSET, CatalogLayout.BYTES - CatalogLayout.USERS_OFFSET)
                .fill((byte) 0);
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, base + CatalogLayout.NAME_OFFSET, name.length);
        CatalogLayout.INCARNATION.setRelease(memory, base, incarnation); // Last: who reads it sees all the others.
    }

    /// Whether the entry's range lies in the part of the segment that objects may use.
    boolean isWithinData(int index) {
        return isWithinData(offset(index), length(index));
    }

    private boolean isWithinData(long offset, long length) {
        return offset >= geometry.dataOffset()
                && length >= 1
                && offset < geometry.sizeBytes()
                && length <= geometry.sizeBytes() - offset;
    }

    long offset(int index) {
        return CatalogLayout.OFFSET.get(memory, base(index));
    }

    long length(int index) {
        return CatalogLayout.LENGTH_BYTES.get(memory, base(index));
    }

    long incarnation(int index) {
        return CatalogLayout.INCARNATION.get(memory, base(index));
    }

    BitSet users(int index) {
        final long[] words = new long[4];
        for (int i = 0; i < words.length; i++) {
            words[i] = CatalogLayout.USERS.get(memory, userWord(index, i * Long.SIZE));
        }
        return BitSet.valueOf(words);
    }

    boolean isUser(int index, int slot) {
        return (CatalogLayout.USERS.get(memory, userWord(index, slot)) & 1L << slot) != 0;
    }

    void user(int index, int slot, boolean uses) {
        final long at = userWord(index, slot);
        final long word = CatalogLayout.USERS.get(memory, at);
        CatalogLayout.USERS.set(memory, at, uses ? word | 1L << slot : word & ~(1L << slot));
    }

    boolean hasUsers(int index) {
        return !users(index).isEmpty();
    }

    /// The first gap that `length` bytes fit in, or -1.
    long findGap(long length) {
        final List<long[]> taken = new ArrayList<>();
        for (int index = 0; index < size(); index++) {
            if (read(index) != null) {
                taken.add(new long[] {offset(index), offset(index) + length(index)});
            }
        }
        taken.sort(Comparator.comparingLong(range -> range[0]));
        final long alignment = length >= PAGE ? PAGE : ALIGNMENT;
        long start = SegmentLayout.Geometry.align(geometry.dataOffset(), alignment);
        for (long[] range : taken) {
            if (range[0] - start >= length) {
                return start;
            }
            start = Math.max(start, SegmentLayout.Geometry.align(range[1], alignment));
        }
        return geometry.sizeBytes() - start >= length ? start : -1;
    }

    private long userWord(int index, int slot) {
        return base(index) + slot / Long.SIZE * (long) Long.BYTES;
    }

    private long base(int index) {
        return geometry.catalogOffset() + (long) index * CatalogLayout.BYTES;
    }
}
