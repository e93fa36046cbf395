package dev.backplane.shm;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the files of elements that no queue has any more; see [QueueFiles].
final class QueueFilesCheck {
    private static final Pattern FILE =
            Pattern.compile(Pattern.quote(QueueFiles.PREFIX) + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(.*)");

    private QueueFilesCheck() {}

    /// What a file is called in a slot.
    private record Named(long incarnation, int writer, long number) {}

    private static List<Path> files(Path directory, String prefix) throws IOException {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
            files.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        }
        found.sort(null);
        return found;
    }

    /// The files of a segment's queues that the next sweep would delete, as one look finds them.
    static List<Path> leaked(SegmentView segment) throws IOException {
        final String prefix = QueueFiles.PREFIX + segment.id() + "-";
        // Before the slots: a file that is there has been named by its slot, or is new.
        final List<Path> files = files(segment.directory(), prefix);
        if (files.isEmpty()) {
            return files;
        }
        final Set<Long> known = new HashSet<>();
        final Set<Named> named = new HashSet<>();
        final Set<Long> damaged = new HashSet<>();
        for (CatalogEntry entry : segment.entries()) {
            known.add(entry.incarnation());
            if (entry.type() == ObjectType.QUEUE.code() && !addNamed(segment, entry, named)) {
                damaged.add(entry.incarnation());
            }
        }
        final List<Path> leaked = new ArrayList<>();
        for (Path file : files) {
            final Matcher name =
                    QueueFiles.NAME.matcher(file.getFileName().toString().substring(prefix.length()));
            if (name.matches()
                    && !damaged.contains(Long.parseUnsignedLong(name.group(1), 16))
                    && isLeaked(segment, name, known, named)) {
                leaked.add(file);
            }
        }
        return leaked;
    }

    private static boolean isLeaked(SegmentView segment, Matcher name, Set<Long> known, Set<Named> named) {
        final long incarnation = Long.parseUnsignedLong(name.group(1), 16);
        final int writer = Integer.parseUnsignedInt(name.group(2), 16);
        if (!known.contains(incarnation)) {
            return true;
        }
        return name.group(4) != null
                ? !segment.isAlive(writer)
                : !named.contains(new Named(incarnation, writer, Long.parseUnsignedLong(name.group(3), 16)));
    }

    /// Adds the files that a queue has.
    ///
    /// @return false if its parameters are damaged: then nobody knows
    private static boolean addNamed(SegmentView segment, CatalogEntry entry, Set<Named> named) {
        if (!QueueCheck.isWhole(entry)) {
            return false;
        }
        final MemorySegment bytes = segment.bytes(entry);
        final QueueSlots slots = QueueCheck.slots(entry, bytes);
        for (int index = 0; index < entry.param0(); index++) {
            final long slot = slots.slot(index);
            if (QueueWord.phase(slots.state(index)) != QueueWord.FREE
                    && QueueLayout.LENGTH.getAcquire(bytes, slot) == QueueLayout.IN_FILE) {
                named.add(new Named(
                        entry.incarnation(),
                        QueueLayout.WRITER.get(bytes, slot),
                        QueueLayout.FILE_NUMBER.get(bytes, slot)));
            }
        }
        return true;
    }

    /// The files of queues whose segment is none of those in the directory, by that segment's identity.
    static Map<UUID, List<Path>> ofOthers(Path directory, Set<UUID> here) throws IOException {
        final Map<UUID, List<Path>> others = new TreeMap<>();
        for (Path file : files(directory, QueueFiles.PREFIX)) {
            final Matcher name = FILE.matcher(file.getFileName().toString());
            if (name.matches()
                    && QueueFiles.NAME.matcher(name.group(2)).matches()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                final UUID segment = UUID.fromString(name.group(1));
                if (!here.contains(segment)) {
                    others.computeIfAbsent(segment, _ -> new ArrayList<>()).add(file);
                }
            }
        }
        return others;
    }
}
