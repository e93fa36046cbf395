package dev.backplane.store;

import dev.backplane.events.Place;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One attachment to a memory-mapped file in which processes of this host share named objects.
///
/// The file has a header, a table of participants, a catalog of objects and their bytes; see
/// `docs/LAYOUT.md`. Its virtual size is fixed when it is created and costs nothing: pages are reserved when
/// an object is created, so that a full disk is an [IOException] then and not a fault later.
///
/// **Lifetime.** A named segment stays until [#delete] removes its name and the last attachment ends; an
/// anonymous one until the last attachment ends. [#close] leaves the table of participants at once; the
/// memory stays mapped as long as anything in this JVM refers to it, so no thread ever touches unmapped
/// memory.
///
/// **Process death.** A killed process is a dead participant: whoever next attaches, or waits for something
/// that the dead one held, gives back what it held and frees its slot.
///
/// **Truncation.** If a stranger cuts the file short while it is mapped, calls that change the segment's
/// structure throw a [SegmentException] that says so; access to an object's bytes beyond the new end throws
/// [InternalError], which is how the JVM reports the fault.
///
/// Thread-safe. Opening costs some ten system calls.
public final class Segment implements AutoCloseable {
    private static final int LONGEST_NAME_BYTES = 200;

    private final Platform platform;
    final SegmentFile file;
    private final Path path;
    private final MemorySegment memory;
    private final SegmentLayout.Geometry geometry;
    private final UUID id;
    private final Participants participants;
    private final Places places;
    private final Catalog catalog;
    private final Sweeper sweeper;
    private volatile boolean closed;
    /// Who gives back what this attachment holds: it alone may still use the segment, and wait for its
    /// mutexes.
    private volatile @Nullable Thread leaver;
    /// [#closed] for readers that must not pay for a volatile read; written before it.
    private boolean closedPlain;

    Segment(
            Platform platform,
            SegmentFile file,
            Path path,
            MemorySegment memory,
            SegmentLayout.Geometry geometry,
            UUID id,
            SegmentOptions options,
            Steps steps)
            throws IOException {
        this.platform = platform;
        this.file = file;
        this.path = path;
        this.memory = memory;
        this.geometry = geometry;
        this.id = id;
        this.participants = new Participants(memory, geometry, file);
        this.places = new Places(path.toString(), memory, geometry, options.recoveries());
        final byte[] label = options.labelBytes();
        if (!participants.join(label, steps) && !joinInPlaceOfDead(label, options, steps)) {
            throw new SegmentException("cannot attach " + path + ": all " + participants.capacity()
                    + " slots for participants are taken; create the segment with more, or end some");
        }
        this.catalog = new Catalog(this, file, geometry, steps);
        this.sweeper = new Sweeper(this, catalog, options.recoveries(), steps);
    }

    /// Where every slot is taken and some are of the dead, a newcomer, who has no identity to sweep with,
    /// becomes one of the dead, gives back what that one held, and only then takes the slot as its own.
    private boolean joinInPlaceOfDead(byte[] label, SegmentOptions options, Steps steps) throws IOException {
        steps.reached("join: none free");
        if (!participants.adopt(steps)) {
            return participants.join(label, steps); // Perhaps others have swept the dead just now.
        }
        final Catalog asTheDead = new Catalog(this, file, geometry, steps);
        final Sweeper sweepOfTheDead = new Sweeper(this, asTheDead, options.recoveries(), steps);
        return sweepOfTheDead.sweepAdopted() && participants.renew(label);
    }

    /// Creates a segment.
    ///
    /// @param path where; nothing of that name may exist
    /// @param options size and limits
    /// @return this process's attachment to it
    /// @throws java.nio.file.FileAlreadyExistsException if something of that name exists
    /// @throws IOException if the directory or the file system refuses; nothing is left behind
    public static Segment create(Path path, SegmentOptions options) throws IOException {
        return factory().create(path, options);
    }

    /// Attaches an existing segment.
    ///
    /// @param path where it is
    /// @param options how to attach; sizes and limits are the segment's own
    /// @return this process's attachment to it
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws SegmentFormatException if the file is not a segment of this library
    /// @throws SegmentException if it is of another platform, or its table of participants is full
    /// @throws IOException if it is a symbolic link, belongs to another user, or cannot be mapped
    public static Segment open(Path path, SegmentOptions options) throws IOException {
        return factory().open(path, options);
    }

    /// Attaches a segment, or creates it; of several processes that do so at once, one creates.
    ///
    /// @param path where
    /// @param options size and limits, should it be created
    /// @return this process's attachment to it
    /// @throws IOException as [#open] and [#create] do
    public static Segment openOrCreate(Path path, SegmentOptions options) throws IOException {
        return factory().openOrCreate(path, options);
    }

