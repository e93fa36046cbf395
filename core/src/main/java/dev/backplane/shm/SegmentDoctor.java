package dev.backplane.shm;

import dev.backplane.store.FilesBeside;
import dev.backplane.store.Finding;
import dev.backplane.store.Finding.Severity;
import dev.backplane.store.ObjectCheck;
import dev.backplane.store.Orphans;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentCheck;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentFormatException;
import dev.backplane.store.SegmentLayout;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Looks for what is wrong with segments, and with the files beside them, and puts right what recovery can.
///
/// Looking changes nothing, and nobody notices it. What is found on a live segment was there for some 50 ms,
/// or each time of many. Repair attaches the segment as any process would, and has it do what any process
/// does that meets the dead; it never touches what is alive, nor what is damaged.
public final class SegmentDoctor {
    private static final String LABEL = "backplane doctor";

    private static final ObjectCheck TYPES_ONLY = look -> {};

    private SegmentDoctor() {}

    /// What a repair did.
    ///
    /// @param repaired findings of before that are none any more
    /// @param left findings that are still there
    public record Repair(List<Finding> repaired, List<Finding> left) {
        private static Repair of(List<Finding> before, List<Finding> after) {
            final List<Finding> repaired = before.stream()
                    .filter(finding -> after.stream().noneMatch(finding::isSame))
                    .toList();
            return new Repair(repaired, after);
        }
    }

    /// Checks a segment, and the files of its queues.
    ///
    /// @param segment its path
    /// @return what was found
    /// @throws IOException if there is no such file, or it cannot be read
    /// @throws SegmentException if the living cannot be told from the dead here
    public static List<Finding> look(Path segment) throws IOException {
        return look(segment, TYPES_ONLY);
    }

    /// Checks a segment, the files of its queues, and what else there is to say of objects than their types do.
    ///
    /// @param segment its path
    /// @param more checks what an object is used for, behind the check of its type
    /// @return what was found
    /// @throws IOException if there is no such file, or it cannot be read
    /// @throws SegmentException if the living cannot be told from the dead here
    public static List<Finding> look(Path segment, ObjectCheck more) throws IOException {
        try (SegmentView view = SegmentView.open(segment)) {
            return look(view, checks(more));
        } catch (SegmentFormatException e) {
            return List.of(new Finding(
                    Severity.DAMAGE,
                    "header",
                    "format",
                    String.valueOf(e.getMessage()),
                    "stop the segment's processes, and recreate it"));
        }
    }

    private static ObjectCheck checks(ObjectCheck more) {
        final ObjectCheck types = new TypeCheck();
        return look -> {
            types.check(look);
            more.check(look);
        };
    }

    private static List<Finding> look(SegmentView view, ObjectCheck checks) throws IOException {
        final List<Finding> findings = new ArrayList<>(SegmentCheck.of(view, checks));
        for (Path file : leaked(view, findings)) {
            findings.add(new Finding(
                    Severity.LEFTOVER,
                    file.toString(),
                    "leaked",
                    "is the file of an element that is in no queue any more",
                    "--repair deletes it"));
        }
        return findings;
    }

    /// Where the catalog is damaged, nobody can tell.
    private static List<Path> leaked(SegmentView view, List<Finding> findings) throws IOException {
        final boolean readable = findings.stream()
                .noneMatch(finding -> finding.severity() == Severity.DAMAGE
                        && finding.object().equals("catalog"));
        return readable ? SegmentCheck.stable(() -> QueueFilesCheck.leaked(view)) : List.of();
    }

    /// Repairs a segment.
    ///
    /// @param segment its path
    /// @return what it did
    /// @throws IOException if there is no such file, or it cannot be attached
    /// @throws SegmentException if it cannot be attached
    public static Repair repair(Path segment) throws IOException {
        return repair(segment, TYPES_ONLY);
    }

