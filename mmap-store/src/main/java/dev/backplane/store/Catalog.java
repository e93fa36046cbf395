package dev.backplane.store;

import static dev.backplane.store.CatalogLayout.ALLOCATING;
import static dev.backplane.store.CatalogLayout.FREE;
import static dev.backplane.store.CatalogLayout.READY;
import static dev.backplane.store.CatalogLayout.REMOVED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The named objects of a segment, and the only truth about its space: what no entry covers is free.
///
/// **Removal** is like a file's: the name goes at once, the space when the last participant that attached the
/// object has closed or died. So nobody's object ever turns into another under his hands.
///
/// **Memory consistency.** What the initialiser of [#createOrAttach] stored happens-before everything that any
/// process does with the attached object.
///
/// **Cost.** Each call takes the segment's catalog mutex; creation makes two system calls to reserve the pages.
/// Thread-safe.
public final class Catalog {
    /*
     * All changes happen under the catalog's mutex, a RobustWord in the header. What a kill leaves, step by
     * step:
     *
     *   create  1. entry filled, FREE               a FREE entry: the next creator fills it again
     *           2. entry ALLOCATING                 } the mutex is found abandoned; its next holder gives pages back
     *           3. pages reserved                   } and makes every ALLOCATING entry FREE (repair)
     *           4. object initialised               }
     *           5. entry READY                      created; the dead creator's user bit goes with its sweep
     *   remove  1. entry REMOVED                    removed; the space goes with its last user's sweep, or
     *                                               with the next repair if it has none
     *           2. pages given back                 the same: pages are given back once more, which is harmless since
     *                                               the entry still covers them
     *           3. entry FREE                       removed
     *   attach  user bit set                        cleared by the sweep of the dead
     *   detach  user bit cleared                    the last one's REMOVED entry: the next repair frees it
     *   sweep   user bit set while an object of the dead is put in order, and cleared unless the sweeper
     *           uses the object, since before or meanwhile: cleared by the sweep of the sweeper
     *
     * A page is given back only while an entry still covers it, and an entry covers a range before it has
     * pages. So no step leaves pages that nobody will ever give back.
     */
    private final Segment segment;
    private final SegmentFile file;
    private final MemorySegment memory;
    private final CatalogTable table;
    private final RobustWord mutex;
    private final Steps steps;

    /// The entries of the objects that this attachment uses, other than for as long as a sweep. Under the mutex.
    private final BitSet used = new BitSet();

    Catalog(Segment segment, SegmentFile file, SegmentLayout.Geometry geometry, Steps steps) {
        this.segment = segment;
        this.file = file;
        this.memory = segment.memory();
        this.table = new CatalogTable(memory, geometry, segment.path().toString());
        this.mutex = new RobustWord(segment, memory, SegmentLayout.CATALOG_WORD_OFFSET);
        this.steps = steps;
    }

    /// What is done while the catalog's mutex is held.
    private interface Section<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private <T extends @Nullable Object> T underMutex(Section<T> section) throws IOException {
        try {
            boolean consistent = acquireMutex() == RobustWord.Outcome.ACQUIRED;
            try {
                if (!consistent) {
                    repair();
                    consistent = true;
                }
                return section.run();
            } finally {
                if (consistent) {
                    mutex.release();
                } else {
                    mutex.releaseAbandoned();
                }
            }
        } catch (InternalError e) {
            throw segment.truncated(e);
        }
    }

    /// From a dead holder at once, and not after a slice: a sweep must not wait for another one who died.
    private RobustWord.Outcome acquireMutex() {
        final RobustWord.Outcome atOnce = mutex.tryAcquire();
        return atOnce == RobustWord.Outcome.TIMED_OUT ? mutex.acquire(Waiting.byDefault()) : atOnce;
    }

    /// Finishes what a dead holder of the mutex left undone. Idempotent.
    private void repair() throws IOException {
        for (int index = 0; index < table.size(); index++) {
            final int state = table.state(index);
            if (state == ALLOCATING || state == REMOVED && !table.hasUsers(index)) {
                free(index);
            }
        }
    }

    private void free(int index) throws IOException {
        if (table.isWithinData(index)) {
            file.release(table.offset(index), table.length(index));
        }
        steps.reached("free: pages released");
        table.state(index, FREE);
        steps.reached("free: entry free");
    }

