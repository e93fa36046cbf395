package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A look at a segment that changes nothing in it: no participant's slot is taken, no lock, and the dead are
/// left as they lie.
///
/// It works on a segment whose processes are all dead, or stopped in the middle of something. What is read may
/// be changing meanwhile; each value is what it was at some instant.
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

    /// Unmaps the segment: what is read from the view or its bytes afterwards is an [IllegalStateException].
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        file.close();
    }
}
