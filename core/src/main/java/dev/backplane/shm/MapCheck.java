package dev.backplane.shm;

import dev.backplane.shm.MapLayout.Shape;
import dev.backplane.store.Findings;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// Checks a map: that each cell is in one chain of the stripe that owns it, or is that stripe's spare one, or
/// free; and that each entry is in its hash's chain.
final class MapCheck {
    private final ObjectLook look;
    private final MemorySegment bytes;
    private final Shape shape;

    private MapCheck(ObjectLook look, Shape shape) {
        this.look = look;
        this.bytes = look.bytes();
        this.shape = shape;
    }

    /// What tells whether a stripe has changed: each change leaves another one. The tag counts what was
    /// written to the spare cell.
    private record Stamp(int entries, int spare, int tag) {}

    static void check(ObjectLook look) {
        final long entries = look.entry().param0();
        final int keyBytes = (int) (look.entry().param1() >>> Integer.SIZE);
        final int valueBytes = (int) look.entry().param1();
        if (!look.require(
                entries >= 1 && entries <= MapLayout.MOST_ENTRIES && keyBytes > 0 && valueBytes > 0,
                "parameters",
                "has %d entries of keys of %d and values of %d bytes",
                entries,
                keyBytes,
                valueBytes)) {
            return;
        }
        final Shape shape;
        try {
            shape = new Shape((int) entries, keyBytes, valueBytes);
        } catch (ArithmeticException _) {
            look.findings().damage("parameters", "has cells of " + keyBytes + " and " + valueBytes + " bytes");
            return;
        }
        if (look.requireLength(shape.bytes())) {
            look.requireZeros(MapLayout.HEADER, 0);
            CodecName.look(look, MapLayout.KEY_CODEC_OFFSET, "the keys' codec");
            CodecName.look(look, MapLayout.VALUE_CODEC_OFFSET, "the values' codec");
            new MapCheck(look, shape).check();
        }
    }

    private void check() {
        final Stamp[] stamps = new Stamp[shape.stripes()];
        final int[] linked = new int[shape.stripes()];
        for (int stripe = 0; stripe < stamps.length; stripe++) {
            look.requireZeros(MapLayout.STRIPE, shape.stripeAt(stripe));
            stamps[stripe] = stamp(stripe);
            linked[stripe] = stripe(stripe, stamps[stripe]);
        }
        owners(stamps, linked);
    }

    private Stamp stamp(int stripe) {
        final long at = shape.stripeAt(stripe);
        final int spare = MapLayout.SPARE.getAcquire(bytes, at);
        return new Stamp(
                MapLayout.ENTRIES.getAcquire(bytes, at),
                spare,
                isCell(spare) ? MapLayout.TAG.getAcquire(bytes, shape.cellAt(spare)) : 0);
    }

    private boolean isCell(int cell) {
        return cell >= 0 && cell < shape.cells();
    }

    private SectionState section(int stripe) {
        return look.section("the section of stripe " + stripe, shape.stripeAt(stripe) + MapLayout.SECTION.offset());
    }

    /// Looks at one stripe.
    ///
    /// @return how many cells its chains lead to; -1 if it was being changed, or a death in it has yet to be
    ///     made good
    private int stripe(int stripe, Stamp stamp) {
        final SectionState section = section(stripe);
        if (section == SectionState.HELD) {
            return -1;
        }
        final Findings draft = look.findings().draft();
        final BitSet linked = new BitSet(shape.cells());
        for (int bucket = shape.firstBucketOf(stripe); bucket < shape.firstBucketOf(stripe + 1); bucket++) {
            chain(draft, stripe, bucket, linked);
        }
        if (section == SectionState.CLEAN) {
            draft.require(
                    stamp.entries == linked.cardinality(),
                    "entries of stripe " + stripe,
                    "has %d entries in stripe %d, counted %d",
                    stamp.entries,
                    stripe,
                    linked.cardinality());
            draft.require(
                    isCell(stamp.spare) && owner(stamp.spare) == stripe + 1 && !linked.get(stamp.spare),
                    "spare of stripe " + stripe,
                    "has the spare cell %d in stripe %d, which is none, or another stripe's, or an entry's",
                    stamp.spare,
                    stripe);
        }
        final boolean unchanged = stamp(stripe).equals(stamp);
        if (unchanged && !draft.isEmpty() && section(stripe) != SectionState.HELD) {
            look.findings().addAll(draft);
        }
        return unchanged && section == SectionState.CLEAN ? linked.cardinality() : -1;
    }