    /// Attaches the object of that name, or creates it.
    ///
    /// @param spec what it must be: an existing one must have the same type, layout version, length and
    ///     parameters
    /// @param initializer stores the first values; the bytes are zeros before
    /// @return the object's bytes
    /// @throws IOException if the file system has no room for it; nothing is left behind
    /// @throws SegmentException if the object exists and is something else, or the segment or its catalog is
    ///     full
    public Region createOrAttach(ObjectSpec spec, Consumer<MemorySegment> initializer) throws IOException {
        segment.ensureOpen();
        final Region region = underMutex(() -> tryCreateOrAttach(spec, initializer));
        if (region != null) {
            return region;
        }
        // Full: the dead may hold removed objects that their sweep frees.
        segment.sweepDead();
        final Region again = underMutex(() -> tryCreateOrAttach(spec, initializer));
        if (again != null) {
            return again;
        }
        throw full(spec);
    }

    private @Nullable Region tryCreateOrAttach(ObjectSpec spec, Consumer<MemorySegment> initializer)
            throws IOException {
        segment.ensureOpen(); // Again: who leaves looks for what it uses after it has had the mutex once.
        final int existing = table.find(spec.name());
        if (existing >= 0) {
            return use(existing, checked(existing, spec, true));
        }
        final int index = table.findFree();
        final long offset = table.findGap(spec.length());
        return index < 0 || offset < 0 ? null : create(index, offset, spec, initializer);
    }

    private Region create(int index, long offset, ObjectSpec spec, Consumer<MemorySegment> initializer)
            throws IOException {
        final long incarnation = SegmentLayout.INCARNATION.get(memory, 0L) + 1;
        SegmentLayout.INCARNATION.set(memory, 0L, incarnation);
        table.write(index, spec, offset, incarnation);
        steps.reached("create: entry filled");
        table.state(index, ALLOCATING);
        steps.reached("create: entry allocating");
        boolean ready = false;
        try {
            file.allocate(memory, offset, spec.length());
            steps.reached("create: pages reserved");
            initializer.accept(memory.asSlice(offset, spec.length()));
            steps.reached("create: object initialised");
            table.state(index, READY);
            ready = true;
        } finally {
            if (!ready) {
                free(index);
            }
        }
        steps.reached("create: entry ready");
        return use(index, checked(index, spec, true));
    }

    private SegmentException full(ObjectSpec spec) throws IOException {
        final boolean entries = underMutex(table::findFree) < 0;
        return new SegmentException(
                entries
                        ? "no room for " + spec.name() + ": the catalog of " + segment.path() + " has all its "
                                + table.size() + " entries in use; create the segment with more objects"
                        : "no room for " + spec.name() + ": " + segment.path() + " has no gap of " + spec.length()
                                + " bytes in its " + segment.size() + "; create the segment with a larger size");
    }

    /// Attaches an existing object.
    ///
    /// @param name the object's name
    /// @param type the type code it must have
    /// @param layoutVersion the version its layout must have
    /// @return its bytes, or nothing if there is none of that name
    /// @throws SegmentException if it is of another type or layout version
    /// @throws IOException if the segment's file fails
    public Optional<Region> attach(String name, int type, int layoutVersion) throws IOException {
        segment.ensureOpen();
        return Optional.ofNullable(underMutex(() -> {
            segment.ensureOpen();
            final int index = table.find(name);
            return index < 0
                    ? null
                    : use(index, checked(index, new ObjectSpec(name, type, layoutVersion, 1, 0, 0), false));
        }));
    }

    private Region use(int index, CatalogEntry entry) {
        used.set(index);
        table.user(index, OwnerWord.slotOf(segment.self()), true);
        steps.reached("attach: user bit set");
        return region(entry);
    }

    private Region region(CatalogEntry entry) {
        return new Region(
                segment,
                entry.index(),
                entry.name(),
                entry.type(),
                entry.offset(),
                entry.length(),
                entry.param0(),
                entry.param1(),
                entry.incarnation(),
                memory.asSlice(entry.offset(), entry.length()));
    }

