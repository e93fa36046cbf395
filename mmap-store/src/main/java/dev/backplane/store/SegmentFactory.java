package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/// Makes and opens segments.
///
/// A named segment is filled under a temporary name and then linked to its own, so that whoever can see the
/// name sees a complete segment. What a kill leaves, step by step: until the link, a temporary file that nobody
/// holds (see [SegmentDirectory]); between the link and the removal of the temporary name, a complete segment
/// with a second name, which the same sweep removes; after that, a segment with a dead participant.
final class SegmentFactory {
    private static final int MOST_ATTEMPTS = 100;

    private final Platform platform;
    private final Steps steps;
    private final SegmentDirectory directories;

    SegmentFactory(Platform platform, Steps steps) {
        this.platform = platform;
        this.steps = steps;
        this.directories = new SegmentDirectory(platform);
    }

    /// Creates a segment that must not exist.
    Segment create(Path path, SegmentOptions options) throws IOException {
        final Path directory = directoryOf(path);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            directories.sweep(directory);
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            try {
                return tryCreate(path, directory, options);
            } catch (NoSuchFileException _) {
                // A sweeper saw the temporary file in the instant before its creator held it. Once more.
                if (Files.notExists(directory)) {
                    break;
                }
            }
        }
        throw new IOException("cannot create " + path + ": its temporary file keeps vanishing from " + directory);
    }

    private Segment tryCreate(Path path, Path directory, SegmentOptions options) throws IOException {
        final Path temporary = SegmentDirectory.temporary(directory);
        final SegmentFile file = platform.create(temporary, path);
        boolean linked = false;
        try {
            steps.reached("create segment: temporary file");
            final Segment segment = fill(file, path, options);
            platform.link(temporary, path);
            linked = true;
            steps.reached("create segment: linked");
            return segment;
        } finally {
            Files.deleteIfExists(temporary);
            steps.reached("create segment: temporary name removed");
            if (!linked) {
                file.close();
            }
        }
    }

    /// Creates a segment without a name.
    Segment anonymous(String label, SegmentOptions options) throws IOException {
        final SegmentFile file = platform.anonymous(label);
        boolean made = false;
        try {
            final Segment segment = fill(file, file.path(), options);
            made = true;
            return segment;
        } finally {
            if (!made) {
                file.close();
            }
        }
    }

    private Segment fill(SegmentFile file, Path path, SegmentOptions options) throws IOException {
        if (!file.tryHold(SegmentLayout.HEADER_BYTES)) {
            throw new IOException("cannot create " + path + ": its temporary file is held by another process");
        }
        steps.reached("create segment: held");
        final SegmentLayout.Geometry geometry =
                SegmentLayout.Geometry.of(options.sizeBytes(), options.participants(), options.objects());
        file.setSize(geometry.sizeBytes());
        steps.reached("create segment: sized");
        final MemorySegment memory = file.map(geometry.sizeBytes(), Arena.ofAuto());
        file.allocate(memory, 0, geometry.dataOffset());
        steps.reached("create segment: pages reserved");
        final UUID id = UUID.randomUUID();
        writeHeader(memory, geometry, id);
        steps.reached("create segment: header written");
        return new Segment(platform, file, path, memory, geometry, id, options, steps);
    }

    private void writeHeader(MemorySegment memory, SegmentLayout.Geometry geometry, UUID id) {
        SegmentLayout.MAGIC_FIELD.set(memory, 0L, SegmentLayout.MAGIC);
        SegmentLayout.VERSION_FIELD.set(memory, 0L, SegmentLayout.VERSION);
        SegmentLayout.ORDER_FIELD.set(memory, 0L, SegmentLayout.ORDER_MARK);
        SegmentLayout.ID_HIGH.set(memory, 0L, id.getMostSignificantBits());
        SegmentLayout.ID_LOW.set(memory, 0L, id.getLeastSignificantBits());
        SegmentLayout.CREATED_MILLIS.set(memory, 0L, System.currentTimeMillis());
        SegmentLayout.CREATOR_PID.set(memory, 0L, ProcessHandle.current().pid());
        geometry.writeTo(memory);
        SegmentLayout.LIVENESS.set(memory, 0L, platform.liveness());
        SegmentLayout.STATE.setRelease(memory, 0L, SegmentLayout.READY);
    }

    /// Opens a segment that must exist.
    Segment open(Path path, SegmentOptions options) throws IOException {
        return open(platform.open(path), path, options);
    }

    /// Opens the segment behind a descriptor, which is closed whatever comes of it.
    Segment open(int descriptor, SegmentOptions options) throws IOException {
        final SegmentFile file;
        try {
            file = platform.segmentOf(descriptor);
        } finally {
            platform.closeDescriptor(descriptor);
        }
        return open(file, file.path(), options);
    }

    private Segment open(SegmentFile file, Path path, SegmentOptions options) throws IOException {
        boolean opened = false;
        try {
            if (!SegmentDirectory.isOwn(path)) {
                throw new IOException("cannot open " + path + ": it belongs to another user");
            }
            final SegmentHeader header = SegmentHeader.read(file, path.toString());
            if (header.liveness() != platform.liveness()) {
                throw new SegmentException(path + " tells the living from the dead by "
                        + header.livenessName() + ", this JVM runs the " + platform.name()
                        + " platform: start all JVMs of a segment with the same -D" + Platform.PROPERTY);
            }
            final MemorySegment memory = file.map(header.geometry().sizeBytes(), Arena.ofAuto());
            steps.reached("open segment: mapped");
            final Segment segment =
                    new Segment(platform, file, path, memory, header.geometry(), header.id(), options, steps);
            segment.sweepDead();
            opened = true;
            return segment;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /// Opens a segment, or creates it if there is none.
    Segment openOrCreate(Path path, SegmentOptions options) throws IOException {
        directoryOf(path);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return open(path, options);
            } catch (NoSuchFileException _) {
                // Not there: create it, unless another process is faster, whose one is then opened.
            }
            try {
                return create(path, options);
            } catch (FileAlreadyExistsException _) {
                // Another process was faster.
            }
        }
        throw new IOException("cannot open or create " + path + ": others keep creating and deleting it");
    }

    /// Attaches the segment that a handle names.
    Segment attach(SegmentHandle handle, SegmentOptions options) throws IOException {
        final Segment segment = open(Path.of(handle.path()), options);
        if (!segment.id().equals(handle.id())) {
            segment.close();
            throw new SegmentException(handle.path() + " is segment " + segment.id() + ", the handle names "
                    + handle.id() + ": the one it named was deleted");
        }
        return segment;
    }

    private static Path directoryOf(Path path) throws IOException {
        final Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("cannot use " + path + " for a segment: it is a root directory");
        }
        SegmentDirectory.ensureDefault(parent);
        SegmentDirectory.check(parent);
        return parent;
    }
}
