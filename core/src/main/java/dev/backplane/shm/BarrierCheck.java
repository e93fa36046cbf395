package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/// Checks a barrier: that nobody has arrived in a generation that is still to come, nor more than there are
/// parties.
final class BarrierCheck {
    private BarrierCheck() {}

    static void check(ObjectLook look) {
        if (!look.requireLength(BarrierLayout.BYTES)) {
            return;
        }
        look.requireZeros(BarrierLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        look.section("the section", BarrierLayout.SECTION.offset());
        final long parties = look.entry().param1();
        look.require(parties >= 1 && parties <= BarrierLayout.MOST_PARTIES, "parameters", "has %d parties", parties);
        final long generation = BarrierLayout.GENERATION.getAcquire(bytes, 0);
        look.require(generation >= 1, "generation", "has generation %d, they begin at 1", generation);
        long arrived = 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final long arrival = BarrierLayout.ARRIVALS.get(bytes, PerSlot.longAt(slot));
            if (arrival == 0) {
                continue;
            }
            look.require(
                    BarrierLayout.generation(arrival) <= generation,
                    "arrival " + slot,
                    "has an arrival of slot %d in generation %d, the current one is %d",
                    slot,
                    BarrierLayout.generation(arrival),
                    generation);
            arrived += BarrierLayout.threads(arrival, generation);
            look.checkSlot("arrived", slot);
        }
        look.require(arrived <= parties, "arrived", "has %d arrived, of %d parties", arrived, parties);
        broken(look, generation);
    }

    private static void broken(ObjectLook look, long generation) {
        final Set<Long> seen = new HashSet<>();
        for (int i = 0; i < BarrierLayout.BROKEN_COUNT; i++) {
            final long broken = BarrierLayout.BROKEN.get(look.bytes(), BarrierLayout.brokenAt(i));
            look.require(
                    broken >= 0 && broken <= generation && (broken == 0 || seen.add(broken)),
                    "broken " + i,
                    "has generation %d among the broken ones at %d, where the current one is %d",
                    broken,
                    i,
                    generation);
        }
    }
}
