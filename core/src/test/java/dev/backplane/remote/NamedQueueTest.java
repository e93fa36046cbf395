package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.pickle.PythonException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    private final NamedAccounts accounts = new NamedAccounts();
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
        final Referent referent = NamedQueue.of(queue, accounts);
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
        final Referent referent = NamedQueue.of(queue, accounts);
        queue.put("a");
        assertEquals("a", caller.call(referent, "get"));
        assertFalse(referent.isHeldBy(caller));
        caller.releaseAll();
        assertEquals("queue.Empty", caller.refused(referent, "get_nowait").type());
    }

    /// As a client does that drops its proxy and asks for the queue again.
    @Test
    void aClientsTasksAreItsOwnHoweverOftenItGetsTheQueue() throws Exception {
        final SharedQueue<String> queue =
                manager.queue("tasks", QueueOptions.<String>capacity(8).asJoinable());
        final Registry registry = new Registry();
        new NamedObjects(manager, accounts).addTo(registry);
        JvmClient.addTo(registry, manager, accounts);
        queue.addAll(List.of("a", "b"));
        final TestCaller other = new TestCaller();
        assertEquals("a", other.call(got(registry, "get_queue", "tasks"), "get"));
        assertEquals("b", caller.call(got(registry, "get_queue", "tasks"), "get"));
        assertNull(caller.call(got(registry, "get_queue", "tasks"), "task_done"));
        caller.releaseAll();
        assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
        assertNull(other.call(got(registry, "get_queue", "tasks"), "task_done"));
        assertTrue(queue.join(1, TimeUnit.MILLISECONDS));
    }

    @Test
    void aJvmsTasksAreItsOwnHoweverOftenItOpensTheQueue() throws Exception {
        final SharedQueue<String> queue = manager.queue(
                "tasks", QueueOptions.of(8, Codecs.of(String.class)).asJoinable());
        final Registry registry = new Registry();
        JvmClient.addTo(registry, manager, accounts);
        queue.addAll(List.of("a", "b"));
        final Referent client = got(registry, JvmClient.TYPE_ID);
        caller.call(client, "lease");
        final Referent first = opened(client, queue);
        caller.call(first, "take", 0L);
        assertNull(caller.call(opened(client, queue), "taskDone"));
        caller.call(first, "take", 0L);
        assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
        assertNull(caller.call(opened(client, queue), "taskDone"));
        assertThrows(PythonException.class, () -> caller.call(first, "taskDone"));
        caller.releaseAll();
        assertTrue(queue.join(1, TimeUnit.MILLISECONDS));
    }

    private Referent opened(Referent client, SharedQueue<?> queue) throws InterruptedException {
        final Object opened = caller.call(
                client,
                "open",
                "queue",
                queue.name(),
                queue.codec().name(),
                Codec.VARIABLE,
                queue.capacity(),
                QueueOptions.DEFAULT_SLOT_BYTES,
                true);
        return assertInstanceOf(Referent.class, opened);
    }

    private static Referent got(Registry registry, String typeId, Object... args) throws IOException {
        return registry.create(typeId, new Arguments(typeId, List.of(args), Map.of()));
    }
}
