package dev.backplane.process;

import dev.backplane.Manager;
import dev.backplane.ManagerProvider;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedHandle;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Failure;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// Where a child leaves the exception that ends it, for its parent to find.
///
/// ```
///   0        1                                                131072
///  +--------+------------------------------------------------+
///  | told   | the failure's bytes, see Failure; the rest zero |
///  +--------+------------------------------------------------+
/// ```
///
/// `told` becomes 1 by a release store when all the rest is there; the parent reads it with acquire, once the
/// child has ended. What is too long for the memory is shortened.
///
/// Used by one thread at a time.
final class FailureMemory {
    /*
     * Why memory. Whatever a child writes to standard error may be cut off, mixed with what others write, or
     * not be read by its parent at all. A file must have a name, which a kill of both leaves behind. A socket
     * has a port, which strangers can reach, and needs a thread that listens. An anonymous segment has neither
     * a name nor a reader that waits. The parent makes it while the child starts, in less than a millisecond
     * once it has used a segment; the child is told the handle, and attaches it only when it fails: the start
     * of one that does not costs nothing more.
     *
     * What a kill leaves. Of the child, before it has attached: nothing told. While it writes: bytes without
     * `told`, which nobody reads. After the store of `told`: the whole failure, though the exit code is that of
     * the kill. Of the parent, at any instant: on Linux nothing, since the segment goes with the last process
     * that maps it; elsewhere a temporary file that the next anonymous segment's creator deletes. A child that
     * outlives its parent cannot attach any more, and its exception is on standard error only.
     */

    private static final String NAME = "failure";
    private static final int TOLD = 0;
    private static final int FAILURE = 1;

    /// Room for the text and the object of a stack overflow, whose trace is as long as traces get.
    private static final int BYTES = 128 * 1024;

    private static final long SEGMENT_BYTES = 1 << 20;

    private final Manager manager;
    private final SharedByteArray memory;

    private FailureMemory(Manager manager, SharedByteArray memory) {
        this.manager = manager;
        this.memory = memory;
    }

    /// Makes the memory for one child. In the parent.
    static FailureMemory create() throws IOException {
        final Manager manager = Manager.anonymous(
                "backplane-failure",
                SegmentOptions.defaults()
                        .withSize(SEGMENT_BYTES)
                        .withParticipants(2)
                        .withObjects(1));
        boolean made = false;
        try {
            final FailureMemory created = new FailureMemory(manager, manager.byteArray(NAME, BYTES));
            made = true;
            return created;
        } finally {
            if (!made) {
                manager.close();
            }
        }
    }

    /// How the child finds it.
    String handle() {
        return memory.handle().toString();
    }

    /// Leaves an exception. In the child, which ends next.
    static void tell(String handle, Failure told) throws IOException {
        final byte[] failure = told.toBytes(BYTES - FAILURE);
        final SharedByteArray memory = (SharedByteArray) ManagerProvider.local().attach(SharedHandle.parse(handle));
        memory.copyFrom(FAILURE, failure, 0, failure.length);
        memory.setRelease(TOLD, (byte) 1);
    }

    /// What the child left; gives the memory back. In the parent, once, when the child has ended.
    Optional<Throwable> take() throws IOException {
        try {
            return read();
        } catch (SegmentException | CodecException e) {
            return Optional.of(new IllegalStateException("cannot read how a JVM failed: " + e.getMessage(), e));
        } finally {
            close();
        }
    }

    private Optional<Throwable> read() {
        // Acquire pairs with the release in tell(): what is told is whole.
        if (memory.getAcquire(TOLD) == 0) {
            return Optional.empty();
        }
        final byte[] bytes = memory.toArray();
        return Optional.of(Failure.fromBytes(Arrays.copyOfRange(bytes, FAILURE, bytes.length))
                .thrown());
    }

    /// Gives the pages back, which a mapping would keep until it is collected.
    void close() throws IOException {
        try (manager) {
            manager.remove(NAME);
        }
    }
}
