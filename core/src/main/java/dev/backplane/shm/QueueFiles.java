package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.FilesBeside;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Participants;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The files of a queue's elements that are longer than its slots, beside the segment.
///
/// A file's name is `.backplane-<segment>-<object's incarnation>-<writer>-<number>.element`, mode 0600. It is
/// written under that name and `.new`, before a slot is claimed, so that nobody waits behind a slow disk;
/// renamed when the slot says what it is called; deleted by the consumer after the slot is free.
///
/// Files are read and written as streams, which an interrupt does not close: a thread whose interrupt status
/// is set puts and takes elements as any other.
///
/// What a kill leaves behind: a `.new` file, which the sweep of its writer deletes; or another that no slot
/// names, which any sweep of the queue deletes. A file that a slot names is an element's.
final class QueueFiles {
    static final String PREFIX = ".backplane-";
    private static final String SUFFIX = ".element";
    private static final String NEW = ".new";
    private static final int MOST_AT_ONCE = 1 << 16;
    static final Pattern NAME = Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,8})-([0-9a-f]{16})\\.element(\\.new)?");

    private final Segment segment;
    private final String segmentPrefix;
    private final long incarnation;
    private final String description;
    private @Nullable Path directory;

    /// Tells whether a slot names a file.
    @FunctionalInterface
    interface Named {
        boolean isNamed(int writer, long number);
    }

    QueueFiles(Region region) {
        this.segment = region.segment();
        this.segmentPrefix = PREFIX + segment.id() + "-";
        this.incarnation = region.incarnation();
        this.description = region.toString();
    }

    private Path directory() throws IOException {
        Path checked = directory;
        if (checked == null) {
            checked = segment.directory();
            directory = checked;
        }
        return checked;
    }

    private String name(int writer, long number) {
        return name(segment.id(), incarnation, writer, number);
    }

    /// What a file is called.
    static String name(UUID segment, long incarnation, int writer, long number) {
        return PREFIX + segment + "-" + Long.toHexString(incarnation) + "-" + Integer.toHexString(writer) + "-"
                + String.format("%016x", number) + SUFFIX;
    }

    private Path path(int writer, long number) throws IOException {
        return directory().resolve(name(writer, number));
    }

    private static Path asNew(Path path) {
        return path.resolveSibling(path.getFileName() + NEW);
    }

    /// Writes a file that no slot names yet.
    ///
    /// @return its number
    /// @throws SegmentException if there is no room for it; nothing is left behind then
    long write(MemorySegment bytes) {
        final long number = ThreadLocalRandom.current().nextLong();
        try {
            final Path path = asNew(path(segment.self(), number));
            announceIfNameless();
            boolean written = false;
            FilesBeside.make(path);
            created(path);
            try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                copy(bytes, out);
                written = true;
            } finally {
                if (!written) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new SegmentException(
                    "cannot write an element of " + bytes.byteSize() + " bytes, longer than a slot of queue "
                            + description + ", into a file: " + e
                            + "; make room, or create the queue with longer slots",
                    e);
        }
        return number;
    }

    /// Before a file: nobody could tell later whose it is.
    private void announceIfNameless() throws IOException {
        if (FilesBeside.isNameless(segment)) {
            FilesBeside.announce(directory(), segment.id());
        }
    }

    /// After a file was made: the name, or the mark, may be gone since then, by somebody who saw no file.
    private void created(Path path) throws IOException {
        boolean announced = false;
        try {
            announceIfNameless();
            announced = true;
        } finally {
            if (!announced) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void copy(MemorySegment bytes, OutputStream out) throws IOException {
        final byte[] part = new byte[(int) Math.min(bytes.byteSize(), MOST_AT_ONCE)];
        for (long from = 0; from < bytes.byteSize(); from += part.length) {
            final int length = (int) Math.min(part.length, bytes.byteSize() - from);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, part, 0, length);
            out.write(part, 0, length);
        }
    }

    /// Gives a file its name, now that a slot of this participant's says it.
    void keep(long number) {
        try {
            final Path path = path(segment.self(), number);
            Files.move(asNew(path), path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new SegmentException("cannot rename a file of queue " + description + ": " + e, e);
        }
    }

    /// Deletes a file that was written and is not wanted.
    void discard(long number) {
        delete(segment.self(), number, true);
        delete(segment.self(), number, false);
    }

    /// Deletes an element's file.
    void delete(int writer, long number) {
        delete(writer, number, false);
    }

    private void delete(int writer, long number, boolean isNew) {
        try {
            final Path path = path(writer, number);
            deleteIfPossible(isNew ? asNew(path) : path);
        } catch (IOException _) {
            // It cannot be told where the files are. A sweep deletes it.
        }
    }

    /// The element is delivered, or nobody's: that its file is still there must cost neither it nor other files
    /// anything. The next sweep tries again.
    private static void deleteIfPossible(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // Somebody has put something there that is not a file, or may not be deleted.
        }
    }

    /// Reads an element's file.
    ///
    /// @throws ElementLostException if it is gone, or not as long as it was
    /// @throws SegmentException if it cannot be read for another reason, such as too many open files
    MemorySegment read(int writer, long number, long length) {
        final String name = name(writer, number);
        try {
            final Path path = directory().resolve(name);
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw lost(
                        name,
                        Files.notExists(path, LinkOption.NOFOLLOW_LINKS)
                                ? "was deleted by somebody"
                                : "was replaced by somebody");
            }
            final long found = Files.size(path);
            if (found != length || length > Integer.MAX_VALUE) {
                throw lost(name, "has " + found + " bytes instead of " + length);
            }
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                return MemorySegment.ofArray(in.readNBytes((int) length));
            }
        } catch (NoSuchFileException e) {
            throw lost(name, "was deleted by somebody");
        } catch (IOException e) {
            throw new SegmentException(
                    "an element of queue " + description + " cannot be read now and is in the queue still: its file "
                            + name + ": " + e,
                    e);
        }
    }

    private ElementLostException lost(String name, String why) {
        return new ElementLostException(
                "an element of queue " + description + " is lost: its file " + name + " " + why);
    }

    /// Deletes what the dead one, or anybody, has left behind.
    void sweep(int deadOwner, Named named) {
        final boolean all = isEndOfQueue(deadOwner);
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory(), segmentPrefix + Long.toHexString(incarnation) + "-*")) {
            for (Path path : files) {
                final Matcher name = matcher(path);
                if (name.matches() && (all || isLeft(name, deadOwner, named))) {
                    deleteIfPossible(path);
                }
            }
            if (all && othersAlive(deadOwner).isEmpty()) {
                FilesBeside.withdraw(directory(), segment.id());
            }
        } catch (NoSuchFileException _) {
            // Where there is no directory there are no files.
        } catch (IOException | DirectoryIteratorException e) {
            throw new SegmentException("cannot delete files of queue " + description + ": " + e, e);
        }
    }

    private static boolean isLeft(Matcher name, int deadOwner, Named named) {
        final int writer = Integer.parseUnsignedInt(name.group(2), 16);
        return name.group(4) != null
                ? writer == deadOwner
                : !named.isNamed(writer, Long.parseUnsignedLong(name.group(3), 16));
    }

    /// Deletes the files of queues of this segment that are gone, and those of segments that are, as far as it
    /// can: what it cannot delete is for others to clean up, and must not keep an element from its queue.
    void sweepOthers() {
        try {
            sweepRemoved();
            FilesBeside.sweep(directory());
        } catch (IOException | DirectoryIteratorException _) {
            // The next attachment tries again, or the doctor.
        }
    }

    private void sweepRemoved() throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(), segmentPrefix + "*")) {
            files.forEach(found::add);
        }
        // Listed first: a queue has its entry before its first file, also one that is being made now.
        final Set<Long> known = segment.catalog().entries().stream()
                .map(CatalogEntry::incarnation)
                .collect(Collectors.toSet());
        for (Path path : found) {
            final Matcher name = matcher(path);
            if (name.matches() && !known.contains(Long.parseUnsignedLong(name.group(1), 16))) {
                deleteIfPossible(path);
            }
        }
    }

    private Matcher matcher(Path path) {
        return NAME.matcher(path.getFileName().toString().substring(segmentPrefix.length()));
    }

    /// Whether the queue ends with this participant: nobody else alive has it, and nobody can get it, since it
    /// was removed, or its segment, which has no name, has no other participant.
    private boolean isEndOfQueue(int owner) {
        final Set<Integer> others = othersAlive(owner);
        return segment.catalog().entries().stream()
                .filter(entry -> entry.incarnation() == incarnation)
                .anyMatch(entry -> entry.users().stream().noneMatch(others::contains)
                        && (entry.removed() || FilesBeside.isNameless(segment) && others.isEmpty()));
    }

    private Set<Integer> othersAlive(int owner) {
        return segment.participants().list().stream()
                .filter(other -> other.alive() && other.slot() != OwnerWord.slotOf(owner))
                .map(Participants.Participant::slot)
                .collect(Collectors.toSet());
    }
}
