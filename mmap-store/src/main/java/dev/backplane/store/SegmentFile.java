package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// An open file that holds, or will hold, a segment, and the evidence of who is attached to it.
///
/// Slot locks: a participant *holds* its slot for as long as it lives, and the operating system, not this code,
/// ends the hold when the process dies. Methods are thread-safe.
interface SegmentFile extends AutoCloseable {
    /// Where another process finds this file: its path, or for an anonymous one `/proc/<pid>/fd/<n>`.
    Path path();

    /// What tells this file from others; null where there is nothing.
    default @Nullable Object key() {
        return null;
    }

    long size() throws IOException;

    /// Makes the file `size` bytes long, all zeros and without pages.
    void setSize(long size) throws IOException;

    /// Reads up to `target.byteSize()` bytes from the start; how many there were.
    long readStart(MemorySegment target) throws IOException;

    MemorySegment map(long size, Arena arena) throws IOException;

    /// Reserves real pages for a range, which then reads as zeros; an IOException where there is no room.
    ///
    /// Neighbours on the same pages are left as they are.
    void allocate(MemorySegment memory, long offset, long length) throws IOException;

    /// Gives the pages of a range back as far as the file system can.
    void release(long offset, long length) throws IOException;

    /// Starts holding a slot, unless some participant of any process holds it.
    boolean tryHold(long position);

    /// Stops holding a slot.
    void letGo(long position);

    /// Whether the participant with this slot, process id and start time lives.
    boolean isHeld(long position, long pid, long startMillis);

    /// A new descriptor that may be given to other processes, and is the caller's to close; nothing where
    /// there is none, or if this is closed.
    default OptionalInt openDescriptor() throws IOException {
        return OptionalInt.empty();
    }

    /// Closes the descriptors; every slot held through them is let go. A mapping outlives this.
    @Override
    void close();
}
