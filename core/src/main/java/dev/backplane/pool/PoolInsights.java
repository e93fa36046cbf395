package dev.backplane.pool;

import dev.backplane.Manager;
import dev.backplane.SharedByteArray;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// What a pool tells about itself in its own segment, for whoever looks at it, see [PoolStatus].
final class PoolInsights {
    /// What the pool's anonymous segment is called, by which it is found.
    static final String SEGMENT_LABEL = "backplane-pool";

    private final SharedByteArray array;
    private final MemorySegment memory;

    private PoolInsights(SharedByteArray array) {
        this.array = array;
        this.memory = array.asWritableSegment();
    }

    /// Creates the insights of this process's pool with so many places.
    static PoolInsights create(Manager manager, int places) throws IOException {
        final PoolInsights insights =
                new PoolInsights(manager.byteArray(InsightsLayout.NAME, InsightsLayout.bytes(places)));
        InsightsLayout.PLACES.set(insights.memory, 0, places);
        InsightsLayout.POOL_PID.set(insights.memory, 0, ProcessHandle.current().pid());
        InsightsLayout.POOL_STARTED.set(insights.memory, 0, System.currentTimeMillis());
        // Last, pairs with the acquire in PoolStatus: who sees a version sees the rest.
        InsightsLayout.VERSION.setRelease(insights.memory, 0, InsightsLayout.CURRENT_VERSION);
        return insights;
    }

    /// How a worker finds it.
    String handle() {
        return array.handle().toString();
    }

    /// The pool's side of one place.
    WorkerInsights place(int place) {
        return new WorkerInsights(memory, place, System::nanoTime);
    }

    /// The worker's side of one place.
    static WorkerMeter meter(SharedByteArray array, int place) {
        return new WorkerMeter(array.asWritableSegment(), place, System::nanoTime);
    }
}
