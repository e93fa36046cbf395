package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import dev.backplane.store.ObjectLook.SectionState;
import dev.backplane.store.OwnerWord;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/// Checks a fair lock: its word, and that the tickets of those in line are theirs, and the lock is not free
/// while there is a line.
final class FairLockCheck {
    private FairLockCheck() {}

    static void check(ObjectLook look) {
        if (!look.requireLength(FairLockLayout.BYTES)) {
            return;
        }
        look.requireZeros(FairLockLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        final int word = FairLockLayout.WORD.getAcquire(bytes, 0);
        WordCheck.lockWord(look, word);
        final SectionState section = look.section("the section", FairLockLayout.SECTION.offset());
        if (section == SectionState.HELD) {
            return;
        }
        final long newest = FairLockLayout.NEXT_TICKET.get(bytes, 0);
        final long granted = FairLockLayout.GRANTED.get(bytes, 0);
        look.require(
                granted >= 0 && granted <= newest,
                "granted",
                "has been given to ticket %d, the newest is %d",
                granted,
                newest);
        final Set<Long> tickets = new HashSet<>();
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final long ticket = FairLockLayout.FIRST_TICKETS.get(bytes, PerSlot.longAt(slot));
            if (ticket == 0) {
                continue;
            }
            final boolean single = tickets.add(ticket);
            look.require(
                    ticket > 0 && ticket <= newest && single,
                    "ticket " + slot,
                    "has ticket %d in slot %d, the newest is %d, and no two are the same",
                    ticket,
                    slot,
                    newest);
            final int owner = FairLockLayout.OWNERS.get(bytes, PerSlot.intAt(slot));
            look.require(
                    OwnerWord.slotOf(owner) == slot,
                    "owner of ticket " + slot,
                    "has ticket %d of %s in slot %d",
                    ticket,
                    OwnerWord.describe(owner),
                    slot);
            look.checkSlot("a place in line", slot);
        }
        if (section == SectionState.CLEAN && !tickets.isEmpty()) {
            look.require(
                    OwnerWord.ownerOf(word) != 0 && (word & OwnerWord.CONTENDED) != 0,
                    "free with a line",
                    "has %d in line, and its word, %s, does not tell",
                    tickets.size(),
                    OwnerWord.describe(word));
        }
    }
}
