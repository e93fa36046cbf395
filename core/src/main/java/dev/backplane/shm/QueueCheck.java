package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.ObjectLook;
import dev.backplane.store.OwnerWord;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Checks a queue: each slot's state against the tail, and what a full slot says of its element.
final class QueueCheck {
    private final ObjectLook look;
    private final MemorySegment bytes;
    private final int capacity;
    private final int payloadBytes;
    private final QueueSlots slots;

    private QueueCheck(ObjectLook look) {
        this.look = look;
        this.bytes = look.bytes();
        this.capacity = (int) look.entry().param0();
        this.payloadBytes = (int) look.entry().param1();
        this.slots = slots(look.entry(), bytes);
    }

    /// Whether the parameters of an entry are of a queue, and its length theirs.
    static boolean isWhole(CatalogEntry entry) {
        return isShape(entry) && entry.length() == length(entry);
    }

    private static boolean isShape(CatalogEntry entry) {
        return entry.param0() >= 1
                && entry.param0() <= Integer.MAX_VALUE
                && entry.param1() >>> QueueShape.JOINABLE_BIT <= 1
                && stride(entry) >= QueueLayout.LEAST_STRIDE
                && stride(entry) <= Integer.MAX_VALUE
                && stride(entry) % QueueLayout.LEAST_STRIDE == 0;
    }

    private static long length(CatalogEntry entry) {
        return QueueLayout.bytes((int) entry.param0(), (int) stride(entry));
    }

    /// From slot to slot.
    private static long stride(CatalogEntry entry) {
        return (int) entry.param1() + (long) QueueLayout.SLOT_HEADER_BYTES;
    }

    /// The slots of a queue that is whole.
    static QueueSlots slots(CatalogEntry entry, MemorySegment bytes) {
        return new QueueSlots(bytes, (int) entry.param0(), (int) stride(entry));
    }

    static void check(ObjectLook look) {
        if (look.require(
                        isShape(look.entry()),
                        "parameters",
                        "has the parameters %d and 0x%x, which are none of a queue",
                        look.entry().param0(),
                        look.entry().param1())
                && look.requireLength(length(look.entry()))) {
            new QueueCheck(look).check();
        }
    }

    private void check() {
        look.requireZeros(QueueLayout.LAYOUT, 0);
        QueueCodec.look(look);
        final int shutDown = QueueLayout.SHUT_DOWN.getAcquire(bytes, 0);
        look.require(shutDown == 0 || shutDown == 1, "shut down", "has %d for shut down, neither 0 nor 1", shutDown);
        final int files = QueueLayout.FILES.getAcquire(bytes, 0);
        look.require(files == 0 || files == 1, "files", "has %d for files, neither 0 nor 1", files);
        taken();
        if (positions()) {
            for (int index = 0; index < capacity; index++) {
                slotAt(index);
            }
        }
    }

    private void taken() {
        final boolean joinable = look.entry().param1() >>> QueueShape.JOINABLE_BIT != 0;
        for (int slot = 0; slot < PerSlot.COUNT; slot++) {
            final int taken = QueueLayout.TAKEN.getAcquire(bytes, PerSlot.intAt(slot));
            if (look.require(
                            taken >= 0 && (joinable || taken == 0),
                            "taken " + slot,
                            "has %d elements taken by slot %d, and is %s",
                            taken,
                            slot,
                            joinable ? "joinable" : "not joinable")
                    && taken > 0) {
                look.checkSlot("elements taken and not done", slot);
            }
        }
    }

    private boolean positions() {
        // Only the tail may go on between the two; it is never more than one behind the head.
        final long head = QueueLayout.HEAD.getAcquire(bytes, 0);
        final long tail = QueueLayout.TAIL.getAcquire(bytes, 0);
        return position("head", head)
                && position("tail", tail)
                && look.require(
                        QueueWord.distance(head, tail, capacity) >= -1,
                        "head and tail",
                        "has the head at index %d of lap %d, and the tail behind it at index %d of lap %d",
                        QueueWord.index(head),
                        QueueWord.lap(head),
                        QueueWord.index(tail),
                        QueueWord.lap(tail));
    }

    private boolean position(String what, long position) {
        final int index = QueueWord.index(position);
        return look.require(
                position >= 0 && index >= 0 && index < capacity,
                what,
                "has the %s at index %d of lap %d, of %d places",
                what,
                index,
                QueueWord.lap(position),
                capacity);
    }

    private void slotAt(int index) {
        final long slot = slots.slot(index);
        final String where = "place " + index;
        final long tail = QueueLayout.TAIL.getAcquire(bytes, 0);
        final long put = QueueLayout.CLAIM.getAcquire(bytes, slots.put(index));
        final long take = QueueLayout.CLAIM.getAcquire(bytes, slots.take(index));
        final long state = QueueLayout.STATE.getAcquire(bytes, slot);
        if (!claim(where, "put", put, QueueWord.WRITING, QueueWord.WRITING)
                || !claim(where, "taken", take, QueueWord.READING, QueueWord.HANDLING)
                || !look.require(
                        QueueWord.phase(state) <= QueueWord.FULL && QueueWord.claimant(state) == 0,
                        where,
                        "has the state 0x%x of %s, which is none",
                        state,
                        where)) {
            return;
        }
        final long all = slots.state(index);
        if (QueueLayout.CLAIM.getAcquire(bytes, slots.put(index)) == put
                && QueueLayout.CLAIM.getAcquire(bytes, slots.take(index)) == take) {
            agreement(index, put, state, take);
        }
        if (QueueLayout.TAIL.getAcquire(bytes, 0) == tail) {
            lap(where, put, QueueWord.distance(tail, QueueWord.position(put, index), capacity));
            lap(where, all, QueueWord.distance(tail, QueueWord.position(all, index), capacity));
        }
        if (QueueWord.phase(all) == QueueWord.FULL) {
            element(index, all, where);
            beforeHead(index, all, where);
        }
    }

