package dev.backplane.store;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Optional;

/// One look at one object of a segment, for a check of its bytes: what it is, who its owners are, and what
/// was found.
///
/// The bytes are read-only. Those of a small object are a copy, all of about one moment.
public final class ObjectLook {
    /// How what a section guards stands.
    public enum SectionState {
        /// Nobody is inside, and who was last has left it in order: what is derived must be right.
        CLEAN,
        /// A live participant is inside: what is derived may be behind.
        HELD,
        /// A dead one was inside: what is derived may be wrong until the next one enters.
        ABANDONED
    }

    private static final IntField WORD = new IntField(0);

    private final SegmentView segment;
    private final CatalogEntry entry;
    private final MemorySegment bytes;
    private final Findings findings;

    ObjectLook(SegmentView segment, CatalogEntry entry, MemorySegment bytes, Findings findings) {
        this.segment = segment;
        this.entry = entry;
        this.bytes = bytes;
        this.findings = findings;
    }

    /// The segment that the object is in.
    ///
    /// @return the view that is looked through
    public SegmentView segment() {
        return segment;
    }

    /// What the catalog says of the object.
    ///
    /// @return the entry, whose range lies in the segment
    public CatalogEntry entry() {
        return entry;
    }

    /// Another object of the segment.
    ///
    /// @param incarnation its incarnation
    /// @return what the catalog says of it; nothing if it was removed, or its entry is damaged
    public Optional<CatalogEntry> objectOf(long incarnation) {
        for (int index = 0; index < segment.entryCapacity(); index++) {
            final CatalogEntry other = CatalogCheck.whole(segment, index);
            if (other != null && other.incarnation() == incarnation) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    /// The object's bytes.
    ///
    /// @return read-only, as many as the entry says
    public MemorySegment bytes() {
        return bytes;
    }

    /// Where to put what is found.
    ///
    /// @return what this look has found so far
    public Findings findings() {
        return findings;
    }

    /// [Findings#require].
    ///
    /// @param holds whether the invariant holds
    /// @param rule which it is, and where
    /// @param format what was found if it does not
    /// @param values for the format
    /// @return whether it holds
    public boolean require(boolean holds, String rule, String format, Object... values) {
        return findings.require(holds, rule, format, values);
    }

    /// Requires that the object has as many bytes as one of its parameters must have.
    ///
    /// @param expected bytes
    /// @return whether it does
    public boolean requireLength(long expected) {
        return require(
                entry.length() == expected,
                "length",
                "has %d bytes, parameters %d and %d are for %d",
                entry.length(),
                entry.param0(),
                entry.param1(),
                expected);
    }

    /// Requires zeros where a layout has padding.
    ///
    /// @param layout of some part of the object
    /// @param offset of that part
    public void requireZeros(StructLayout layout, long offset) {
        requireZeros(bytes, layout, offset, findings);
    }

    static void requireZeros(MemorySegment bytes, StructLayout layout, long offset, Findings findings) {
        long at = offset;
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member instanceof PaddingLayout) {
                requireZeros(bytes, at, member.byteSize(), findings);
            }
            at += member.byteSize();
        }
    }

    /// Requires zeros in a part of the object.
    ///
    /// @param from where it begins
    /// @param length bytes
    public void requireZeros(long from, long length) {
        requireZeros(bytes, from, length, findings);
    }

    static void requireZeros(MemorySegment bytes, long from, long length, Findings findings) {
        for (long at = from; at < from + length; at++) {
            final byte found = bytes.get(ValueLayout.JAVA_BYTE, at);
            if (found != 0) {
                findings.damage(
                        "zeros at " + from,
                        String.format(
                                Locale.ROOT,
                                "has 0x%02x at %d, where %d to %d are zeros",
                                found,
                                at,
                                from,
                                from + length - 1));
                return;
            }
        }
    }

    /// Checks an [OwnerWord], by itself: that its owner, if it has one, is or was a participant, and lives.
    ///
    /// @param what the word is, as in "`what` is held by …"
    /// @param word as it stands
    /// @return whether a live participant owns it
    public boolean checkOwner(String what, int word) {
        final int owner = OwnerWord.ownerOf(word);
        if (owner == 0) {
            return false;
        }
        return switch (segment.standing(owner)) {
            case ALIVE -> checkUser(what, OwnerWord.slotOf(owner));
            case DEAD -> {
                findings.leftover(what, what + " is held by " + segment.nameOf(owner));
                yield false;
            }
            case GONE -> {
                findings.damage(what, what + " is held by " + segment.nameOf(owner) + ", who has left the segment");
                yield false;
            }
        };
    }

    /// Who holds a part of an object must be among its users, or a sweep would not come by.
    private boolean checkUser(String what, int slot) {
        if (!entry.users().get(slot) && !segment.isUser(entry, slot)) {
            findings.damage(what + " user", what + " is held by slot " + slot + ", which has not attached the object");
        }
        return true;
    }

    /// Checks that who has something of the object in the field of its slot is a participant, and lives.
    ///
    /// @param what the field tells, as in "slot 3 has `what`"
    /// @param slot of the field
    public void checkSlot(String what, int slot) {
        final int owner = segment.ownerOf(slot);
        final String rule = what + " of slot " + slot;
        if (owner == 0) {
            findings.damage(rule, "slot " + slot + " has " + what + ", and there is no participant in it");
        } else if (segment.standing(owner) == SegmentView.Standing.DEAD) {
            findings.leftover(rule, segment.nameOf(owner) + " has " + what);
        } else {
            checkUser(what, slot);
        }
    }

    /// Checks the owner word of a section, and tells how what it guards stands.
    ///
    /// @param what the section is called
    /// @param offset of its word
    /// @return how far to go
    public SectionState section(String what, long offset) {
        final int word = WORD.getAcquire(bytes, offset);
        if (checkOwner(what, word)) {
            return SectionState.HELD;
        }
        return word == 0 || word == OwnerWord.CONTENDED ? SectionState.CLEAN : SectionState.ABANDONED;
    }

    /// Tells of a word that nobody owns and whose last owner did not release it.
    ///
    /// @param what the word is
    /// @param word as it stands
    /// @param next what happens next
    public void noteAbandoned(String what, int word, String next) {
        if (OwnerWord.ownerOf(word) == 0 && (word & OwnerWord.OWNER_DIED) != 0) {
            findings.note(what + " abandoned", "an owner of " + what + " died or left with it", next);
        }
    }
}