    /// Repairs a segment, with further checks before and afterwards.
    ///
    /// @param segment its path
    /// @param more as of [#look(Path, ObjectCheck)]
    /// @return what it did
    /// @throws IOException if there is no such file, or it cannot be attached
    /// @throws SegmentException if it cannot be attached
    public static Repair repair(Path segment, ObjectCheck more) throws IOException {
        final List<Finding> before = look(segment, more);
        if (before.stream().noneMatch(finding -> finding.severity() == Severity.LEFTOVER)) {
            return new Repair(List.of(), before);
        }
        final SegmentOptions options =
                SegmentManager.withRecoveries(SegmentOptions.defaults().withLabel(LABEL));
        try (Segment attached = Segment.open(segment, options)) {
            attached.repair();
        }
        try (SegmentView view = SegmentView.open(segment)) {
            // Looked for anew: the sweep has deleted some, and others may have come to be in use.
            for (Path file : leaked(view, SegmentCheck.of(view, new TypeCheck()))) {
                Files.deleteIfExists(file);
            }
            return Repair.of(before, look(view, checks(more)));
        }
    }

    /// The segments in a directory, damaged ones too.
    ///
    /// @param directory where to look
    /// @return the files that begin as segments do, in the order of their names
    /// @throws IOException if the directory cannot be read
    public static List<Path> segments(Path directory) throws IOException {
        final List<Path> segments = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && !file.getFileName().toString().startsWith(QueueFiles.PREFIX)
                        && beginsAsSegment(file)) {
                    segments.add(file);
                }
            }
        }
        segments.sort(null);
        return segments;
    }

    private static boolean beginsAsSegment(Path file) {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            final byte[] start = in.readNBytes(Long.BYTES);
            return start.length == Long.BYTES
                    && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong() == SegmentLayout.MAGIC;
        } catch (IOException _) {
            return false; // Gone by now, or somebody else's.
        }
    }

    /// Looks for what the dead have left in a directory beside its segments: half-made ones, sockets of
    /// listeners, elements of queues whose segment is not there.
    ///
    /// @param directory where to look
    /// @return what was found
    /// @throws IOException if the directory cannot be read
    public static List<Finding> lookBeside(Path directory) throws IOException {
        final List<Finding> findings = new ArrayList<>();
        for (Path orphan : SegmentCheck.stable(() -> Orphans.in(directory))) {
            findings.add(new Finding(
                    Severity.LEFTOVER, orphan.toString(), "orphan", Orphans.describe(orphan), "--repair deletes it"));
        }
        final Set<UUID> known = identities(directory);
        for (UUID segment : SegmentCheck.stable(() -> FilesBeside.abandoned(directory))) {
            findings.add(new Finding(
                    Severity.LEFTOVER,
                    FilesBeside.mark(directory, segment).toString(),
                    "leaked",
                    "has announced files of segment " + segment + ", which has no name, and which no process has open",
                    "--repair deletes them and it"));
            known.add(segment);
        }
        QueueFilesCheck.ofOthers(directory, known)
                .forEach((segment, files) -> findings.add(new Finding(
                        Severity.NOTE,
                        directory.toString(),
                        "elements of " + segment,
                        "has " + files.size() + " files of elements of segment " + segment + ", which is not here",
                        "delete them if nobody uses that one: it may be anonymous, or deleted and still in use")));
        return findings;
    }

    private static Set<UUID> identities(Path directory) throws IOException {
        final Set<UUID> identities = new HashSet<>();
        for (Path file : segments(directory)) {
            try (SegmentView view = SegmentView.open(file)) {
                identities.add(view.id());
            } catch (IOException | SegmentException _) {
                // A damaged one has its own finding; files of its queues are only told of.
            }
        }
        return identities;
    }

    /// Deletes the orphans of a directory, and the files of segments without a name that nobody has any more.
    ///
    /// @param directory where to look
    /// @return what it did
    /// @throws IOException if the directory cannot be read, or a file not be deleted
    public static Repair repairBeside(Path directory) throws IOException {
        final List<Finding> before = lookBeside(directory);
        for (Finding finding : before) {
            if (finding.severity() == Severity.LEFTOVER && finding.rule().equals("orphan")) {
                Orphans.remove(Path.of(finding.object()));
            }
        }
        FilesBeside.sweep(directory);
        return Repair.of(before, lookBeside(directory));
    }
}
