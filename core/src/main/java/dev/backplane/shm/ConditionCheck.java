package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import java.lang.foreign.MemorySegment;

/// Checks a condition: that no process has more signals than waiters, that the sum is right, and that its lock
/// is one, or was.
final class ConditionCheck {
    private ConditionCheck() {}

    /// A lock that was removed has left nothing to look at but that it was there before the condition.
    private static void lock(ObjectLook look) {
        final long incarnation = look.entry().param1();
        if (!look.require(
                incarnation >= 1 && incarnation < look.entry().incarnation(),
                "parameters",
                "is of a lock of incarnation %d, and has %d itself",
                incarnation,
                look.entry().incarnation())) {
            return;
        }
        look.objectOf(incarnation).ifPresent(lock -> {
            final int code = lock.type();
            look.require(
                    code == ObjectType.LOCK.code() || code == ObjectType.FAIR_LOCK.code(),
                    "its lock",
                    "is of %s, which is no lock but of type %d",
                    lock.name(),
                    code);
        });
    }

    static void check(ObjectLook look) {
        if (!look.requireLength(ConditionLayout.BYTES)) {
            return;
        }
        look.requireZeros(ConditionLayout.LAYOUT, 0);
        lock(look);
        final MemorySegment bytes = look.bytes();
        final SectionState section = look.section("the section", ConditionLayout.SECTION.offset());
        final int cursor = ConditionLayout.CURSOR.get(bytes, 0);
        look.require(cursor >= 0 && cursor < PerSlot.COUNT, "cursor", "has the cursor at slot %d", cursor);
        if (section == SectionState.HELD) {
            return;
        }
        long unsignalled = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int waiters = ConditionLayout.WAITERS.get(bytes, PerSlot.intAt(slot));
            final int signals = ConditionLayout.SIGNALS.get(bytes, PerSlot.intAt(slot));
            unsignalled += waiters - signals;
            if (look.require(
                            signals >= 0 && signals <= waiters,
                            "signals " + slot,
                            "has %d signals for %d waiters of slot %d",
                            signals,
                            waiters,
                            slot)
                    && waiters > 0) {
                look.checkSlot(waiters + " waiting", slot);
            }
        }
        final int pending = ConditionLayout.PENDING.get(bytes, 0);
        if (section == SectionState.CLEAN) {
            look.require(
                    pending == unsignalled,
                    "pending",
                    "has %d pending, and %d who wait without a signal",
                    pending,
                    unsignalled);
        }
    }
}
