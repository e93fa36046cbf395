package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedEvent;
import dev.backplane.pool.ProcessPool;
import dev.backplane.pool.WorkerState;
import dev.backplane.pool.WorkerStatus;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `top`: pools as another JVM sees them.
final class TopCommandJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static String top(String which) throws Exception {
        final Program top = Program.run("top", "--once", which);
        assertEquals("", top.err());
        assertEquals(0, top.exitCode());
        assertTrue(top.out().lines().allMatch(line -> line.length() <= 80), top.out());
        return top.out();
    }

    private static String row(String out, long pid) {
        return out.lines()
                .filter(line -> line.matches("\\d+ +" + pid + " .*"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no worker " + pid + " in\n" + out));
    }

    @Test
    void aWorkerIsSeenAtItsTaskAndItsReplacementAfterIt() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("segment"), SegmentOptions.defaults());
                ProcessPool pool = ProcessPool.builder()
                        .workers(1)
                        .retries(1)
                        .name("looked at\u001b[31m")
                        .start()) {
            final SharedEvent begun = manager.event("begun");
            final SharedEvent over = manager.event("over");
            pool.map(List.of(1, 2, 3), x -> x + 1, 1, done -> {});
            final CompletableFuture<Integer> result = pool.applyAsync(() -> {
                begun.set();
                over.await();
                return 7;
            });
            begun.await();
            final WorkerStatus first = pool.workers().getFirst();
            final String busy = top(Long.toString(ProcessHandle.current().pid()));
            assertTrue(
                    busy.startsWith(
                            "looked at?[31m  pid " + ProcessHandle.current().pid()),
                    busy);
            assertTrue(busy.contains("1 of 1 workers ready, 3 tasks, 0 failed, up "), busy);
            assertTrue(row(busy, first.pid()).matches("1 +\\d+ +busy [0-9.]+m?s +3 +0 +\\d+% .*"), busy);
            assertTrue(ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly());
            Eventually.holds(
                    "the replacement is at the task",
                    () -> pool.workers().stream()
                            .anyMatch(worker -> worker.number() == 2 && worker.state() == WorkerState.BUSY));
            final long second = pool.workers().getFirst().pid();
            final String replaced = top(Long.toString(second));
            assertTrue(replaced.contains("1 of 1 workers ready, 3 tasks, 0 failed, up "), replaced);
            assertTrue(row(replaced, second).matches("2 +\\d+ +busy [0-9.]+m?s +0 +0 +\\d+% .*"), replaced);
            over.set();
            assertEquals(7, result.get());
        }
    }

    @Test
    void whatHasNoPoolIsSaid() throws Exception {
        final Program none = Program.run(
                "top", "--once", Long.toString(ProcessHandle.current().pid()));
        assertEquals("no pools\n", none.out());
        assertEquals(1, none.exitCode());
    }
}
