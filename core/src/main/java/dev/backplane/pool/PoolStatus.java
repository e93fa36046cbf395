package dev.backplane.pool;

import dev.backplane.store.CatalogEntry;
import dev.backplane.store.Participants.Participant;
import dev.backplane.store.SegmentException;
import dev.backplane.store.SegmentFormatException;
import dev.backplane.store.SegmentView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A pool of some process of this host, as it was a moment ago, and its workers.
///
/// A pool tells about itself in its own memory, where any process of the same user can look; nothing is asked
/// of the pool, and it notices nothing. When it ends, however it does, what it told ends with it.
///
/// @param name what [PoolBuilder#name] says
/// @param pid the process with the pool
/// @param started when it was, by the host's clock
/// @param places how many workers it has at once
/// @param tasksDone how many tasks its workers have finished, those that failed among them, and those of
///     workers that have been replaced; the tasks of one that is being replaced at this moment may count twice
/// @param tasksFailed how many tasks have thrown, counted so too
/// @param workers those that it has, and any that has ended and is not replaced
public record PoolStatus(
        String name,
        long pid,
        Instant started,
        int places,
        long tasksDone,
        long tasksFailed,
        List<WorkerStatus> workers) {
    /// The pools of this user's processes on this host.
    ///
    /// On Linux costs a look at each open file of each of these processes.
    ///
    /// @return a snapshot, in the order of their process ids; a pool that ends meanwhile may be missing
    /// @throws IOException if the system does not tell what there is
    public static List<PoolStatus> onThisHost() throws IOException {
        final List<PoolStatus> found = new ArrayList<>();
        for (SegmentView segment : SegmentView.anonymous(PoolInsights.SEGMENT_LABEL)) {
            lookAt(segment).ifPresent(found::add);
        }
        found.sort((a, b) -> a.pid != b.pid ? Long.compare(a.pid, b.pid) : a.started.compareTo(b.started));
        return List.copyOf(found);
    }

    private static Optional<PoolStatus> lookAt(SegmentView segment) {
        try (segment) {
            return in(segment);
        } catch (SegmentException _) {
            return Optional.empty(); // Another version's.
        }
    }

    /// The pool whose memory a segment is.
    ///
    /// @param segment what is looked at
    /// @return nothing if it is not a pool's, or that is about to start
    /// @throws SegmentFormatException if what it tells makes no sense, or is of another version
    public static Optional<PoolStatus> in(SegmentView segment) {
        for (CatalogEntry entry : segment.entries()) {
            if (entry.name().equals(InsightsLayout.NAME)) {
                return read(segment, segment.bytes(entry));
            }
        }
        return Optional.empty();
    }

    private static Optional<PoolStatus> read(SegmentView segment, MemorySegment memory) {
        if (memory.byteSize() < InsightsLayout.bytes(0)) {
            throw refused(segment, memory.byteSize() + " bytes, fewer than its header");
        }
        final int version = InsightsLayout.VERSION.getAcquire(memory, 0);
        if (version == 0) {
            return Optional.empty();
        }
        if (version != InsightsLayout.CURRENT_VERSION) {
            throw refused(segment, "version " + version + ", must be " + InsightsLayout.CURRENT_VERSION);
        }
        final int places = InsightsLayout.PLACES.get(memory, 0);
        if (places < 1 || places > ProcessPool.MOST_WORKERS || memory.byteSize() < InsightsLayout.bytes(places)) {
            throw refused(segment, places + " places in " + memory.byteSize() + " bytes");
        }
        final List<WorkerStatus> workers = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            new WorkerInsights(memory, place, System::nanoTime).status().ifPresent(workers::add);
        }
        final long pid = InsightsLayout.POOL_PID.get(memory, 0);
        return Optional.of(new PoolStatus(
                name(segment, pid),
                pid,
                Instant.ofEpochMilli(InsightsLayout.POOL_STARTED.get(memory, 0)),
                places,
                InsightsLayout.DONE_BEFORE.getAcquire(memory, 0)
                        + workers.stream().mapToLong(WorkerStatus::tasksDone).sum(),
                InsightsLayout.FAILED_BEFORE.getAcquire(memory, 0)
                        + workers.stream().mapToLong(WorkerStatus::tasksFailed).sum(),
                List.copyOf(workers)));
    }

    /// The pool's own name is the label under which its process is attached.
    private static String name(SegmentView segment, long pid) {
        return segment.participants().stream()
                .filter(one -> one.pid() == pid)
                .map(Participant::label)
                .findFirst()
                .orElse("(ended)");
    }

    private static SegmentFormatException refused(SegmentView segment, String why) {
        return new SegmentFormatException(InsightsLayout.NAME + " in " + segment.path() + " has " + why);
    }
}