    /// A word by which a place is claimed.
    private boolean claim(String where, String what, long claim, int firstPhase, int lastPhase) {
        final int phase = QueueWord.phase(claim);
        final int claimant = QueueWord.claimant(claim);
        final boolean claimed = phase != QueueWord.FREE;
        if (!look.require(
                claimed == (claimant != 0) && (!claimed || phase >= firstPhase && phase <= lastPhase),
                where,
                "has %s being %s in phase %d, claimed by %s",
                where,
                what,
                phase,
                OwnerWord.describe(claimant))) {
            return false;
        }
        if (claimed) {
            look.checkOwner(where + ", being " + what + ",", claimant);
        }
        return true;
    }

    /// The words of a place are of laps that they can be of at one instant: an element is put into a place from
    /// which that of the lap before is gone, and taken after it was put. A claim to put is taken off last.
    private void agreement(int index, long put, long state, long take) {
        final long position = QueueWord.position(put, index);
        final boolean claimed = QueueWord.phase(put) != QueueWord.FREE;
        final int stateAhead = QueueWord.lapsAhead(state, position);
        final int takeAhead = QueueWord.lapsAhead(take, position);
        final boolean isFull = QueueWord.phase(state) == QueueWord.FULL;
        final boolean agree;
        if (claimed) {
            final boolean isHole = stateAhead == 1 && QueueWord.phase(state) == QueueWord.FREE;
            final boolean isDecided = isFull ? stateAhead == 0 : isHole;
            agree = isDecided ? takeAhead == 0 || takeAhead == 1 : takeAhead == 0 && stateAhead == (isFull ? -1 : 0);
        } else {
            agree = isFull
                    ? stateAhead == -1 && (takeAhead == -1 || takeAhead == 0)
                    : stateAhead == 0 && takeAhead == 0 && QueueWord.phase(state) == QueueWord.FREE;
        }
        final boolean beingTaken = QueueWord.phase(take) != QueueWord.FREE;
        look.require(
                agree && (!beingTaken || state == QueueWord.full(QueueWord.position(take, index))),
                "place " + index + " lap",
                "has words of place %d that do not agree: put 0x%x, state 0x%x, take 0x%x",
                index,
                put,
                state,
                take);
    }

    /// A place is free for an element that is still to be put, and else of one that was put. The tail is one
    /// behind while that of the newest is being put.
    private void lap(String where, long word, long ahead) {
        final boolean free = QueueWord.phase(word) == QueueWord.FREE;
        look.require(
                free ? ahead >= 0 && ahead <= capacity : ahead <= 0 && ahead >= -capacity,
                where + " lap",
                "has %s %s for the position %d after the tail, of %d places",
                where,
                free ? "free" : "in use",
                ahead,
                capacity);
    }

    private void element(int index, long state, String where) {
        final long slot = slots.slot(index);
        final int length = QueueLayout.LENGTH.getAcquire(bytes, slot);
        final boolean inFile = length == QueueLayout.IN_FILE;
        final int writer = QueueLayout.WRITER.get(bytes, slot);
        final long number = QueueLayout.FILE_NUMBER.get(bytes, slot);
        final long fileBytes = QueueLayout.FILE_BYTES.get(bytes, slot);
        final long found = inFile ? size(writer, number) : length;
        if (slots.state(index) != state) {
            return;
        }
        look.require(
                inFile || length >= 0 && length <= payloadBytes,
                where + " length",
                "has an element of %d bytes in %s, of %d",
                length,
                where,
                payloadBytes);
        if (inFile) {
            look.require(
                    found == fileBytes,
                    where + " file",
                    "has an element of %d bytes of %s in a file %s",
                    fileBytes,
                    where,
                    found < 0 ? "that is gone" : "of " + found + " bytes");
            look.require(
                    QueueLayout.FILES.getAcquire(bytes, 0) == 1,
                    "files",
                    "has elements in files, and says it has none");
        }
    }

    private long size(int writer, long number) {
        final Path file = look.segment()
                .directory()
                .resolve(QueueFiles.name(look.segment().id(), look.entry().incarnation(), writer, number));
        try {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
        } catch (IOException _) {
            return -1; // Gone in between, or as good as gone.
        }
    }

    /// An element before the head is found by the mark only. A dead one may have died before it raised that.
    private void beforeHead(int index, long state, String where) {
        final long head = QueueLayout.HEAD.getAcquire(bytes, 0);
        if (QueueWord.distance(head, QueueWord.position(state, index), capacity) < 0
                && !QueueMark.isRaised(bytes, QueueLayout.RETURNED)
                && !look.segment().hasDead()
                && slots.state(index) == state) {
            look.findings()
                    .damage(where + " returned", "has an element in " + where + ", before the head, and no mark of it");
        }
    }
}
