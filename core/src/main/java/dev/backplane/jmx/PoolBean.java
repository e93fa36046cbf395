package dev.backplane.jmx;

import dev.backplane.pool.PoolStatus;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerState;
import dev.backplane.pool.WorkerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// [PoolMXBean] over what a pool tells about itself.
final class PoolBean implements PoolMXBean {
    private final ProcessPool pool;

    PoolBean(ProcessPool pool) {
        this.pool = pool;
    }

    private PoolStatus status() {
        try {
            return pool.status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String getName() {
        return status().name();
    }

    @Override
    public int getPlaces() {
        return status().places();
    }

    @Override
    public int getBusyWorkers() {
        return (int) status().workers().stream()
                .filter(worker -> worker.state() == WorkerState.BUSY)
                .count();
    }

    @Override
    public long getTasksDone() {
        return status().tasksDone();
    }

    @Override
    public long getTasksFailed() {
        return status().tasksFailed();
    }

    @Override
    public int getTasksHeld() {
        return status().workers().stream().mapToInt(WorkerStatus::tasksHeld).sum();
    }

    @Override
    public List<WorkerData> getWorkers() {
        return status().workers().stream()
                .map(worker -> new WorkerData(
                        worker.number(),
                        worker.pid(),
                        worker.state().name(),
                        worker.tasksDone(),
                        worker.tasksFailed(),
                        worker.tasksHeld(),
                        worker.busy().toMillis(),
                        worker.idle().toMillis(),
                        worker.heapUsedBytes()))
                .toList();
    }
}
