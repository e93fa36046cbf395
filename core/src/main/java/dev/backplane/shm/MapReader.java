package dev.backplane.shm;

import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The reading half of a map's algorithm: what looks at its bytes without a lock, and trusts none of them.
final class MapReader {
    /*
     * Readers take no lock, so a cell may be given up and written anew while they look at it. A link holds the
     * cell's tag; the tag changes before the cell's bytes do; so who has read a cell and then still finds the
     * link's tag there has read what the link led to. Otherwise it starts over. A reader in a cell that was
     * taken out of the chain goes on along its old link, which leads to what came next when it was taken out:
     * new entries come in front only, so the reader sees each entry that was there all the time, and for its
     * key a value that was there at some time of its call. (That a reader sleeps while one cell is written 2^32
     * times, and wakes to find its tag again, is left out of account.) A writer that was killed is nothing to
     * a reader: no link leads to what it left.
     *
     * A link that does not lead to its tag is one that was taken out before; who starts over cannot meet it again.
     * Who does, or goes more steps than there are cells, is in a damaged segment and says so. So is who comes to
     * one link twice without starting over, since a cell that comes into a chain again does so with another tag.
     */
    private static final long FOUND = -1;
    private static final long ABSENT = 0;

    private final Region region;
    private final MemorySegment memory;
    private final Shape shape;

    MapReader(Region region, Shape shape) {
        this.region = region;
        this.memory = region.memory();
        this.shape = shape;
    }

    SegmentException damaged(String what) {
        return new SegmentException("map " + region + " has " + what + ": the segment is damaged; remove the map");
    }

    /// The offset of the cell that a link leads to.
    long cellAt(long link) {
        final int cell = MapLayout.cellOf(link);
        if (cell < 0 || cell >= shape.cells()) {
            throw damaged("a link to cell " + cell + " of " + shape.cells());
        }
        return shape.cellAt(cell);
    }

    SegmentException endless(int bucket) {
        return damaged("a chain of more than its " + shape.cells() + " cells in bucket " + bucket);
    }

    /// Looks the key up; its value is then what was found. Lock-free: it starts over only if another thread has
    /// changed something. Linearizes at a moment of its last attempt.
    ///
    /// @return whether it is there
    boolean find(MapAccess access) {
        long stale = ABSENT;
        while (true) {
            final long outcome = attempt(access);
            if (outcome == FOUND || outcome == ABSENT) {
                return outcome == FOUND;
            }
            stale = other(outcome, stale);
        }
    }

    /// Refuses to start over twice because of the same link.
    long other(long outcome, long stale) {
        if (outcome == stale) {
            throw deadLink(stale);
        }
        return outcome;
    }

    SegmentException deadLink(long link) {
        return damaged("a link of tag " + MapLayout.tagOf(link) + " to cell " + MapLayout.cellOf(link)
                + ", which has another");
    }

    /// @return [#FOUND], [#ABSENT], or the link whose cell was written anew meanwhile
    private long attempt(MapAccess access) {
        final int bucket = shape.bucketOf(access.hash);
        // Acquire pairs with the release that published the cell: who sees the link sees the entry.
        long link = MapLayout.LINK.getAcquire(memory, shape.bucketAt(bucket));
        for (int steps = 0; link != MapLayout.END; steps++) {
            if (steps > shape.cells()) {
                throw endless(bucket);
            }
            final long cellAt = cellAt(link);
            final boolean same = hasKey(cellAt, access);
            final boolean whole = !same || copyValue(cellAt, access.found);
            final long next = same ? MapLayout.END : MapLayout.NEXT.getAcquire(memory, cellAt);
            if (!isCurrent(link, cellAt)) {
                return link;
            }
            if (!whole) {
                throw badLength(cellAt);
            }
            if (same) {
                return FOUND;
            }
            link = next;
        }
        return ABSENT;
    }

    SegmentException badLength(long cellAt) {
        return damaged("an entry with a key of " + MapLayout.KEY_LENGTH.get(memory, cellAt) + " and a value of "
                + MapLayout.VALUE_LENGTH.get(memory, cellAt) + " bytes");
    }

    boolean hasKey(long cellAt, MapAccess access) {
        return MapLayout.HASH.get(memory, cellAt) == access.hash
                && MapLayout.KEY_LENGTH.get(memory, cellAt) == access.key.length()
                && access.key.equalsStored(memory, cellAt + shape.keyOffset());
    }

    /// Copies a cell's value, unless its length cannot be one.
    boolean copyValue(long cellAt, EncodedBytes target) {
        final int length = MapLayout.VALUE_LENGTH.get(memory, cellAt);
        if (length < 0 || length > shape.valueBytes()) {
            return false;
        }
        target.copyFrom(memory, cellAt + shape.valueOffset(), length);
        return true;
    }

    /// Whether what was read of a cell until now is what the link led to.
    boolean isCurrent(long link, long cellAt) {
        // Keeps the loads before it in front of the tag's; pairs with the fence in fill, which keeps the tag's store
        // in front of those that would have been torn.
        VarHandle.acquireFence();
        // Acquire pairs with the release in fill: who sees a later tag sees that the link is gone.
        return MapLayout.TAG.getAcquire(memory, cellAt) == MapLayout.tagOf(link);
    }

    /// Copies the entries of one bucket. Lock-free, as [#find].
    void copyBucket(int bucket, List<StoredEntry> target) {
        long stale = ABSENT;
        while (true) {
            target.clear();
            final long outcome = attemptBucket(bucket, target);
            if (outcome == ABSENT) {
                return;
            }
            stale = other(outcome, stale);
        }
    }

    /// The bytes of an entry.
    record StoredEntry(EncodedBytes key, EncodedBytes value) {}

    private long attemptBucket(int bucket, List<StoredEntry> target) {
        long link = MapLayout.LINK.getAcquire(memory, shape.bucketAt(bucket));
        long mark = MapLayout.END;
        for (int steps = 0; link != MapLayout.END; steps++) {
            if (link == mark || steps > shape.cells()) {
                throw endless(bucket);
            }
            if (Integer.bitCount(steps) <= 1) {
                mark = link; // As Brent's algorithm has it: a circle is found before much of it is copied again.
            }
            final long cellAt = cellAt(link);
            final @Nullable StoredEntry entry = copyEntry(cellAt);
            final long next = MapLayout.NEXT.getAcquire(memory, cellAt);
            if (!isCurrent(link, cellAt)) {
                return link;
            }
            if (entry == null) {
                throw badLength(cellAt);
            }
            target.add(entry);
            link = next;
        }
        return ABSENT;
    }

    private @Nullable StoredEntry copyEntry(long cellAt) {
        final int keyLength = MapLayout.KEY_LENGTH.get(memory, cellAt);
        final int valueLength = MapLayout.VALUE_LENGTH.get(memory, cellAt);
        if (keyLength < 0 || keyLength > shape.keyBytes() || valueLength < 0 || valueLength > shape.valueBytes()) {
            return null;
        }
        final EncodedBytes key = new EncodedBytes(keyLength);
        final EncodedBytes value = new EncodedBytes(valueLength);
        key.copyFrom(memory, cellAt + shape.keyOffset(), keyLength);
        value.copyFrom(memory, cellAt + shape.valueOffset(), valueLength);
        return new StoredEntry(key, value);
    }
}
