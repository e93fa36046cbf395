package dev.backplane.store.durable;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import net.openhft.chronicle.core.threads.InterruptedRuntimeException;
import org.jspecify.annotations.Nullable;

/// What an appender has stored and the disk may not have: entries in files, and the names of new files.
///
/// A wait for the disk that fails or is interrupted leaves here what it was for.
final class Unforced implements AutoCloseable {
    /// With more files than these the oldest is forced: the kernel has long written it, so that takes no time.
    private static final int MOST_FILES = 16;

    private final Path directory;
    private final Disk disk;
    private final Deque<Path> files = new ArrayDeque<>();
    private boolean newName;
    private @Nullable Path openPath;
    private @Nullable FileChannel openChannel;

    /// How the disk is waited for.
    interface Disk {
        void force(FileChannel channel, boolean metadata) throws IOException;
    }

    Unforced(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /// A file has an entry more.
    void add(Path file) {
        if (!file.equals(files.peekLast())) {
            files.add(file);
        }
    }

    /// The directory has a file more.
    void addName() {
        newName = true;
    }

    boolean isCrowded() {
        return files.size() > MOST_FILES;
    }

    /// Forces the oldest file.
    ///
    /// @return that it is done
    boolean relieve() throws IOException {
        try {
            force(channel(files.element()), false);
        } catch (NoSuchFileException _) {
            // Deleted since, as no longer kept.
        }
        files.remove();
        return true;
    }

    /// Forces everything.
    ///
    /// @return that it is done
    boolean force() throws IOException {
        while (!files.isEmpty()) {
            relieve();
        }
        if (newName) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                force(channel, true);
            }
            newName = false;
        }
        return true;
    }

    private void force(FileChannel channel, boolean metadata) throws IOException {
        try {
            disk.force(channel, metadata);
        } catch (ClosedByInterruptException _) {
            throw new InterruptedRuntimeException(); // Once more, with the interrupt put aside.
        }
    }

    /// The file that was forced last stays open, as it is mostly the next one too.
    private FileChannel channel(Path file) throws IOException {
        final FileChannel last = openChannel;
        if (last != null && last.isOpen() && file.equals(openPath)) {
            return last;
        }
        close();
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        openPath = file;
        openChannel = channel;
        return channel;
    }

    @Override
    public void close() throws IOException {
        final FileChannel channel = openChannel;
        openChannel = null;
        if (channel != null) {
            channel.close();
        }
    }
}