    private CatalogEntry checked(int index, ObjectSpec spec, boolean wholly) {
        final CatalogEntry entry = table.read(index);
        if (entry == null) {
            throw new SegmentException("entry " + index + " of the catalog of " + segment.path()
                    + " changed while its mutex was held: the segment is damaged");
        }
        if (entry.type() != spec.type()) {
            throw mismatch(spec, "type " + entry.type(), "type " + spec.type());
        }
        if (entry.layoutVersion() != spec.layoutVersion()) {
            throw mismatch(spec, "layout version " + entry.layoutVersion(), "version " + spec.layoutVersion());
        }
        if (wholly && entry.length() != spec.length()) {
            throw mismatch(spec, entry.length() + " bytes", spec.length() + " bytes");
        }
        if (wholly && (entry.param0() != spec.param0() || entry.param1() != spec.param1())) {
            throw mismatch(
                    spec, "parameters " + entry.param0() + ", " + entry.param1(), spec.param0() + ", " + spec.param1());
        }
        return entry;
    }

    private SegmentException mismatch(ObjectSpec spec, String found, String asked) {
        return new SegmentException("object " + spec.name() + " in " + segment.path() + " has " + found + ", asked for "
                + asked + ": use another name, or remove it first");
    }

    /// Removes an object's name; its space becomes free when its last user has gone.
    ///
    /// @param name the object's name
    /// @return whether there was one
    /// @throws IOException if the segment's file fails
    public boolean remove(String name) throws IOException {
        segment.ensureOpen();
        return underMutex(() -> {
            final int index = table.find(name);
            if (index < 0) {
                return false;
            }
            table.state(index, REMOVED);
            steps.reached("remove: entry removed");
            if (!table.hasUsers(index)) {
                free(index);
            }
            return true;
        });
    }

    /// The objects, and the removed ones that somebody still uses. Takes no lock, so that it works on a
    /// segment whose processes are all dead or stuck; an entry that is being changed may be missing.
    ///
    /// @return a snapshot, by entry
    public List<CatalogEntry> entries() {
        return table.entries();
    }

    /// The object of a name. Takes no lock, as [#entries] does not.
    ///
    /// @param name the object's name
    /// @return a snapshot of its entry, or nothing if there is none of that name
    public Optional<CatalogEntry> entry(String name) {
        final int index = table.find(name);
        final CatalogEntry entry = index < 0 ? null : table.read(index);
        return Optional.ofNullable(entry)
                .filter(found -> !found.removed() && found.name().equals(name));
    }

    /// Whether an object that this attachment uses still has its name. Takes no lock.
    ///
    /// @param region of the object, from this catalog
    /// @return false if it was removed
    public boolean names(Region region) {
        try {
            return table.state(region.entry()) == READY && table.incarnation(region.entry()) == region.incarnation();
        } catch (InternalError e) {
            throw segment.truncated(e);
        }
    }

    /// How many objects the catalog has room for.
    ///
    /// @return the number of entries
    public int capacity() {
        return table.size();
    }

    /// The object of an entry that a dead participant used, with this participant's user bit set so that it
    /// stays, or null.
    @Nullable
    Region pin(int index, int deadSlot) throws IOException {
        // Without the mutex: the dead set no more bits, and who clears this one is a sweep that is finished
        // with it.
        if (!table.isUser(index, deadSlot)) {
            return null;
        }
        return underMutex(() -> {
            final CatalogEntry entry = table.read(index);
            if (entry == null || !entry.users().get(deadSlot)) {
                return null;
            }
            table.user(index, OwnerWord.slotOf(segment.self()), true);
            return region(entry);
        });
    }

    /// Clears the user bit of a dead participant, and this one's unless it uses the object, as it may do since the
    /// object was pinned only; frees a removed object without users.
    void unpin(int index, int deadSlot) throws IOException {
        underMutex(() -> {
            final int self = OwnerWord.slotOf(segment.self());
            if (self != deadSlot && !used.get(index)) {
                table.user(index, self, false);
            }
            table.user(index, deadSlot, false);
            steps.reached("detach: user bits cleared");
            if (table.state(index) == REMOVED && !table.hasUsers(index)) {
                free(index);
            }
            return null;
        });
    }

    /// Takes the mutex over if its holder died, and finishes what that one left undone.
    void repairIfAbandoned() throws IOException {
        underMutex(() -> null);
    }

    /// Finishes what anybody who died left undone, whether or not the mutex tells of it.
    void freeLeftovers() throws IOException {
        underMutex(() -> {
            repair();
            return null;
        });
    }

    /// Frees the mutex if `deadOwner` died with it: for one who has taken that identity over.
    void abandonMutex(int deadOwner) {
        mutex.abandon(deadOwner);
    }

    /// The catalog's mutex, for inspection.
    ///
    /// @return the raw word; see [OwnerWord]
    public int mutexWord() {
        return mutex.word();
    }
}
