package dev.backplane.shm;

import dev.backplane.store.Region;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the threads of one attachment share about one read-write lock: its state, and which of them hold it how
/// often. The writer's fields are written by the writer alone, as in [ProcessLock].
final class ProcessReadWrite {
    final ReadWriteState state;

    @Nullable
    Thread writer;

    int writeHolds;

    /// How often each reading thread reads. A thread changes its own entry only.
    private final Map<Thread, Integer> readHolds = new ConcurrentHashMap<>();

    ProcessReadWrite(Region region) {
        this.state = new ReadWriteState(region);
    }

    int readHolds(Thread thread) {
        return readHolds.getOrDefault(thread, 0);
    }

    void setReadHolds(Thread thread, int holds) {
        if (holds == 0) {
            readHolds.remove(thread);
        } else {
            readHolds.put(thread, holds);
        }
    }
}
