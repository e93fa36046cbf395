package dev.backplane.shm;

import dev.backplane.shm.ListLayout.Shape;
import dev.backplane.store.Findings;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// Checks a list: that each slot is an element, or free, and in one place only.
final class ListCheck {
    private final ObjectLook look;
    private final MemorySegment bytes;
    private final Shape shape;

    private ListCheck(ObjectLook look, Shape shape) {
        this.look = look;
        this.bytes = look.bytes();
        this.shape = shape;
    }

    static void check(ObjectLook look) {
        final long elements = look.entry().param0();
        final long elementBytes = look.entry().param1();
        if (!look.require(
                elements >= 1
                        && elements <= ListLayout.MOST_ELEMENTS
                        && elementBytes >= 1
                        && elementBytes <= Integer.MAX_VALUE,
                "parameters",
                "has the parameters %d and %d, which are none of a list",
                elements,
                elementBytes)) {
            return;
        }
        final Shape shape = new Shape((int) elements, (int) elementBytes);
        if (!look.requireLength(shape.bytes())) {
            return;
        }
        look.requireZeros(ListLayout.HEADER, 0);
        CodecName.look(look, ListLayout.CODEC_OFFSET, "the elements' codec");
        final SectionState section = look.section("the section", ListLayout.SECTION.offset());
        if (section != SectionState.HELD) {
            new ListCheck(look, shape).check(section == SectionState.CLEAN);
        }
    }

    private void check(boolean clean) {
        final long state = ListLayout.STATE.getAcquire(bytes, 0);
        final int size = ListLayout.sizeOf(state);
        if (!look.require(size <= shape.elements(), "size", "has %d elements, of %d", size, shape.elements())) {
            return;
        }
        final int order = ListLayout.orderOf(state);
        // Every change leaves another first free link, or another state.
        final long firstFree = ListLayout.LINK.getAcquire(bytes, shape.linkAt(order, size));
        final Findings draft = look.findings().draft();
        links(draft, order, size, clean);
        if (!draft.isEmpty()
                && ListLayout.STATE.getAcquire(bytes, 0) == state
                && ListLayout.LINK.getAcquire(bytes, shape.linkAt(order, size)) == firstFree
                && look.section("the section", ListLayout.SECTION.offset()) != SectionState.HELD) {
            look.findings().addAll(draft);
        }
    }

    private void links(Findings draft, int order, int size, boolean clean) {
        final BitSet used = new BitSet(shape.slots());
        final int end = clean ? shape.slots() : size;
        for (int i = 0; i < end; i++) {
            final long link = ListLayout.LINK.getAcquire(bytes, shape.linkAt(order, i));
            final int slot = ListLayout.slotOf(link);
            final String where = "link " + i;
            if (!draft.require(
                            slot >= 0 && slot < shape.slots(),
                            where,
                            "has a link to slot %d, of %d",
                            slot,
                            shape.slots())
                    || !draft.require(!used.get(slot), where, "has two links to slot %d", slot)) {
                continue;
            }
            used.set(slot);
            if (i < size) {
                element(draft, link, slot, where);
            }
        }
    }

    private void element(Findings draft, long link, int slot, String where) {
        final long at = shape.slotAt(slot);
        final int tag = ListLayout.TAG.getAcquire(bytes, at);
        draft.require(
                tag == ListLayout.tagOf(link),
                where,
                "has a link of tag %d to slot %d, which has tag %d",
                ListLayout.tagOf(link),
                slot,
                tag);
        final int length = ListLayout.LENGTH.get(bytes, at);
        draft.require(
                length >= 0 && length <= shape.elementBytes(),
                "slot " + slot,
                "has an element of %d bytes, of %d at most",
                length,
                shape.elementBytes());
    }
}
