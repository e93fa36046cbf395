package dev.backplane.shm;

import dev.backplane.MapOptions;
import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.BitSet;

/// The entries of a map as bytes: finding them without a lock, and changing them under their stripe's section,
/// step by step.
final class MapTable {
    /*
     * A hash table with chains. An entry's bytes never change while a link leads to their cell: a new value is
     * written, with its key, to the stripe's spare cell, which then takes the old one's place in the chain by one
     * store. The truth is what the buckets lead to, and for each cell the stripe that owns it; `spare` and
     * `entries` follow. What a kill leaves behind, step by step:
     *
     *   put, new  1. owner[t] = me, by CAS      before: nothing; after: a cell that nothing leads to
     *             2. spare.tag + 1              }
     *             3. bytes to the spare cell    } nothing: no link leads there, and none of before is valid
     *             4. bucket -> spare            before: nothing; after: the entry is there
     *             5. spare = t                  }
     *             6. entries + 1                }} derived
     *   put, over 2. and 3., then
     *             7. link to old -> spare       before: the old value; after: the new one
     *             8. spare = old                } derived
     *   remove    9. link to old -> next of old before: the entry is there; after: it is not
     *            10. owner[old] = 0             before: a cell that nothing leads to; after: free
     *            11. entries - 1                } derived
     *
     * Who enters a stripe next after a death in it derives the rest: of the cells that the stripe owns and that no
     * chain leads to, one is the spare (there is always at least one), and the others are free. So no cell is
     * lost, and none is in two places, since a cell is free or owned by one stripe, and changes that by one store.
     *
     * Readers take no lock: see MapReader for why they may look at cells that are written anew.
     */

    /// Instead of a cell.
    static final int NONE = -1;

    private final MemorySegment memory;
    private final Shape shape;
    private final MapReader reader;
    private final Section[] sections;
    private final ThreadLocal<MapAccess> accesses;

    MapTable(Region region) {
        this.memory = region.memory();
        this.shape = shape(region);
        this.reader = new MapReader(region, shape);
        this.sections = new Section[shape.stripes()];
        for (int i = 0; i < sections.length; i++) {
            final int stripe = i;
            sections[i] = new Section(region.segment(), memory, sectionAt(i), () -> derive(stripe));
        }
        this.accesses = ThreadLocal.withInitial(() -> new MapAccess(shape));
    }

    /// The sizes as the catalog keeps them, as its second parameter; the first is the number of entries.
    static long sizes(Shape shape) {
        return (long) shape.keyBytes() << Integer.SIZE | shape.valueBytes();
    }

    /// The shape that a region's parameters give, which must be that of its length.
    static Shape shape(Region region) {
        final int keyBytes = (int) (region.param1() >>> Integer.SIZE);
        final int valueBytes = (int) region.param1();
        if (region.param0() >= 1
                && region.param0() <= MapLayout.MOST_ENTRIES
                && keyBytes > 0
                && valueBytes > 0
                && (long) keyBytes + valueBytes <= MapOptions.MOST_CELL_BYTES) {
            final Shape shape = new Shape((int) region.param0(), keyBytes, valueBytes);
            if (shape.bytes() == region.length()) {
                return shape;
            }
        }
        throw new SegmentException("map " + region + " claims " + region.param0() + " entries of " + keyBytes + " and "
                + valueBytes + " bytes, which is not what its length is for: the segment is damaged");
    }

    /// Writes the bytes of a new map, whose other bytes are zeros: each stripe owns its spare cell.
    static void initialise(MemorySegment memory, Shape shape) {
        for (int stripe = 0; stripe < shape.stripes(); stripe++) {
            MapLayout.SPARE.setRelease(memory, shape.stripeAt(stripe), stripe);
            MapLayout.OWNER.setRelease(memory, shape.ownerAt(stripe), stripe + 1);
        }
        MapLayout.CURSOR.setRelease(memory, 0, shape.stripes() % shape.cells());
    }

    Shape shape() {
        return shape;
    }

    /// Finds entries without entering a stripe.
    MapReader reader() {
        return reader;
    }

    /// What this thread works with in a call that begins, until it says that it is not busy any more.
    MapAccess access() {
        final MapAccess own = accesses.get();
        // Within a function, or a codec, that uses the map in turn, the thread's own is in use.
        final MapAccess access = own.isBusy() ? new MapAccess(shape) : own;
        access.busy(true);
        return access;
    }

    /// Whether this thread is in a function that runs in a stripe of this map.
    boolean isInFunction() {
        return accesses.get().isInFunction();
    }

    /// Whether this thread is in any of its sections.
    boolean isInside() {
        for (Section section : sections) {
            if (section.isMine()) {
                return true;
            }
        }
        return false;
    }

    private int stripeOf(MapAccess access) {
        return shape.stripeOf(shape.bucketOf(access.hash));
    }

