package dev.backplane.shm;

import dev.backplane.store.IntField;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import dev.backplane.store.OwnerWord;
import java.lang.foreign.MemorySegment;

/// Checks a read-write lock: that nobody reads what another writes, and that the sums are right.
final class ReadWriteCheck {
    private ReadWriteCheck() {}

    static void check(ObjectLook look) {
        if (!look.requireLength(ReadWriteLayout.BYTES)) {
            return;
        }
        look.requireZeros(ReadWriteLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        final SectionState section = look.section("the section", ReadWriteLayout.SECTION.offset());
        if (section == SectionState.HELD) {
            return;
        }
        final int writer = ReadWriteLayout.WRITER.getAcquire(bytes, 0);
        look.checkOwner("the write lock", writer);
        look.noteAbandoned("the write lock", writer, "who locks it next is told, and repairs what it guards");
        final long phase = ReadWriteLayout.PHASE.get(bytes, 0);
        look.require(phase >= 0, "phase", "has phase %d", phase);
        sum(look, section, "reading", ReadWriteLayout.READERS, ReadWriteLayout.READING);
        sum(look, section, "queued to write", ReadWriteLayout.QUEUED_WRITERS, ReadWriteLayout.QUEUED);
        sum(look, section, "waiting to read", ReadWriteLayout.WAITING_READERS, ReadWriteLayout.WAITING);
        passes(look, section);
        if (section == SectionState.CLEAN && OwnerWord.ownerOf(writer) != 0) {
            noReadersBut(look, OwnerWord.slotOf(writer));
        }
    }

    private static void sum(ObjectLook look, SectionState section, String what, IntField perSlot, IntField sum) {
        long counted = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int count = perSlot.get(look.bytes(), PerSlot.intAt(slot));
            counted += count;
            if (look.require(count >= 0, what + " " + slot, "has %d threads %s of slot %d", count, what, slot)
                    && count > 0) {
                look.checkSlot(count + " " + what, slot);
            }
        }
        final int stated = sum.get(look.bytes(), 0);
        if (section == SectionState.CLEAN) {
            look.require(stated == counted, "sum of " + what, "has a sum of %d %s, counted %d", stated, what, counted);
        }
    }

    private static void passes(ObjectLook look, SectionState section) {
        final MemorySegment bytes = look.bytes();
        long counted = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int passes = ReadWriteLayout.PASSES.get(bytes, PerSlot.intAt(slot));
            final int waiting = ReadWriteLayout.WAITING_READERS.get(bytes, PerSlot.intAt(slot));
            counted += passes;
            if (section == SectionState.CLEAN) {
                look.require(
                        passes >= 0 && passes <= waiting,
                        "passes " + slot,
                        "has %d passes for %d readers that wait in slot %d",
                        passes,
                        waiting,
                        slot);
            }
        }
        final int stated = ReadWriteLayout.PASSING.get(bytes, 0);
        if (section == SectionState.CLEAN) {
            look.require(stated == counted, "sum of passes", "has a sum of %d passes, counted %d", stated, counted);
        }
    }

    private static void noReadersBut(ObjectLook look, int writer) {
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int readers = ReadWriteLayout.READERS.get(look.bytes(), PerSlot.intAt(slot));
            look.require(
                    slot == writer || readers <= 0,
                    "readers and a writer",
                    "has %d threads of slot %d reading while slot %d writes",
                    readers,
                    slot,
                    writer);
        }
    }
}
