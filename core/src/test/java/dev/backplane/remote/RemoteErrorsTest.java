package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.QueueShutDownException;
import dev.backplane.RemoteCallException;
import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedQueue;
import dev.backplane.SharedSemaphore;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a Java client is told when its server fails or refuses.
@NullUnmarked
final class RemoteErrorsTest {
    private static final byte[] KEY = "the manager's secret".getBytes(StandardCharsets.US_ASCII);
    private static final int LONG = 100_000;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private ManagerServerBuilder builder() {
        return ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY);
    }

    @Test
    void anExceptionHasTheServersTraceForACause() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = builder().manager(manager).start();
                Manager client = Manager.connect(server.endpoint().toString(), KEY)) {
            final SharedSemaphore owned =
                    client.semaphore("owned", SemaphoreOptions.permits(1).asOwned());
            final IllegalStateException refused = assertThrows(IllegalStateException.class, owned::release);
            final RemoteCallException cause = assertInstanceOf(RemoteCallException.class, refused.getCause());
            assertTrue(
                    cause.remoteTrace().startsWith("java.lang.IllegalStateException: " + refused.getMessage()),
                    cause.remoteTrace());
            assertTrue(cause.remoteTrace().contains("at dev.backplane.remote.JvmSemaphore.release("));
            assertTrue(cause.getMessage().contains("at dev.backplane.remote.JvmSemaphore.release("));
            client.longValue("n");
            final RemoteCallException other = assertThrows(RemoteCallException.class, () -> client.lock("n"));
            assertTrue(other.remoteTrace().startsWith("dev.backplane.store.SegmentException: "), other.remoteTrace());
        }
    }

    @Test
    void whatJavaHasNoClassForIsTheServersTrace() {
        final PythonException strange = JvmReferent.asPython(new ArrayStoreException("x".repeat(LONG)));
        final RemoteCallException made =
                assertInstanceOf(RemoteCallException.class, RemoteErrors.toJava(strange, "here"));
        assertTrue(made.remoteTrace().startsWith("java.lang.ArrayStoreException: xxx"), made.remoteTrace());
        assertTrue(made.remoteTrace().length() < LONG / 2, "the trace is not cut off");
        final RemoteCallException brief = assertInstanceOf(
                RemoteCallException.class,
                RemoteErrors.toJava(JvmReferent.asPython(new ArrayStoreException("short")), "here"));
        assertEquals("here: java.lang.ArrayStoreException: short", brief.getMessage());
        assertTrue(brief.remoteTrace().contains("whatJavaHasNoClassForIsTheServersTrace"), brief.remoteTrace());
    }

    @Test
    void namesOfPythonsObjectsAreRefusedByAServerWithNamesOfItsOwn() throws Exception {
        final ConnectOptions options = ConnectOptions.authkey(KEY).registered("orders", "get_orders");
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = builder().manager(manager).start()) {
            final IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> Manager.connect(server.endpoint().toString(), options));
            assertTrue(refused.getMessage().contains("registered(orders)"), refused.getMessage());
        }
    }

    @Test
    void theEndOfAQueueIsOneForJavaToo() throws Exception {
        try (ManagerServer server = builder().start();
                Manager client = Manager.connect(server.endpoint().toString(), KEY)) {
            final SharedQueue<String> queue = client.queue("q", QueueOptions.capacity(1));
            queue.put("last");
            queue.shutdown();
            assertEquals("last", queue.take());
            assertThrows(QueueShutDownException.class, queue::take);
            assertThrows(QueueShutDownException.class, () -> queue.put("more"));
            assertNull(queue.poll());
        }
        assertNull(QueueEnd.read(Opaque.call("builtins.getattr", 1L, "Other", 2L)));
        assertNull(QueueEnd.read(PythonTuple.EMPTY));
        assertEquals(
                "queue.ShutDown",
                Objects.requireNonNull(QueueEnd.read(QueueEnd.of(true))).type());
    }
}