    /// How many entries there are, as the stripes had it one after the other. Waits for nobody.
    int size() {
        makeGood(); // Who died between an entry's store and its count's left the sum wrong.
        return size(memory, shape);
    }

    /// As [Section#makeGood], of each stripe.
    void makeGood() {
        for (Section section : sections) {
            section.makeGood();
        }
    }

    /// Whether by the stripes' counts there is a free cell, or somebody is about to free or to count one.
    boolean mayHaveRoom() {
        return size(memory, shape) < shape.entries();
    }

    private static int size(MemorySegment memory, Shape shape) {
        long sum = 0;
        for (int stripe = 0; stripe < shape.stripes(); stripe++) {
            sum += MapLayout.ENTRIES.getAcquire(memory, shape.stripeAt(stripe));
        }
        return Math.clamp(sum, 0, shape.entries());
    }

    /// [#size] of a map that may be damaged: of what of its stripes is there.
    static int size(MemorySegment memory, long entries) {
        final Shape shape = new Shape(Math.clamp(entries, 1, MapLayout.MOST_ENTRIES), 1, 1);
        return memory.byteSize() < shape.bucketAt(0) ? 0 : size(memory, shape);
    }

    /// Enters the section of the key's stripe; [#leave] must follow. What follows up to there is called inside.
    void enter(MapAccess access) {
        sections[stripeOf(access)].enter();
    }

    /// @param isHalfDone whether a change was begun and not ended, as by an error: who enters next derives
    void leave(MapAccess access, boolean isHalfDone) {
        sections[stripeOf(access)].leave(isHalfDone);
    }

    private long sectionAt(int stripe) {
        return shape.stripeAt(stripe) + MapLayout.SECTION.offset();
    }

    /// As [Section#giveBackOf], of each stripe.
    void giveBackOf(int owner) {
        for (Section section : sections) {
            section.giveBackOf(owner);
        }
    }

    /// Finds the key's entry, and copies its value.
    ///
    /// @return whether it is there
    boolean locate(MapAccess access) {
        final int bucket = shape.bucketOf(access.hash);
        access.linkAt = shape.bucketAt(bucket);
        access.link = MapLayout.LINK.get(memory, access.linkAt);
        for (int steps = 0; access.link != MapLayout.END; steps++) {
            if (steps > shape.cells()) {
                throw reader.endless(bucket);
            }
            final long cellAt = reader.cellAt(access.link);
            if (!reader.isCurrent(access.link, cellAt)) {
                throw reader.deadLink(access.link);
            }
            if (reader.hasKey(cellAt, access)) {
                if (!reader.copyValue(cellAt, access.found)) {
                    throw reader.badLength(cellAt);
                }
                return true;
            }
            access.linkAt = cellAt + MapLayout.NEXT.offset();
            access.link = MapLayout.LINK.get(memory, access.linkAt);
        }
        return false;
    }

    /// Takes a free cell for an entry.
    ///
    /// @return the cell, or [#NONE]
    int take(MapAccess access) {
        final int owner = stripeOf(access) + 1;
        int cell = MapLayout.CURSOR.get(memory, 0);
        for (int i = 0; i < shape.cells(); i++) {
            if (cell < 0 || cell >= shape.cells()) {
                cell = 0;
            }
            final long at = shape.ownerAt(cell);
            if (MapLayout.OWNER.get(memory, at) == 0 && MapLayout.OWNER.compareAndSet(memory, at, 0, owner)) {
                MapLayout.CURSOR.set(memory, 0, cell + 1);
                return cell;
            }
            cell++;
        }
        return NONE;
    }

    private void free(int cell) {
        MapLayout.OWNER.setRelease(memory, shape.ownerAt(cell), 0);
        MapLayout.CURSOR.set(memory, 0, cell);
    }

    /// Adds the entry, of which [#locate] found that it is absent, with a taken cell as the next spare.
    void insert(MapAccess access, int taken) {
        final int stripe = stripeOf(access);
        final long bucketAt = shape.bucketAt(shape.bucketOf(access.hash));
        MapLayout.LINK.setRelease(memory, bucketAt, fill(stripe, access, MapLayout.LINK.get(memory, bucketAt)));
        spare(stripe, taken);
        addEntries(stripe, 1);
    }

    /// Puts the value in place of the one that [#locate] found.
    void replace(MapAccess access) {
        final int stripe = stripeOf(access);
        final int old = MapLayout.cellOf(access.link);
        final long next = MapLayout.LINK.get(memory, shape.nextAt(old));
        MapLayout.LINK.setRelease(memory, access.linkAt, fill(stripe, access, next));
        spare(stripe, old);
    }

    /// Takes the entry away that [#locate] found.
    void remove(MapAccess access) {
        final int old = MapLayout.cellOf(access.link);
        MapLayout.LINK.setRelease(memory, access.linkAt, MapLayout.LINK.get(memory, shape.nextAt(old)));
        free(old);
        addEntries(stripeOf(access), -1);
    }

