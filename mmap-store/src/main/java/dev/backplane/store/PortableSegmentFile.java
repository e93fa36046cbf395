package dev.backplane.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// [SegmentFile] without native code: a participant lives while a process with its id and start time does.
final class PortableSegmentFile implements SegmentFile {
    private final FileChannel channel;
    private final Path path;
    private final boolean deleteOnClose;

    PortableSegmentFile(FileChannel channel, Path path, boolean deleteOnClose) {
        this.channel = channel;
        this.path = path;
        this.deleteOnClose = deleteOnClose;
    }

    /// When a process started, or 0 where the system does not tell.
    static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    static boolean isRunning(long pid, long startMillis) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> startMillis == 0 || startMillis(process) == startMillis)
                .orElse(false);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void setSize(long size) throws IOException {
        if (channel.size() < size) {
            channel.write(ByteBuffer.allocate(1), size - 1);
        } else {
            channel.truncate(size);
        }
    }

    @Override
    public long readStart(MemorySegment target) throws IOException {
        return Zeros.readStart(channel, target);
    }

    @Override
    public MemorySegment map(long size, Arena arena) throws IOException {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
    }

    /// An interrupt closes the channel that its thread is using, and this channel is the segment's for good:
    /// the name that it was opened by may be gone. So the writing is done by a thread that nobody can
    /// interrupt.
    @Override
    public void allocate(MemorySegment memory, long offset, long length) throws IOException {
        final FutureTask<@Nullable Void> writing = new FutureTask<>(() -> {
            Zeros.write(channel, offset, length);
            return null;
        });
        Thread.ofPlatform().daemon().name("backplane-allocate").start(writing);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    writing.get();
                    return;
                } catch (InterruptedException _) {
                    interrupted = true; // Restored below; half an allocation would be of no use.
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(
                    "cannot reserve " + length + " bytes at " + offset + " of " + path + ": " + e.getMessage(),
                    e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void release(long offset, long length) {
        // No portable way to give pages back: the next object to use the range overwrites them.
    }

    @Override
    public boolean tryHold(long position) {
        return true; // The claim word, which names the process, is all the evidence there is.
    }

    @Override
    public void letGo(long position) {
        // Nothing is held but the claim word.
    }

    @Override
    public boolean isHeld(long position, long pid, long startMillis) {
        return isRunning(pid, startMillis);
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (deleteOnClose) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + path, e);
        }
    }
}
