package dev.backplane.store;

import static dev.backplane.store.CatalogLayout.ALLOCATING;
import static dev.backplane.store.CatalogLayout.FREE;
import static dev.backplane.store.CatalogLayout.READY;
import static dev.backplane.store.CatalogLayout.REMOVED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks a segment's catalog: each entry by itself, and that no two are in each other's way.
final class CatalogCheck {
    private static final String RECREATE = "stop the segment's processes, and recreate it";
    private static final long ALIGNMENT = 64;

    private final SegmentView segment;
    private final MemorySegment memory;
    private final CatalogTable table;
    private final Findings findings = new Findings("catalog", RECREATE);
    private final List<Range> ranges = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<Long, Integer> incarnations = new HashMap<>();

    /// Which bytes an entry covers.
    private record Range(int index, long offset, long end) {}

    private CatalogCheck(SegmentView segment) {
        this.segment = segment;
        this.memory = segment.memory();
        this.table = segment.table();
    }

    /// One look at the catalog.
    static List<Finding> of(SegmentView segment) {
        final CatalogCheck check = new CatalogCheck(segment);
        for (int index = 0; index < check.table.size(); index++) {
            check.entry(index);
        }
        check.overlaps();
        return check.findings.list();
    }

    /// The entry of an object, if it is whole enough to look at its bytes.
    static @Nullable CatalogEntry whole(SegmentView segment, int index) {
        final int state = segment.table().state(index);
        if (state == FREE || state == ALLOCATING) {
            return null;
        }
        try {
            return segment.table().read(index);
        } catch (SegmentException _) {
            return null; // The look at the catalog tells of it.
        }
    }

    /// How many objects a participant has attached.
    static long usedBy(SegmentView segment, int slot) {
        long used = 0;
        for (int index = 0; index < segment.table().size(); index++) {
            final int state = segment.table().state(index);
            if ((state == READY || state == REMOVED) && segment.table().isUser(index, slot)) {
                used++;
            }
        }
        return used;
    }

    private void entry(int index) {
        final int state = table.state(index);
        if (state == FREE) {
            return;
        }
        final String where = "entry " + index;
        if (!findings.require(state > FREE && state <= REMOVED, where, "%s is in state %d", where, state)) {
            return;
        }
        if (state == ALLOCATING) {
            allocating(where);
            return;
        }
        final long base = segment.geometry().catalogOffset() + (long) index * CatalogLayout.BYTES;
        range(index, where);
        type(base, where);
        name(index, base, where, state);
        incarnation(index, base, where);
        users(index, where, state);
        ObjectLook.requireZeros(memory, CatalogLayout.LAYOUT, base, findings);
    }

    /// An object is being created as long as somebody has the mutex.
    private void allocating(String where) {
        final int word = segment.catalogWord();
        if (OwnerWord.ownerOf(word) == 0 && (word & OwnerWord.OWNER_DIED) == 0) {
            findings.damage(where + " allocating", where + " is being allocated, and nobody has the catalog's mutex");
        } else if (OwnerWord.ownerOf(word) == 0 || segment.standing(word) != SegmentView.Standing.ALIVE) {
            findings.leftover(where + " allocating", where + " was being allocated by one who is dead");
        }
    }

    private void range(int index, String where) {
        final long offset = table.offset(index);
        final long length = table.length(index);
        findings.require(
                offset % ALIGNMENT == 0, where + " alignment", "%s begins at %d, not a multiple of 64", where, offset);
        if (findings.require(
                table.isWithinData(index),
                where + " range",
                "%s has %d bytes at %d, objects may be from %d to %d",
                where,
                length,
                offset,
                segment.geometry().dataOffset(),
                segment.size())) {
            ranges.add(new Range(index, offset, offset + length));
        }
    }

    private void type(long base, String where) {
        final int type = CatalogLayout.TYPE.get(memory, base);
        findings.require(type > 0, where + " type", "%s has type %d", where, type);
        final int version = CatalogLayout.LAYOUT_VERSION.get(memory, base);
        findings.require(version > 0, where + " version", "%s has layout version %d", where, version);
    }

    private void name(int index, long base, String where, int state) {
        final int length = CatalogLayout.NAME_LENGTH.get(memory, base);
        if (!findings.require(
                length >= 1 && length <= CatalogLayout.NAME_BYTES,
                where + " name",
                "%s has a name of %d bytes, must be 1 to %d",
                where,
                length,
                CatalogLayout.NAME_BYTES)) {
            return;
        }
        findings.require(
                HeaderCheck.isName(memory, base + CatalogLayout.NAME_OFFSET, length),
                where + " name",
                "%s has a name that is not UTF-8, or has '/' or NUL in it",
                where);
        final CatalogEntry entry = whole(segment, index);
        if (entry != null && state == READY && !entry.removed()) {
            final Integer other = names.putIfAbsent(entry.name(), index);
            findings.require(
                    other == null, where + " name", "%s has the name %s, as has entry %d", where, entry.name(), other);
        }
    }

    private void incarnation(int index, long base, String where) {
        final long incarnation = CatalogLayout.INCARNATION.get(memory, base);
        // Read after the entry's: the newest is counted first.
        final long newest = SegmentLayout.INCARNATION.getAcquire(memory, 0);
        findings.require(
                incarnation >= 1 && incarnation <= newest,
                where + " incarnation",
                "%s has incarnation %d, the newest is %d",
                where,
                incarnation,
                newest);
        final Integer other = incarnations.putIfAbsent(incarnation, index);
        findings.require(
                other == null,
                where + " incarnation",
                "%s has incarnation %d, as has entry %d",
                where,
                incarnation,
                other);
    }

    private void users(int index, String where, int state) {
        final BitSet users = table.users(index);
        for (int slot = users.nextSetBit(0); slot >= 0; slot = users.nextSetBit(slot + 1)) {
            findings.require(
                    segment.ownerOf(slot) != 0 || !table.isUser(index, slot),
                    where + " user " + slot,
                    "%s is used by slot %d, and there is no participant in it",
                    where,
                    slot);
        }
        if (state == REMOVED && users.isEmpty()) {
            final boolean underWay = OwnerWord.ownerOf(segment.catalogWord()) != 0;
            if (!underWay && table.state(index) == REMOVED) {
                findings.add(
                        Finding.Severity.LEFTOVER,
                        where + " removed",
                        where + " was removed and nobody uses it: " + table.length(index) + " bytes",
                        "--repair frees it");
            }
        }
    }

    private void overlaps() {
        ranges.sort(Comparator.comparingLong(Range::offset));
        for (int i = 1; i < ranges.size(); i++) {
            final Range before = ranges.get(i - 1);
            final Range range = ranges.get(i);
            findings.require(
                    before.end() <= range.offset(),
                    "entries " + before.index() + " and " + range.index(),
                    "entry %d has bytes up to %d, entry %d from %d",
                    before.index(),
                    before.end(),
                    range.index(),
                    range.offset());
        }
    }
}
