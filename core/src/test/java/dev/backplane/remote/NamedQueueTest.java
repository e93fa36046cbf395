package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Queues of a manager for clients of Python's.
@NullUnmarked
final class NamedQueueTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final TestCaller caller = new TestCaller();
    private Manager manager;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    @Test
    void whatAClientHasNotDoneCountsAsDoneWhenItIsGone() throws Exception {
        final SharedQueue<String> queue =
                manager.queue("tasks", QueueOptions.<String>capacity(8).asJoinable());
        final Referent referent = NamedQueue.of(queue);
        queue.addAll(List.of("a", "b", "c", "d"));
        assertEquals("a", caller.call(referent, "get"));
        assertEquals("b", caller.call(referent, "get_nowait"));
        assertEquals("c", caller.call(referent, "get"));
        assertNull(caller.call(referent, "task_done"));
        final TestCaller other = new TestCaller();
        assertEquals("d", other.call(referent, "get"));
        assertTrue(referent.isHeldBy(caller));
        caller.releaseAll();
        assertFalse(referent.isHeldBy(caller));
        assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
        assertNull(other.call(referent, "task_done"));
        assertFalse(referent.isHeldBy(other));
        assertTrue(queue.join(1, TimeUnit.MILLISECONDS));
        other.releaseAll();
    }

    @Test
    void aQueueThatIsNotJoinableHasNoTasks() throws Exception {
        final SharedQueue<String> queue = manager.queue("plain", 8);
        final Referent referent = NamedQueue.of(queue);
        queue.put("a");
        assertEquals("a", caller.call(referent, "get"));
        assertFalse(referent.isHeldBy(caller));
        caller.releaseAll();
        assertEquals("queue.Empty", caller.refused(referent, "get_nowait").type());
    }
}