    private int owner(int cell) {
        return MapLayout.OWNER.getAcquire(bytes, shape.ownerAt(cell));
    }

    private void chain(Findings draft, int stripe, int bucket, BitSet linked) {
        final String where = "bucket " + bucket;
        long link = MapLayout.LINK.getAcquire(bytes, shape.bucketAt(bucket));
        while (link != MapLayout.END) {
            final int cell = MapLayout.cellOf(link);
            if (!draft.require(isCell(cell), where, "has a link to cell %d, of %d, in %s", cell, shape.cells(), where)
                    || !draft.require(!linked.get(cell), where, "has two links to cell %d, one in %s", cell, where)) {
                return;
            }
            linked.set(cell);
            final int tag = MapLayout.TAG.getAcquire(bytes, shape.cellAt(cell));
            if (!draft.require(
                    tag == MapLayout.tagOf(link) && owner(cell) == stripe + 1,
                    where,
                    "has a link of tag %d to cell %d, which has tag %d and is of stripe %d, in %s of stripe %d",
                    MapLayout.tagOf(link),
                    cell,
                    tag,
                    owner(cell) - 1,
                    where,
                    stripe)) {
                return;
            }
            entry(draft, cell, bucket);
            link = MapLayout.LINK.getAcquire(bytes, shape.nextAt(cell));
        }
    }

    private void entry(Findings draft, int cell, int bucket) {
        final long at = shape.cellAt(cell);
        final int keyLength = MapLayout.KEY_LENGTH.get(bytes, at);
        final int valueLength = MapLayout.VALUE_LENGTH.get(bytes, at);
        if (draft.require(
                keyLength >= 0
                        && keyLength <= shape.keyBytes()
                        && valueLength >= 0
                        && valueLength <= shape.valueBytes(),
                "cell " + cell,
                "has a key of %d and a value of %d bytes in cell %d, of %d and %d at most",
                keyLength,
                valueLength,
                cell,
                shape.keyBytes(),
                shape.valueBytes())) {
            final EncodedBytes key = new EncodedBytes(keyLength);
            key.copyFrom(bytes, at + shape.keyOffset(), keyLength);
            final long hash = MapLayout.HASH.get(bytes, at);
            draft.require(
                    hash == key.hash() && shape.bucketOf(hash) == bucket,
                    "cell " + cell,
                    "has the hash 0x%016x in cell %d of bucket %d, its key's is 0x%016x",
                    hash,
                    cell,
                    bucket,
                    key.hash());
        }
    }

    /// Looks for cells that a stripe owns and has no use for, where that has not changed.
    private void owners(Stamp[] stamps, int[] linked) {
        final int[] owned = new int[shape.stripes()];
        for (int cell = 0; cell < shape.cells(); cell++) {
            final int owner = owner(cell);
            if (look.require(
                            owner >= 0 && owner <= shape.stripes(),
                            "owner of cell " + cell,
                            "has cell %d owned by stripe %d, of %d",
                            cell,
                            owner - 1,
                            shape.stripes())
                    && owner > 0) {
                owned[owner - 1]++;
            }
        }
        for (int stripe = 0; stripe < owned.length; stripe++) {
            if (linked[stripe] >= 0 && stamp(stripe).equals(stamps[stripe]) && section(stripe) == SectionState.CLEAN) {
                look.require(
                        owned[stripe] == linked[stripe] + 1,
                        "cells of stripe " + stripe,
                        "has %d cells owned by stripe %d, which has %d entries and a spare one",
                        owned[stripe],
                        stripe,
                        linked[stripe]);
            }
        }
    }
}
