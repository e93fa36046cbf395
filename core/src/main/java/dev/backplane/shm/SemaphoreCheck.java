package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;

/// Checks a semaphore: that the permits that somebody holds and those that can be had are all there are.
final class SemaphoreCheck {
    private SemaphoreCheck() {}

    static void check(ObjectLook look) {
        if (!look.requireLength(SemaphoreLayout.BYTES)) {
            return;
        }
        look.requireZeros(SemaphoreLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        final SectionState section = look.section("the section", SemaphoreLayout.SECTION.offset());
        final long parameter = look.entry().param1();
        final int first = (int) parameter;
        look.require(
                first >= 0 && parameter >>> SegmentSemaphore.BOUNDED_BIT <= 3,
                "parameters",
                "has the parameter 0x%x, which is none of a semaphore",
                parameter);
        final int total = SemaphoreLayout.TOTAL.get(bytes, 0);
        final boolean bounded = (parameter & 1L << SegmentSemaphore.BOUNDED_BIT) != 0;
        look.require(
                bounded ? total == first : total >= first,
                "total",
                "has %d permits in all, began with %d, and is %s",
                total,
                first,
                bounded ? "bounded" : "not bounded");
        long sum = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int held = SemaphoreLayout.HELD.get(bytes, PerSlot.intAt(slot));
            sum += held;
            if (look.require(held >= 0, "held " + slot, "has %d permits held by slot %d", held, slot) && held > 0) {
                look.checkSlot(held + (held == 1 ? " permit" : " permits"), slot);
            }
        }
        if (section != SectionState.HELD) {
            look.require(sum <= total, "sum of held", "has %d permits held, of %d in all", sum, total);
        }
        final int available = SemaphoreLayout.AVAILABLE.get(bytes, 0);
        if (section == SectionState.CLEAN) {
            look.require(
                    available == total - sum,
                    "available",
                    "has %d permits available, and %d of %d held",
                    available,
                    sum,
                    total);
        }
    }
}
