package dev.backplane.pool;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The workers of a pool, each in a place of its own. Used by the pool's loop only, but for [#statuses].
final class WorkerPlaces {
    /// Starts workers.
    interface Starter {
        /// Starts a worker.
        ///
        /// @param number counts all workers that the pool has started
        /// @param place which of the pool's places it takes: nobody else alive is there
        WorkerLink start(int number, int place) throws IOException;
    }

    private final int count;
    private final Starter starter;
    /// Changed by the loop; others may look at it.
    private final List<WorkerLink> links = new CopyOnWriteArrayList<>();
    private int started;

    /// @param count how many there are
    WorkerPlaces(int count, Starter starter) {
        this.count = count;
        this.starter = starter;
    }

    /// Those that have not ended; whoever removes one makes its place free.
    List<WorkerLink> links() {
        return links;
    }

    List<WorkerStatus> statuses() {
        return links.stream().map(WorkerLink::status).flatMap(Optional::stream).toList();
    }

    boolean areTaken() {
        return links.size() >= count;
    }

    /// How many workers were started.
    int started() {
        return started;
    }

    /// Starts a worker in a free place.
    WorkerLink start() throws IOException {
        final WorkerLink link = starter.start(started + 1, freePlace());
        started++;
        links.add(link);
        return link;
    }

    /// Ends all workers, and fails what they hold. They are dead to the pool: nothing more is written to them, not even
    /// that they may end.
    void failAll(RuntimeException reason) {
        try {
            for (WorkerLink link : links) {
                link.die().forEach(task -> task.job.fail(reason));
            }
        } finally {
            links.forEach(link -> link.process().kill());
        }
    }

    private int freePlace() {
        int place = 0;
        while (isTaken(place)) {
            place++;
        }
        return place;
    }

    private boolean isTaken(int place) {
        return links.stream().anyMatch(link -> link.place() == place);
    }
}