    /// Creates a segment without a name, which other processes attach by its handle while this one lives.
    ///
    /// @param label what it is called in /proc, for people
    /// @param options size and limits
    /// @return this process's attachment to it
    /// @throws IOException if the system refuses
    public static Segment anonymous(String label, SegmentOptions options) throws IOException {
        return factory().anonymous(label, options);
    }

    /// Attaches the segment that a handle names.
    ///
    /// @param handle from [#handle] of some attachment
    /// @param options how to attach
    /// @return this process's attachment to it
    /// @throws SegmentException if what is there now is another segment
    /// @throws IOException as [#open] does
    public static Segment attach(SegmentHandle handle, SegmentOptions options) throws IOException {
        return factory().attach(handle, options);
    }

    /// Attaches the anonymous segment whose [#openDescriptor] another process has sent, even if that process
    /// has ended, or `/proc` does not show it.
    ///
    /// @param descriptor as [StreamSocket#receiveDescriptor] got it; is closed in any case
    /// @param options how to attach
    /// @return this process's attachment to it
    /// @throws UnsupportedOperationException where segments have no descriptors that can be sent
    /// @throws SegmentFormatException if what it leads to is not a segment of this library
    /// @throws IOException if it is no anonymous segment, or as [#open] does
    public static Segment ofDescriptor(int descriptor, SegmentOptions options) throws IOException {
        return factory().open(descriptor, options);
    }

    /// Removes a segment's name, and the files beside it if nobody is attached. Attachments go on; the space is
    /// freed with the last of them.
    ///
    /// @param path of the segment
    /// @return whether there was one
    /// @throws SegmentFormatException if the file is not a segment, which is left alone
    /// @throws IOException if the file cannot be read or removed
    public static boolean delete(Path path) throws IOException {
        if (Files.notExists(path)) {
            return false;
        }
        try (SegmentView view = SegmentView.open(path)) {
            return FilesBeside.deleteWith(view);
        }
    }

    private static SegmentFactory factory() {
        return new SegmentFactory(Platform.current(), Steps.NONE);
    }

    /// Where segments live that are named rather than given a path: `/dev/shm/backplane-<uid>`, mode 0700, or
    /// the same below `java.io.tmpdir` where there is no /dev/shm.
    ///
    /// @return the directory, which may not exist yet
    public static Path defaultDirectory() {
        return SegmentDirectory.byDefault();
    }

    /// The path of a segment in the default directory.
    ///
    /// @param name 1 to 200 bytes of UTF-8, without `/` or NUL, not beginning with a dot
    /// @return the path
    /// @throws IllegalArgumentException if the name is not allowed
    public static Path pathOf(String name) {
        ObjectSpec.checkName(name, "segment name", LONGEST_NAME_BYTES);
        if (name.startsWith(".")) {
            throw new IllegalArgumentException("segment name must not begin with a dot: " + name);
        }
        return defaultDirectory().resolve(name);
    }

    /// How other processes of this host find this segment.
    ///
    /// @return its path and identity
    public SegmentHandle handle() {
        return new SegmentHandle(path.toAbsolutePath().toString(), id);
    }

    /// A new descriptor of an anonymous segment, to be sent to another process of this host, which attaches
    /// by [#ofDescriptor]. It stays open when this is closed.
    ///
    /// @return a descriptor that is the caller's to close by [Platform#closeDescriptor]; nothing if the
    ///     segment has a name or is closed, or where it has no descriptor that can be sent
    /// @throws IOException if this process has too many open files
    public OptionalInt openDescriptor() throws IOException {
        return isAnonymous() ? file.openDescriptor() : OptionalInt.empty();
    }

    /// Where the segment is.
    ///
    /// @return its path; of an anonymous one, below `/proc`
    public Path path() {
        return path;
    }

    /// Where files belong that hold what is too large for the segment: beside it, or in the default directory
    /// if it is anonymous. Their names begin with `.backplane-<id>-`, see [FilesBeside].
    ///
    /// @return a directory
    /// @throws IOException if it cannot be made, or somebody else could have prepared it
    public Path directory() throws IOException {
        final Path directory = isAnonymous()
                ? defaultDirectory()
                : Objects.requireNonNull(path.toAbsolutePath().getParent(), "a segment is in some directory");
        SegmentDirectory.ensureDefault(directory);
        SegmentDirectory.check(directory);
        return directory;
    }

    /// Whether the segment has no name of its own.
    ///
    /// @return whether it came from [#anonymous], here or elsewhere
    public boolean isAnonymous() {
        return path.startsWith("/proc") || path.getFileName().toString().startsWith(PortablePlatform.ANONYMOUS_PREFIX);
    }

    /// The segment's identity, drawn at random when it was created.
    ///
    /// @return 128 bits
    public UUID id() {
        return id;
    }

    /// The virtual size.
    ///
    /// @return bytes
    public long size() {
        return geometry.sizeBytes();
    }

    /// Who is attached.
    ///
    /// @return the table of participants
    public Participants participants() {
        return participants;
    }

