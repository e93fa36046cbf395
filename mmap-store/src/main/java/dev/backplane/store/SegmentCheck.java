package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Checks a segment that others may be using: every invariant of the header, the participants, the catalog,
/// and, by the check that it is given, of the objects.
///
/// Nothing is written, locked, or asked of anybody. A live segment changes under the eyes of who looks, so a
/// look may see what never was at one moment. A finding counts if each of many looks finds it, the last of
/// them some 50 ms after the first. Where nothing is found there is one look.
public final class SegmentCheck {
    private static final int LOOKS = 12;
    private static final int LOOKS_AT_ONCE = 4;
    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = 7_000_000;
    private static final long FILE_PAUSE_NANOS = 50_000_000;
    /// Objects up to this size are copied, so that a look is of one moment where there is one.
    private static final long LARGEST_COPY = 1 << 14;

    private static final String REMOVE = "remove the object, and create it anew";

    private final SegmentView segment;
    private final ObjectCheck objects;

    private SegmentCheck(SegmentView segment, ObjectCheck objects) {
        this.segment = segment;
        this.objects = objects;
    }

    /// Something to look at, again if something is found.
    @FunctionalInterface
    interface Part {
        List<Finding> look();
    }

    /// Checks a segment.
    ///
    /// @param segment what is looked at
    /// @param objects checks one object, of whatever type
    /// @return what was found
    /// @throws SegmentException if the living cannot be told from the dead here
    public static List<Finding> of(SegmentView segment, ObjectCheck objects) {
        segment.requireSameLiveness();
        return new SegmentCheck(segment, objects).check();
    }

    private List<Finding> check() {
        final List<Part> parts = new ArrayList<>();
        parts.add(() -> HeaderCheck.header(segment));
        parts.add(() -> HeaderCheck.participants(segment));
        parts.add(() -> CatalogCheck.of(segment));
        for (int index = 0; index < segment.entryCapacity(); index++) {
            final CatalogEntry entry = CatalogCheck.whole(segment, index);
            if (entry != null) {
                parts.add(() -> lookAt(entry));
            }
        }
        return stable(parts);
    }

    /// What each look finds.
    ///
    /// @param parts to look at
    /// @return in the order of the parts
    static List<Finding> stable(List<Part> parts) {
        final List<Finding> found = new ArrayList<>();
        final List<Part> open = new ArrayList<>();
        for (Part part : parts) {
            final List<Finding> first = part.look();
            if (!first.isEmpty()) {
                open.add(part);
                found.addAll(first);
            }
        }
        for (int look = 1; look < LOOKS && !found.isEmpty(); look++) {
            if (look >= LOOKS_AT_ONCE) {
                pause();
            }
            final List<Finding> again = new ArrayList<>();
            open.forEach(part -> again.addAll(part.look()));
            retain(found, again);
        }
        return found;
    }

    /// Files that each of many looks finds, over more than half a second: whoever is about to delete one may
    /// well be kept from it for a while.
    ///
    /// @param <T> what is found, equal if it is the same
    /// @param look finds them
    /// @return what all looks found
    /// @throws IOException if a look fails
    public static <T> List<T> stable(Look<T> look) throws IOException {
        final List<T> found = new ArrayList<>(look.look());
        for (int i = 1; i < LOOKS && !found.isEmpty(); i++) {
            new Pause(FILE_PAUSE_NANOS).run();
            found.retainAll(look.look());
        }
        return found;
    }

    /// A look for files.
    ///
    /// @param <T> what is found
    @FunctionalInterface
    public interface Look<T> {
        /// Looks.
        ///
        /// @return what there is now
        /// @throws IOException if that cannot be told
        List<T> look() throws IOException;
    }

    /// As long as it says, whoever interrupts: a shorter one would make findings of what is about to change.
    private static void pause() {
        new Pause(PAUSE_NANOS).run();
    }

    private static void retain(List<Finding> found, List<Finding> again) {
        found.removeIf(finding -> again.stream().noneMatch(finding::isSame));
    }

    /// Looks at an object, if it is still the one that it was.
    private List<Finding> lookAt(CatalogEntry first) {
        final CatalogEntry entry = CatalogCheck.whole(segment, first.index());
        if (entry == null || entry.incarnation() != first.incarnation()) {
            return List.of();
        }
        final MemorySegment shared = segment.bytes(entry);
        return entry.length() <= LARGEST_COPY
                ? atOneMoment(shared, () -> {
                    final MemorySegment copy = copy(shared);
                    return new Seen(copy, check(entry, copy));
                })
                : check(entry, shared);
    }

    /// What was found in a copy.
    private record Seen(MemorySegment copy, List<Finding> findings) {}

    /// Tries to find what stood there before and after: then it was so at one moment, questions about owners
    /// included. If the bytes never stay as they are, what every try finds.
    private static List<Finding> atOneMoment(MemorySegment shared, Supplier<Seen> look) {
        final List<Finding> always = new ArrayList<>();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            final Seen seen = look.get();
            if (seen.findings.isEmpty() || seen.copy.mismatch(shared) < 0) {
                return seen.findings;
            }
            if (attempt == 0) {
                always.addAll(seen.findings);
            } else {
                retain(always, seen.findings);
            }
        }
        return always;
    }

    private static MemorySegment copy(MemorySegment shared) {
        // Of longs, so that the copy is aligned as the object is.
        final MemorySegment copy = MemorySegment.ofArray(new long[(int) Math.ceilDiv(shared.byteSize(), Long.BYTES)]);
        MemorySegment.copy(shared, 0, copy, 0, shared.byteSize());
        return copy.asSlice(0, shared.byteSize()).asReadOnly();
    }

    private List<Finding> check(CatalogEntry entry, MemorySegment bytes) {
        final Findings findings = new Findings(entry.name(), REMOVE);
        objects.check(new ObjectLook(segment, entry, bytes, findings));
        return findings.list();
    }
}
