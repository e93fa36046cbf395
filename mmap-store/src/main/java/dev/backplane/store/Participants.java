package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The table of who is attached to a segment, and the answer to "is it alive?".
///
/// Thread-safe. Asking costs one system call for another participant and nothing for oneself.
public final class Participants {
    /*
     * A slot's life: FREE -> claimed by CAS -> (process ends, or closes) -> swept -> FREE of the next
     * generation.
     *
     * On Linux the kernel's lock on the slot's byte comes before the claim and ends with the process, so a kill
     *   before the lock                leaves nothing;
     *   between lock and claim         leaves a free slot;
     *   after the claim                leaves a claimed slot without a lock: dead, to be swept;
     *   in a sweep of somebody else    leaves that one dead still, to be swept again, and the sweeper dead too;
     *   in one's own close             the same, with less to sweep.
     * Elsewhere the claim itself is the evidence, by the process id in it and the start time beside it.
     */

    /// One slot's holder, as listed.
    ///
    /// @param slot its index
    /// @param generation of the slot
    /// @param pid its process id, in that process's own PID namespace
    /// @param started when its process started, the epoch where that is unknown
    /// @param attached when it attached
    /// @param label what it calls itself
    /// @param alive whether it lives
    public record Participant(
            int slot, int generation, long pid, Instant started, Instant attached, String label, boolean alive) {}

    private final MemorySegment memory;
    private final SegmentLayout.Geometry geometry;
    private final SegmentFile file;
    private int selfOwner;
    private volatile boolean foundDead;

    Participants(MemorySegment memory, SegmentLayout.Geometry geometry, SegmentFile file) {
        this.memory = memory;
        this.geometry = geometry;
        this.file = file;
    }

    /// Takes a free slot; false when there is none.
    boolean join(byte[] label, Steps steps) {
        for (int slot = 0; slot < geometry.participantCount(); slot++) {
            if (join(slot, label, steps)) {
                return true;
            }
        }
        return false;
    }

    /// Takes the slot, and for now the identity, of a dead participant; false when all are alive.
    boolean adopt(Steps steps) {
        for (int owner : dead()) {
            final int slot = OwnerWord.slotOf(owner);
            final long base = base(slot);
            final long seen = ParticipantLayout.CLAIM.getAcquire(memory, base);
            if (OwnerWord.generationOf(owner) != ParticipantLayout.generation(seen) || !file.tryHold(position(slot))) {
                continue;
            }
            steps.reached("adopt: slot held");
            ParticipantLayout.START_MILLIS.set(
                    memory, base, 0L); // Unknown: it must not be the dead one's beside our id.
            final long claim = ParticipantLayout.claim(ProcessHandle.current().pid(), OwnerWord.generationOf(owner));
            if (ParticipantLayout.CLAIM.compareAndSet(memory, base, seen, claim)) {
                selfOwner = owner;
                steps.reached("adopt: slot claimed");
                return true;
            }
            file.letGo(position(slot));
        }
        return false;
    }

    /// Turns an adopted identity, once all that it held is given back, into this attachment's own.
    boolean renew(byte[] label) {
        final int slot = OwnerWord.slotOf(selfOwner);
        final long pid = ProcessHandle.current().pid();
        final int generation = OwnerWord.generationOf(selfOwner);
        final int next = ParticipantLayout.generation(generation + 1L);
        final long base = base(slot);
        if (!ParticipantLayout.CLAIM.compareAndSet(
                memory, base, ParticipantLayout.claim(pid, generation), ParticipantLayout.claim(pid, next))) {
            return false;
        }
        selfOwner = OwnerWord.owner(slot, next);
        describe(base, label);
        return true;
    }

    private boolean join(int slot, byte[] label, Steps steps) {
        final long base = base(slot);
        final long seen = ParticipantLayout.CLAIM.getAcquire(memory, base);
        if (ParticipantLayout.pid(seen) != 0 || !file.tryHold(position(slot))) {
            return false;
        }
        steps.reached("join: slot held");
        final int generation = ParticipantLayout.generation(seen + 1);
        final long claim = ParticipantLayout.claim(ProcessHandle.current().pid(), generation);
        // Unknown until it is ours: the last holder's start time beside our process id would make us look dead.
        ParticipantLayout.START_MILLIS.set(memory, base, 0L);
        if (!ParticipantLayout.CLAIM.compareAndSet(memory, base, seen, claim)) {
            file.letGo(position(slot));
            return false;
        }
        selfOwner = OwnerWord.owner(slot, generation);
        steps.reached("join: slot claimed");
        describe(base, label);
        return true;
    }

    private void describe(long base, byte[] label) {
        ParticipantLayout.START_MILLIS.set(memory, base, PortableSegmentFile.startMillis(ProcessHandle.current()));
        ParticipantLayout.ATTACHED_MILLIS.set(memory, base, System.currentTimeMillis());
        MemorySegment.copy(
                label, 0, memory, ValueLayout.JAVA_BYTE, base + ParticipantLayout.LABEL_OFFSET, label.length);
        ParticipantLayout.LABEL_LENGTH.set(memory, base, label.length);
    }

    /// This attachment's identity, as it stands in words.
    ///
    /// @return owner bits
    public int self() {
        return selfOwner;
    }

