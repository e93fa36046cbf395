package dev.backplane.store;

import dev.backplane.events.Flight;
import dev.backplane.events.FlightEvents;
import dev.backplane.events.RecordedRecovery;
import dev.backplane.store.RobustWord.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Gives back everything that dead participants held, object by object, and then their slots.
///
/// One at a time sweeps, under a robust word of its own; one that dies half way leaves the dead as dead as
/// before, and the next starts over. A slot becomes free only when every object that its holder had attached
/// has been swept, so an identity in some word is never that of a later holder of the slot. An object of a type
/// that this process does not know keeps the slot taken until a process that knows it comes by.
final class Sweeper {
    private final Segment segment;
    private final Catalog catalog;
    private final RobustWord mutex;
    private final Map<Integer, ObjectRecovery> recoveries;
    private final Steps steps;
    /// When it was last time to look for the dead in passing.
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - WaitLoop.SLICE_NANOS);

    Sweeper(Segment segment, Catalog catalog, List<ObjectRecovery> recoveries, Steps steps) {
        this.segment = segment;
        this.catalog = catalog;
        this.mutex = new RobustWord(segment, segment.memory(), SegmentLayout.SWEEP_WORD_OFFSET);
        this.recoveries = recoveries.stream().collect(Collectors.toMap(ObjectRecovery::type, Function.identity()));
        this.steps = steps;
    }

    /// Whether it is time to look for the dead in passing: so for one of all who ask in half a slice.
    boolean isDue() {
        final long now = System.nanoTime();
        final long last = lastNanos.get();
        return now - last >= WaitLoop.SLICE_NANOS / 2 && lastNanos.compareAndSet(last, now);
    }

    /// Sweeps all who are dead now; how many slots became free. Waits for one who sweeps already.
    int sweepDead() throws IOException {
        if (segment.participants().dead().isEmpty()) {
            return 0;
        }
        mutex.acquire(Waiting.byDefault());
        return sweepAndLookAgain();
    }

    /// [#sweepDead], unless one who lives sweeps already: for those who must not wait, since they have better to do.
    void sweepDeadUnlessOthersDo() {
        try {
            final int _ = trySweepDead();
        } catch (IOException e) {
            throw new SegmentException(
                    "cannot give back what the dead held in " + segment.path() + ": " + e.getMessage(), e);
        }
    }

    private int trySweepDead() throws IOException {
        return segment.participants().dead().isEmpty() || mutex.tryAcquire() == Outcome.TIMED_OUT
                ? 0
                : sweepAndLookAgain();
    }

    /// Has the mutex. Who found others dead meanwhile has left them to this one.
    private int sweepAndLookAgain() throws IOException {
        final int freed = sweepDeadInside();
        return freed == 0 ? 0 : freed + trySweepDead();
    }

    private int sweepDeadInside() throws IOException {
        int freed = 0;
        try {
            for (int dead : segment.participants().dead()) {
                final long claim = segment.participants().claimOf(dead);
                if (segment.participants().isAlive(dead)) {
                    continue; // A newcomer has taken that one's place meanwhile.
                }
                final RecordedRecovery record = record(dead);
                // Nor if one has come since: its claim may be the same, as its process id may, in containers.
                final boolean free = sweep(dead, record)
                        && !segment.participants().isAlive(dead)
                        && segment.participants().free(dead, claim);
                if (free) {
                    steps.reached("sweep: slot free");
                    freed++;
                }
                end(record, free);
            }
        } finally {
            mutex.release();
        }
        return freed;
    }

    /// Gives back what this attachment itself holds, as if it had died, and frees its slot: the orderly way to
    /// leave.
    void leave() throws IOException {
        final Participants participants = segment.participants();
        final int self = segment.self();
        awaitOwnThreads();
        // Not under the mutex: a free slot's identity must stand in no word, and this one's stands in the
        // mutex.
        if (sweepUnderMutex(self, null)) {
            steps.reached("leave: swept");
            participants.free(self, participants.claimOf(self));
            steps.reached("leave: slot free");
        }
        participants.letGo();
    }

    /// Not under the mutex: functions of the user's may run in them, and who attaches or leaves waits for the mutex.
    private void awaitOwnThreads() throws IOException {
        for (int index = 0; index < catalog.capacity(); index++) {
            final Region region = catalog.pin(index, OwnerWord.slotOf(segment.self()));
            if (region == null) {
                continue;
            }
            final @Nullable ObjectRecovery recovery = recoveries.get(region.type());
            if (recovery != null) {
                recovery.awaitOwnThreads(region);
            }
        }
    }

    /// Gives back what the dead one held whose identity this attachment has taken over; whether that was
    /// everything.
    boolean sweepAdopted() throws IOException {
        final int self = segment.self();
        mutex.abandon(self);
        catalog.abandonMutex(self);
        final RecordedRecovery record = record(self);
        final boolean all = sweepUnderMutex(self, record);
        end(record, all);
        return all;
    }

    private @Nullable RecordedRecovery record(int dead) {
        return Flight.isRecording()
                ? FlightEvents.recovery(segment.path().toString(), segment.pidOfDead(dead), OwnerWord.slotOf(dead))
                : null;
    }

    private static void end(@Nullable RecordedRecovery record, boolean complete) {
        if (record != null) {
            record.end(complete);
        }
    }

    private boolean sweepUnderMutex(int owner, @Nullable RecordedRecovery record) throws IOException {
        mutex.acquire(Waiting.byDefault());
        try {
            return sweep(owner, record);
        } finally {
            mutex.release();
        }
    }

    private boolean sweep(int dead, @Nullable RecordedRecovery record) throws IOException {
        final int slot = OwnerWord.slotOf(dead);
        boolean all = true;
        catalog.repairIfAbandoned(); // The dead one may have died with the catalog's mutex.
        for (int index = 0; index < catalog.capacity(); index++) {
            final Region region = catalog.pin(index, slot);
            if (region == null) {
                continue;
            }
            steps.reached("sweep: object pinned");
            if (recover(region, dead)) {
                if (record != null) {
                    record.object();
                }
                steps.reached("sweep: object recovered");
                catalog.unpin(index, slot);
            } else {
                all = false;
            }
        }
        return all;
    }

    private boolean recover(Region region, int dead) {
        final @Nullable ObjectRecovery recovery = recoveries.get(region.type());
        if (recovery == null) {
            return false;
        }
        recovery.recover(region, dead);
        return true;
    }
}
