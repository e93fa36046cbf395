package dev.backplane.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerDiedException;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.OccupiedCommonPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Who notices that a child has ended, and when.
final class JvmProcessEndJvmTest {
    private static int parkForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    @Test
    void endsAreNoticedThoughAllThreadsOfTheCommonPoolWait() throws Exception {
        try (OccupiedCommonPool _ = new OccupiedCommonPool();
                JvmProcess child = JvmProcess.start(JvmProcessEndJvmTest::parkForEver);
                ProcessPool pool = ProcessPool.of(1)) {
            child.kill();
            assertEquals(128 + 9, child.join());
            assertTrue(child.onExit().isDone());
            final CompletableFuture<Integer> task = pool.applyAsync(JvmProcessEndJvmTest::parkForEver);
            Eventually.holds("the task has ended one worker, if not the first", () -> {
                pool.workers().stream()
                        .filter(worker -> worker.tasksHeld() > 0)
                        .forEach(worker -> ProcessHandle.of(worker.pid()).ifPresent(ProcessHandle::destroyForcibly));
                return task.isDone();
            });
            assertThrows(ExecutionException.class, task::get);
            assertTrue(task.exceptionNow() instanceof WorkerDiedException, task::toString);
        }
    }

    @Test
    void aJoinOfHugelyLessThanNoTimeDoesNotWait() throws Exception {
        try (JvmProcess child = JvmProcess.start(JvmProcessEndJvmTest::parkForEver)) {
            assertFalse(child.join(Duration.ofSeconds(Long.MIN_VALUE)));
        }
    }
}
