package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.ConnectionLostException;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.connection.AuthenticationException;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A remote manager of a `SyncManager` of Python, of every version that is here.
@NullUnmarked
@ParameterizedClass
@MethodSource("versions")
final class RemoteManagerPythonTest extends RemoteManagerStockContract {
    private static final String KEY = "the secret";
    private static final Python.Version NONE = new Python.Version("none", 0);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final Python.Version version;
    private Python server;
    private String address;
    private Manager manager;

    RemoteManagerPythonTest(Python.Version version) {
        this.version = version;
    }

    static List<Python.Version> versions() {
        final List<Python.Version> versions = Python.some();
        return versions.isEmpty() ? List.of(NONE) : versions;
    }

    @BeforeEach
    void connect() throws Exception {
        Assumptions.assumeFalse(version.equals(NONE), "no python3 of 3.8 or newer");
        server = Python.start(
                RemoteManagerPythonTest.class, version, "sync_manager.py", "serve", "tcp://127.0.0.1:0", KEY);
        address = server.expect("serving");
        manager = Manager.connect(
                address,
                ConnectOptions.authkey(KEY.getBytes(StandardCharsets.UTF_8))
                        .allowMd5(version.isOld())
                        .registered("orders", "get_orders")
                        .registered("table", "get_table")
                        .registered("numbers", "get_numbers"));
    }

    @AfterEach
    void end() throws IOException {
        if (manager != null) {
            manager.close();
            server.close();
        }
    }

    @Override
    Manager manager() {
        return manager;
    }

    private ConnectOptions plainOptions() {
        return ConnectOptions.authkey(KEY.getBytes(StandardCharsets.UTF_8)).allowMd5(version.isOld());
    }

    @Test
    void aServerThatKnowsMd5OnlyIsRefusedUnlessAllowed() throws Exception {
        Assumptions.assumeTrue(version.isOld(), "newer ones know SHA-256");
        Refusal.of(
                AuthenticationException.class,
                () -> Manager.connect(address, KEY.getBytes(StandardCharsets.UTF_8)),
                "MD5",
                "allowMd5");
    }

    @Test
    void programsOfPythonShareRegisteredObjects() throws Exception {
        final SharedQueue<Object> orders = manager.queue("orders", 10);
        final Codec<Object> tagged = Codecs.of(Object.class);
        final SharedMap<Object, Object> table = manager.map("table", tagged, tagged, MapOptions.entries(10));
        orders.put(5);
        orders.put("text");
        orders.put(Duration.ofSeconds(7));
        table.put("java", List.of(1, 2));
        try (Python client =
                Python.start(RemoteManagerPythonTest.class, version, "sync_manager.py", "client", address, KEY)) {
            assertEquals("5 text", client.expect("took"));
            assertEquals("tuple backplane.java", client.expect("kind"));
            assertEquals("['java', 'python']", client.expect("table"));
        }
        assertEquals(Map.of("id", 7L, "tags", List.of("a", "b")), orders.take());
        assertEquals(Duration.ofSeconds(7), orders.take());
        assertEquals(3.5, table.get("python"));
        assertEquals(List.of(1L, 2L), table.remove("java"));
        assertThrows(UnsupportedOperationException.class, () -> table.putIfAbsent("a", 1));
        assertThrows(UnsupportedOperationException.class, () -> table.merge("a", 1, (a, b) -> a));
        final SharedList<Integer> numbers = manager.list("numbers", Integer.class, 5);
        numbers.add(4);
        assertEquals(4, numbers.get(0));
        assertThrows(UnsupportedOperationException.class, () -> numbers.addIfAbsent(4));
    }

    @Test
    void namesMeanObjectsOfThisManagerOnly() throws Exception {
        try (Manager other = Manager.connect(address, plainOptions())) {
            manager.queue("q", 3).put("mine");
            assertNull(other.queue("q", 3).poll());
            assertEquals("mine", manager.queue("q", 3).poll());
        }
        assertThrows(IllegalArgumentException.class, () -> manager.queue("q", 4));
        assertThrows(IllegalArgumentException.class, () -> manager.event("q"));
        assertThrows(
                UnsupportedOperationException.class, () -> manager.queue("q", 3).peek());
        assertThrows(UnsupportedOperationException.class, () -> manager.readWriteLock("rw"));
    }

    @Test
    void aKilledServerEndsCallsUnderWay() throws Exception {
        final SharedQueue<Object> queue = manager.queue("q", QueueOptions.capacity(3));
        final FutureTask<Object> taker = new FutureTask<>(queue::take);
        waiting(queue::size, taker);
        server.kill();
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> taker.get(60, TimeUnit.SECONDS));
        assertInstanceOf(ConnectionLostException.class, failure.getCause());
    }

    @Test
    void aClosedManagerGivesItsObjectsUp() throws Exception {
        try (Manager other = Manager.connect(address, plainOptions())) {
            other.event("one").set();
            other.longValue("two").set(1);
            assertTrue(numberOfObjects() >= 2);
        }
        assertEquals(0, numberOfObjects());
    }

    private long numberOfObjects() throws IOException {
        final RemoteLinks links = new RemoteLinks(
                dev.backplane.store.Endpoint.parse(address),
                dev.backplane.connection.ConnectionOptions.defaults()
                        .authkey(KEY.getBytes(StandardCharsets.UTF_8))
                        .allowMd5(true),
                ConnectOptions.authkey(KEY.getBytes(StandardCharsets.UTF_8)));
        try {
            return (Long) links.control("number_of_objects");
        } finally {
            links.close();
        }
    }
}
