package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Checks a segment's header and its table of participants.
final class HeaderCheck {
    private static final String RECREATE = "stop the segment's processes, and recreate it";
    private static final long CLAIM_BITS = 0xFFFF_FFFFL << Integer.SIZE | ParticipantLayout.GENERATIONS - 1;

    private HeaderCheck() {}

    /// One look at the header, of which sizes and places were checked when it was opened.
    static List<Finding> header(SegmentView segment) {
        final Findings findings = new Findings("header", RECREATE);
        final MemorySegment memory = segment.memory();
        ObjectLook.requireZeros(memory, SegmentLayout.LAYOUT, 0, findings);
        final int liveness = SegmentLayout.LIVENESS.get(memory, 0);
        findings.require(
                liveness == SegmentLayout.LIVENESS_FILE_LOCKS || liveness == SegmentLayout.LIVENESS_PROCESS_IDS,
                "liveness",
                "tells the living from the dead by %d, which is none of the known means",
                liveness);
        sections(segment, findings);
        final long created = SegmentLayout.CREATED_MILLIS.get(memory, 0);
        findings.require(created >= 0, "created", "was created at %d ms, before 1970", created);
        final long incarnation = SegmentLayout.INCARNATION.get(memory, 0);
        findings.require(incarnation >= 0, "incarnation", "has incarnation %d of the newest object", incarnation);
        word(segment, findings, "the catalog's mutex", SegmentLayout.CATALOG_WORD_OFFSET);
        word(segment, findings, "the sweepers' mutex", SegmentLayout.SWEEP_WORD_OFFSET);
        return findings.list();
    }

    /// Where one section ends and the next one, on another page, has not begun.
    private static void sections(SegmentView segment, Findings findings) {
        final SegmentLayout.Geometry geometry = segment.geometry();
        final long participantsEnd =
                geometry.participantsOffset() + (long) geometry.participantCount() * ParticipantLayout.BYTES;
        final long catalogEnd = geometry.catalogOffset() + (long) geometry.entryCount() * CatalogLayout.BYTES;
        ObjectLook.requireZeros(
                segment.memory(), participantsEnd, geometry.catalogOffset() - participantsEnd, findings);
        ObjectLook.requireZeros(segment.memory(), catalogEnd, geometry.dataOffset() - catalogEnd, findings);
    }

    private static void word(SegmentView segment, Findings findings, String what, long offset) {
        final int word = (int) RobustWord.WORD.getAcquire(segment.memory(), offset);
        final int owner = OwnerWord.ownerOf(word);
        if (owner == 0) {
            if ((word & OwnerWord.OWNER_DIED) != 0) {
                findings.leftover(what, "an owner of " + what + " died with it");
            }
            return;
        }
        switch (segment.standing(owner)) {
            case ALIVE -> {}
            case DEAD -> findings.leftover(what, what + " is held by " + segment.nameOf(owner));
            case GONE ->
                // One that leaves may have let the word go since it was read.
                findings.require(
                        (int) RobustWord.WORD.getAcquire(segment.memory(), offset) != word,
                        what,
                        "%s is held by %s, who has left the segment",
                        what,
                        segment.nameOf(owner));
        }
    }

    /// One look at the table of participants.
    static List<Finding> participants(SegmentView segment) {
        final Findings findings = new Findings("participants", RECREATE);
        for (int slot = 0; slot < segment.participantCapacity(); slot++) {
            participant(segment, slot, findings);
        }
        return findings.list();
    }

    private static void participant(SegmentView segment, int slot, Findings findings) {
        final MemorySegment memory = segment.memory();
        final long base = segment.geometry().participantsOffset() + (long) slot * ParticipantLayout.BYTES;
        final long claim = ParticipantLayout.CLAIM.getAcquire(memory, base);
        final String where = "slot " + slot;
        findings.require(
                (claim & ~CLAIM_BITS) == 0,
                where + " claim",
                "%s has the claim 0x%016x, with unused bits",
                where,
                claim);
        final int owner = segment.ownerOf(slot);
        final int label = ParticipantLayout.LABEL_LENGTH.get(memory, base);
        if (findings.require(
                        label >= 0 && label <= ParticipantLayout.LABEL_BYTES,
                        where + " label",
                        "%s has a label of %d bytes, at most %d",
                        where,
                        label,
                        ParticipantLayout.LABEL_BYTES)
                // One who died while it attached has left a label that is half its own.
                && owner != 0
                && segment.standing(owner) == SegmentView.Standing.ALIVE) {
            findings.require(
                    isText(memory, base + ParticipantLayout.LABEL_OFFSET, label),
                    where + " label",
                    "%s has a label that is not UTF-8",
                    where);
        }
        ObjectLook.requireZeros(memory, ParticipantLayout.LAYOUT, base, findings);
        if (owner != 0 && segment.standing(owner) == SegmentView.Standing.DEAD) {
            final long uses = CatalogCheck.usedBy(segment, slot);
            findings.add(
                    Finding.Severity.LEFTOVER,
                    where,
                    segment.nameOf(owner) + " has slot " + slot + ", and used " + uses
                            + (uses == 1 ? " object" : " objects"),
                    "--repair gives back what it held and frees the slot, as does the next process that attaches");
        }
    }

    /// Whether bytes are UTF-8 of a name that may be in a segment.
    static boolean isName(MemorySegment memory, long offset, int length) {
        final byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        final String name = new String(bytes, StandardCharsets.UTF_8);
        return isText(bytes, name) && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
    }

    private static boolean isText(MemorySegment memory, long offset, int length) {
        final byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        return isText(bytes, new String(bytes, StandardCharsets.UTF_8));
    }

    private static boolean isText(byte[] bytes, String text) {
        return Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
    }
}