    /// What the segment holds.
    ///
    /// @return the catalog of objects
    public Catalog catalog() {
        return catalog;
    }

    /// How threads wait on words of this segment.
    ///
    /// @return the platform's futex
    public Futex futex() {
        return platform.futex();
    }

    /// This attachment's identity, as it stands in words.
    ///
    /// @return owner bits; see [OwnerWord]
    public int self() {
        return participants.self();
    }

    /// The whole mapping.
    MemorySegment memory() {
        return memory;
    }

    /// Which object a word is in, for events.
    ///
    /// @param part a part of the mapping
    /// @param offset of the word in it
    /// @return what the catalog says now
    public Place placeOf(MemorySegment part, long offset) {
        return places.of(part, offset);
    }

    /// Notes that something was found held by a participant that is dead, or has left, and tells who records.
    ///
    /// @param owner the participant's owner bits, or a word with them
    /// @param part a part of the mapping
    /// @param offset of the word that it owned in it
    public void recordDeath(int owner, MemorySegment part, long offset) {
        participants.foundDead();
        places.recordDeath(owner, pidOfDead(owner), part, offset);
    }

    /// The process of a dead participant, 0 if this attachment has its identity for now.
    long pidOfDead(int owner) {
        return OwnerWord.ownerOf(owner) == self() && !closed ? 0 : participants.pidOf(owner);
    }

    /// Gives back what dead participants held and frees their slots.
    ///
    /// @return how many slots became free
    /// @throws IOException if the segment's file fails
    public int sweepDead() throws IOException {
        ensureOpen();
        return sweeper.sweepDead();
    }

    /// Does all that recovery would do: [#sweepDead], and what a dead holder of the catalog's mutex left
    /// undone.
    ///
    /// @return how many slots became free
    /// @throws IOException if the segment's file fails
    public int repair() throws IOException {
        final int freed = sweepDead();
        catalog.freeLeftovers();
        return freed;
    }

    /// [#sweepDeadUnlessOthersDo], twice in a wait slice at most: for threads that wait, however many they are.
    ///
    /// @throws SegmentException if the segment's file fails
    public void sweepDeadInPassing() {
        if (sweeper.isDue()) {
            sweepDeadUnlessOthersDo();
        }
    }

    /// [#sweepDeadUnlessOthersDo] if a thread of this attachment has found a dead one since the last time: for threads
    /// that are going to sleep, since what they wait for may be another thing that the dead one held.
    public void sweepDeadIfFound() {
        if (participants.hasFoundDead()) {
            sweepDeadUnlessOthersDo();
        }
    }

    /// [#sweepDead] where no I/O is expected, and nobody must wait: if one who lives sweeps, it returns at once.
    ///
    /// @throws SegmentException if the segment's file fails
    public void sweepDeadUnlessOthersDo() {
        ensureOpen();
        sweeper.sweepDeadUnlessOthersDo();
    }

    /// Whether [#close] was called.
    ///
    /// @return true from then on
    public boolean isClosed() {
        return closed;
    }

    /// Refuses to go on after [#close].
    ///
    /// @throws IllegalStateException if the segment is closed
    public void ensureOpen() {
        if (closed && leaver != Thread.currentThread()) {
            throw new IllegalStateException("segment " + path + " is closed");
        }
    }

    /// [#ensureOpen] with a plain read, which a compiler may do once for a whole loop: for access to
    /// elements, where a volatile read each time would cost more than the access.
    ///
    /// @throws IllegalStateException if the segment is closed and this thread happens to see it
    public void ensureOpenPlain() {
        if (closedPlain) {
            throw new IllegalStateException("segment " + path + " is closed");
        }
    }

    /// What a fault in the mapping means.
    SegmentException truncated(InternalError fault) {
        return new SegmentException(
                "segment " + path + " was truncated while it was mapped: its " + geometry.sizeBytes()
                        + " bytes are no longer all there; stop its processes and recreate it",
                fault);
    }

    /// Leaves: gives back everything that this attachment holds, as if it had died, and frees its slot. Calls
    /// that wait on the segment end with [IllegalStateException] within one wait slice, later ones at once.
    /// Closing again does nothing.
    ///
    /// @throws IOException if the segment's file fails; the attachment is closed in any case
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            leaver = Thread.currentThread();
            closedPlain = true;
            closed = true;
        }
        try (file) {
            sweeper.leave();
        } catch (InternalError e) {
            throw truncated(e);
        } finally {
            leaver = null;
        }
    }

    /// Ends this attachment as a kill would: nothing is given back, and nothing more is done. For tests.
    synchronized void abandon() {
        closedPlain = true;
        closed = true;
        file.close();
    }

    /// The segment and this attachment to it, for messages.
    @Override
    public String toString() {
        return "Segment[" + path + ", " + geometry.sizeBytes() + " bytes, " + OwnerWord.describe(self()) + "]";
    }
}
