package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A look at a segment that changes nothing in it: no participant's slot is taken, no lock, and the dead are
/// left as they lie.
///
/// It works on a segment whose processes are all dead, or stopped in the middle of something. What is read
/// may be changing meanwhile; each value is what it was at some instant.
public final class SegmentView implements AutoCloseable {
    private final Path path;
    private final SegmentFile file;
    private final Arena arena;
    private final SegmentHeader header;
    private final MemorySegment memory;
    private final Participants participants;
    private final CatalogTable table;

    private SegmentView(Path path, SegmentFile file, SegmentHeader header, Arena arena, MemorySegment memory) {
        this.path = path;
        this.arena = arena;
        this.file = file;
        this.header = header;
        this.memory = memory;
        this.participants = new Participants(memory, header.geometry(), file);
        this.table = new CatalogTable(memory, header.geometry(), path.toString());
    }

    /// Opens a segment to look at it.
    ///
    /// @param path where it is
    /// @return the view, to be closed
    /// @throws IOException if there is no such file, or it is a symbolic link or somebody else's
    /// @throws SegmentFormatException if it is no segment
    public static SegmentView open(Path path) throws IOException {
        return of(path, Platform.current().open(path));
    }

    @SuppressWarnings("MustBeClosedChecker") // The view closes the arena.
    private static SegmentView of(Path path, SegmentFile file) throws IOException {
        // Unmapped on close: who looks again and again holds nothing of those that have ended.
        final Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            final SegmentHeader header = SegmentHeader.read(file, path.toString());
            final MemorySegment memory =
                    file.map(header.geometry().sizeBytes(), arena).asReadOnly();
            opened = true;
            return new SegmentView(path, file, header, arena, memory);
        } finally {
            if (!opened) {
                arena.close();
                file.close();
            }
        }
    }

    /// The anonymous segments of this user's processes on this host.
    ///
    /// Nobody registers them: on Linux the kernel tells which processes have one open, elsewhere their files
    /// are in `java.io.tmpdir`. So none is missed, and none outlives its processes.
    ///
    /// @param label what their creators called them; on other systems than Linux those with other labels are
    ///     among them
    /// @return a view of each that is a segment of this version, to be closed by the caller
    /// @throws IOException if the system does not tell
    public static List<SegmentView> anonymous(String label) throws IOException {
        final List<SegmentView> views = new ArrayList<>();
        for (SegmentFile file : Platform.current().anonymousSegments(label)) {
            try {
                views.add(of(file.path(), file));
            } catch (IOException | SegmentException _) {
                // Another library's, or another version's.
            }
        }
        return views;
    }

    /// The segments without a name, anonymous or deleted, that this user's processes have open.
    ///
    /// @param directory from which they were deleted
    /// @return a view of each that is a segment of this version, to be closed; nothing if the system does not
    ///     tell, or not of all
    static Optional<List<SegmentView>> nameless(Path directory) throws IOException {
        final Optional<List<SegmentFile>> files = Platform.current().namelessSegments(directory);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        final List<SegmentView> views = new ArrayList<>();
        boolean complete = true;
        for (SegmentFile file : files.get()) {
            try {
                views.add(of(file.path(), file));
            } catch (SegmentException _) {
                // No segment, or another version's.
            } catch (IOException _) {
                complete = false; // It may be one, which cannot be mapped now.
            }
        }
        if (complete) {
            return Optional.of(views);
        }
        views.forEach(SegmentView::close);
        return Optional.empty();
    }

    /// Where the segment is.
    ///
    /// @return the path that was opened
    public Path path() {
        return path;
    }

    /// The segment's identity.
    ///
    /// @return 128 bits
    public UUID id() {
        return header.id();
    }

    /// The virtual size.
    ///
    /// @return bytes
    public long size() {
        return header.geometry().sizeBytes();
    }

    /// The bytes that objects take.
    ///
    /// @return the sum of their lengths
    public long usedBytes() {
        return entries().stream().mapToLong(CatalogEntry::length).sum();
    }

    /// When the segment was created.
    ///
    /// @return by the creator's clock
    public Instant created() {
        return Instant.ofEpochMilli(SegmentLayout.CREATED_MILLIS.get(memory, 0L));
    }

    /// Everybody attached, and the dead that nobody has swept yet.
    ///
    /// @return a snapshot, by slot
    public List<Participants.Participant> participants() {
        return participants.list();
    }

    /// The participant that owns a word.
    ///
    /// @param owner a word, or its owner bits
    /// @return as it is now, nothing if nobody owns the word, or its owner has left the segment
    public Optional<Participants.Participant> participant(int owner) {
        return participants.find(owner);
    }

    /// How many participants there can be.
    ///
    /// @return the number of slots
    public int participantCapacity() {
        return participants.capacity();
    }

    /// The objects, and the removed ones that somebody still uses.
    ///
    /// @return a snapshot, in the order of the catalog
    public List<CatalogEntry> entries() {
        return table.entries();
    }

    /// How many objects there can be.
    ///
    /// @return the number of entries
    public int entryCapacity() {
        return table.size();
    }

    /// The word of the catalog's mutex.
    ///
    /// @return the raw word; see [OwnerWord]
    public int catalogWord() {
        return (int) RobustWord.WORD.getAcquire(memory, SegmentLayout.CATALOG_WORD_OFFSET);
    }

    /// The bytes of an object, read-only.
    ///
    /// @param entry from [#entries]
    /// @return its bytes
    public MemorySegment bytes(CatalogEntry entry) {
        return memory.asSlice(entry.offset(), entry.length());
    }

    /// How a participant stands whose identity is in a word.
    enum Standing {
        /// It is attached.
        ALIVE,
        /// It died, and what it held was not given back yet.
        DEAD,
        /// There is no such participant, or not any more.
        GONE
    }

    /// How the owner of a word stands.
    ///
    /// @param owner a word, or its owner bits; not 0
    Standing standing(int owner) {
        final int bits = OwnerWord.ownerOf(owner);
        // Asked first: whoever is found dead afterwards was so while its slot was still its own.
        if (participants.isAlive(bits)) {
            return Standing.ALIVE;
        }
        return ownerOf(OwnerWord.slotOf(bits)) == bits ? Standing.DEAD : Standing.GONE;
    }

    /// Who has a slot, dead or alive.
    ///
    /// @return owner bits, 0 for nobody or no slot
    int ownerOf(int slot) {
        if (slot < 0 || slot >= participants.capacity()) {
            return 0;
        }
        final long claim = participants.claimOf(OwnerWord.owner(slot, 0));
        return ParticipantLayout.pid(claim) == 0 ? 0 : OwnerWord.owner(slot, ParticipantLayout.generation(claim));
    }

    /// A participant in words, such as `dead pid 4711 (orders)`.
    ///
    /// @param owner a word with an owner, or its owner bits
    /// @return who it is, as far as that is known
    public String nameOf(int owner) {
        return participant(owner)
                .map(one -> (one.alive() ? "pid " : "dead pid ")
                        + one.pid()
                        + (one.label().isEmpty() ? "" : " (" + one.label() + ")"))
                .orElse(OwnerWord.describe(OwnerWord.ownerOf(owner)));
    }

    /// Whether the owner of a word is attached.
    ///
    /// @param owner a word, or its owner bits
    /// @return false for nobody
    public boolean isAlive(int owner) {
        return OwnerWord.ownerOf(owner) != 0 && participants.isAlive(owner);
    }

    /// Whether anybody attached is dead and was not swept yet.
    ///
    /// @return whether there is one at this moment
    public boolean hasDead() {
        return !participants.dead().isEmpty();
    }

    /// Whether an object of the catalog is still used by who has a slot.
    boolean isUser(CatalogEntry entry, int slot) {
        return table.isUser(entry.index(), slot);
    }

    /// Whether the bytes of an entry are an object's still, and the same one's.
    ///
    /// @param entry from [#entries]
    /// @return false if it was freed, or is another one's by now
    public boolean isStill(CatalogEntry entry) {
        final CatalogEntry now = CatalogCheck.whole(this, entry.index());
        return now != null && now.incarnation() == entry.incarnation();
    }

    /// The word of the mutex under which the dead are swept.
    ///
    /// @return the raw word; see [OwnerWord]
    public int sweepWord() {
        return (int) RobustWord.WORD.getAcquire(memory, SegmentLayout.SWEEP_WORD_OFFSET);
    }

    /// Which process created the segment.
    ///
    /// @return its process id
    public long creatorPid() {
        return SegmentLayout.CREATOR_PID.get(memory, 0L);
    }

    /// Where the files are that belong to the segment: as [Segment#directory] has it, but unchecked.
    ///
    /// @return a directory, which may not exist
    public Path directory() {
        final Path parent = path.toAbsolutePath().getParent();
        return path.startsWith("/proc") || parent == null ? Segment.defaultDirectory() : parent;
    }

    /// How participants prove that they live.
    int liveness() {
        return header.liveness();
    }

    /// Refuses to tell the living from the dead by other means than the segment's own.
    void requireSameLiveness() {
        final Platform platform = Platform.current();
        if (header.liveness() != platform.liveness()
                && (header.liveness() == SegmentLayout.LIVENESS_FILE_LOCKS
                        || header.liveness() == SegmentLayout.LIVENESS_PROCESS_IDS)) {
            throw new SegmentException(path + " tells the living from the dead by " + header.livenessName()
                    + ", this JVM runs the " + platform.name() + " platform: set -D" + Platform.PROPERTY);
        }
    }

    /// The whole mapping, read-only.
    MemorySegment memory() {
        return memory;
    }

    SegmentLayout.Geometry geometry() {
        return header.geometry();
    }

    CatalogTable table() {
        return table;
    }

    /// Unmaps the segment: what is read from the view or its bytes afterwards is an [IllegalStateException].
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        file.close();
    }
}