    private void spare(int stripe, int cell) {
        MapLayout.SPARE.setRelease(memory, shape.stripeAt(stripe), cell);
    }

    private void addEntries(int stripe, int delta) {
        final long at = shape.stripeAt(stripe);
        MapLayout.ENTRIES.setRelease(memory, at, MapLayout.ENTRIES.get(memory, at) + delta);
    }

    /// Writes the entry to the stripe's spare cell.
    ///
    /// @param next where the cell's own link leads
    /// @return the link to it, not stored yet
    private long fill(int stripe, MapAccess access, long next) {
        final int cell = MapLayout.SPARE.get(memory, shape.stripeAt(stripe));
        if (cell < 0 || cell >= shape.cells()) {
            throw reader.damaged("spare cell " + cell + " of " + shape.cells() + " in stripe " + stripe);
        }
        final long cellAt = shape.cellAt(cell);
        final int tag = MapLayout.TAG.get(memory, cellAt) + 1;
        MapLayout.TAG.setRelease(memory, cellAt, tag);
        // Keeps the tag's store in front of the following ones, for readers who follow a link of before.
        VarHandle.releaseFence();
        MapLayout.NEXT.set(memory, cellAt, next);
        MapLayout.HASH.set(memory, cellAt, access.hash);
        MapLayout.KEY_LENGTH.set(memory, cellAt, access.key.length());
        MapLayout.VALUE_LENGTH.set(memory, cellAt, access.value.length());
        access.key.copyTo(memory, cellAt + shape.keyOffset());
        access.value.copyTo(memory, cellAt + shape.valueOffset());
        return MapLayout.link(tag, cell);
    }

    /// Takes all entries away, one bucket after the other.
    void clear() {
        for (int stripe = 0; stripe < shape.stripes(); stripe++) {
            sections[stripe].enter();
            boolean isHalfDone = true;
            try {
                for (int bucket = shape.firstBucketOf(stripe); bucket < shape.firstBucketOf(stripe + 1); bucket++) {
                    addEntries(stripe, -clear(bucket));
                }
                isHalfDone = false;
            } finally {
                sections[stripe].leave(isHalfDone);
            }
        }
    }

    private int clear(int bucket) {
        final long bucketAt = shape.bucketAt(bucket);
        long link = MapLayout.LINK.get(memory, bucketAt);
        if (link == MapLayout.END) {
            return 0;
        }
        MapLayout.LINK.setRelease(memory, bucketAt, MapLayout.END);
        int count = 0;
        while (link != MapLayout.END) {
            if (!reader.isCurrent(link, reader.cellAt(link)) || count > shape.cells()) {
                throw reader.deadLink(link);
            }
            final int cell = MapLayout.cellOf(link);
            link = MapLayout.LINK.get(memory, shape.nextAt(cell));
            free(cell); // Another stripe may write to it from now on.
            count++;
        }
        return count;
    }

    /// Makes what follows from a stripe's chains and its cells' owners.
    private void derive(int stripe) {
        final BitSet linked = linked(stripe);
        int spare = MapLayout.SPARE.get(memory, shape.stripeAt(stripe));
        if (spare < 0 || spare >= shape.cells() || linked.get(spare) || ownerOf(spare) != stripe + 1) {
            spare = -1;
        }
        for (int cell = 0; cell < shape.cells(); cell++) {
            if (ownerOf(cell) != stripe + 1 || linked.get(cell)) {
                continue;
            }
            if (spare < 0) {
                spare = cell;
            } else if (cell != spare) {
                free(cell);
            }
        }
        if (spare < 0) {
            throw reader.damaged("no spare cell in stripe " + stripe);
        }
        spare(stripe, spare);
        MapLayout.ENTRIES.setRelease(memory, shape.stripeAt(stripe), linked.cardinality());
    }

    private int ownerOf(int cell) {
        return MapLayout.OWNER.get(memory, shape.ownerAt(cell));
    }

    /// The cells that a stripe's chains lead to.
    private BitSet linked(int stripe) {
        final BitSet linked = new BitSet();
        for (int bucket = shape.firstBucketOf(stripe); bucket < shape.firstBucketOf(stripe + 1); bucket++) {
            long link = MapLayout.LINK.get(memory, shape.bucketAt(bucket));
            while (link != MapLayout.END) {
                final long cellAt = reader.cellAt(link);
                final int cell = MapLayout.cellOf(link);
                if (!reader.isCurrent(link, cellAt) || linked.get(cell) || ownerOf(cell) != stripe + 1) {
                    throw reader.damaged("a link to cell " + cell + ", which is not one of stripe " + stripe
                            + " or has another link, in bucket " + bucket);
                }
                linked.set(cell);
                link = MapLayout.LINK.get(memory, shape.nextAt(cell));
            }
        }
        return linked;
    }
}