    /// Whether the participant that owns a word lives.
    ///
    /// @param owner a word, or its owner bits; not 0
    /// @return false if its process has ended, or it closed the segment, or there never was one
    public boolean isAlive(int owner) {
        final int bits = OwnerWord.ownerOf(owner);
        if (bits == selfOwner) {
            return true;
        }
        return isAlive(OwnerWord.slotOf(bits), claimBy(bits));
    }

    /// The process of a participant.
    ///
    /// @param owner a word, or its owner bits
    /// @return its id, 0 if there is no such participant any more
    long pidOf(int owner) {
        return ParticipantLayout.pid(claimBy(owner));
    }

    /// The participant that owns a word.
    ///
    /// @param owner a word, or its owner bits
    /// @return as it is now, nothing if there is no such participant any more
    Optional<Participant> find(int owner) {
        return participant(OwnerWord.slotOf(owner), claimBy(owner));
    }

    /// The claim word of an owner's slot while that is its own, else 0, which is nobody's.
    private long claimBy(int owner) {
        final int slot = OwnerWord.slotOf(owner);
        if (slot < 0 || slot >= geometry.participantCount()) {
            return 0;
        }
        final long claim = ParticipantLayout.CLAIM.getAcquire(memory, base(slot));
        return ParticipantLayout.generation(claim) == OwnerWord.generationOf(owner) ? claim : 0;
    }

    private boolean isAlive(int slot, long claim) {
        final long pid = ParticipantLayout.pid(claim);
        return pid != 0 && file.isHeld(position(slot), pid, ParticipantLayout.START_MILLIS.get(memory, base(slot)));
    }

    /// The owner bits of every slot that is claimed and whose participant is dead.
    List<Integer> dead() {
        final List<Integer> dead = new ArrayList<>();
        for (int slot = 0; slot < geometry.participantCount(); slot++) {
            final long claim = ParticipantLayout.CLAIM.getAcquire(memory, base(slot));
            // Who left in between freed its slot before it let go, and somebody else may be in it.
            if (ParticipantLayout.pid(claim) != 0
                    && !isAlive(slot, claim)
                    && ParticipantLayout.CLAIM.getAcquire(memory, base(slot)) == claim) {
                dead.add(OwnerWord.owner(slot, ParticipantLayout.generation(claim)));
            }
        }
        return dead;
    }

    /// Notes that this participant has found something that a dead one held.
    void foundDead() {
        foundDead = true;
    }

    /// Whether [#foundDead] was called since this was last asked.
    boolean hasFoundDead() {
        final boolean found = foundDead;
        if (found) {
            foundDead = false;
        }
        return found;
    }

    /// The claim word of an owner's slot as it is now.
    long claimOf(int owner) {
        return ParticipantLayout.CLAIM.getAcquire(memory, base(OwnerWord.slotOf(owner)));
    }

    /// Frees a slot whose holder was swept, unless a newcomer has adopted it since `claim` was read. Only under
    /// the sweep lock, or by the holder itself.
    boolean free(int owner, long claim) {
        final long base = base(OwnerWord.slotOf(owner));
        final long free = ParticipantLayout.claim(0, OwnerWord.generationOf(owner));
        return ParticipantLayout.CLAIM.compareAndSet(memory, base, claim, free);
    }

    /// Lets the kernel's lock on this participant's own slot go.
    void letGo() {
        file.letGo(position(OwnerWord.slotOf(selfOwner)));
    }

    /// Everybody attached, and the dead that nobody has swept yet.
    ///
    /// @return a snapshot, by slot
    public List<Participant> list() {
        final List<Participant> list = new ArrayList<>();
        for (int slot = 0; slot < geometry.participantCount(); slot++) {
            participant(slot, ParticipantLayout.CLAIM.getAcquire(memory, base(slot)))
                    .ifPresent(list::add);
        }
        return list;
    }

    private Optional<Participant> participant(int slot, long claim) {
        if (ParticipantLayout.pid(claim) == 0) {
            return Optional.empty();
        }
        final long base = base(slot);
        return Optional.of(new Participant(
                slot,
                ParticipantLayout.generation(claim),
                ParticipantLayout.pid(claim),
                Instant.ofEpochMilli(ParticipantLayout.START_MILLIS.get(memory, base)),
                Instant.ofEpochMilli(ParticipantLayout.ATTACHED_MILLIS.get(memory, base)),
                label(base),
                isAlive(slot, claim)));
    }

    /// How many participants the table has room for.
    ///
    /// @return the number of slots
    public int capacity() {
        return geometry.participantCount();
    }

    private String label(long base) {
        final int length = ParticipantLayout.LABEL_LENGTH.get(memory, base);
        final byte[] bytes = new byte[Math.clamp(length, 0, ParticipantLayout.LABEL_BYTES)];
        MemorySegment.copy(
                memory, ValueLayout.JAVA_BYTE, base + ParticipantLayout.LABEL_OFFSET, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long base(int slot) {
        return geometry.participantsOffset() + (long) slot * ParticipantLayout.BYTES;
    }

    private long position(int slot) {
        return geometry.participantsOffset() + slot;
    }
}
