package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.ListOptions;
import dev.backplane.Manager;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.RemoteCallException;
import dev.backplane.SharedList;
import dev.backplane.SharedMap;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PickleGlobals;
import dev.backplane.pickle.PickleLimits;
import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a server cannot send stays where it is.
@NullUnmarked
final class KeptElementsTest {
    private static final byte[] KEY = "the manager's secret".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 8192;
    private static final int DEPTH = 1100;
    private static final PickleCodec CODEC =
            new PickleCodec(4, PickleLimits.standard().withMaxDepth(2 * DEPTH), PickleGlobals.standard());
    private static final long STACK_BYTES = 64 << 20;
    private static final String LONG = "x".repeat(MOST_BYTES);
    /// Something that Python has nothing for.
    private static final Instant ODD = Instant.MAX;
    /// Something that the server's codec refuses to read.
    private static final URI REFUSED = URI.create("not:allowed");

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager manager;
    private ManagerServer server;
    private Connection session;

    @BeforeEach
    void start() throws Exception {
        manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
        server = ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY)
                .maxFrameBytes(MOST_BYTES)
                .manager(manager)
                .start();
        session = connect();
        ask(session, null, "accept_connection", "MainProcess");
    }

    @AfterEach
    void stop() throws Exception {
        session.close();
        server.close();
        manager.close();
    }

    /// Of a client that may send what the server refuses to read.
    private Connection connect() throws IOException, InterruptedException {
        return Client.connect(
                server.endpoint(), ConnectionOptions.defaults().authkey(KEY).codec(CODEC));
    }

    private static PythonTuple ask(Connection to, @Nullable Object ident, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        to.send(PythonTuple.of(ident, method, PythonTuple.of(args), new PythonDict()));
        return assertInstanceOf(PythonTuple.class, to.receive());
    }

    private String create(@Nullable Object... args) throws IOException, InterruptedException {
        try (Connection asking = connect()) {
            final PythonTuple reply = ask(asking, null, "create", args);
            assertEquals("#RETURN", reply.get(0), reply::toString);
            return (String) assertInstanceOf(PythonTuple.class, reply.get(1)).get(0);
        }
    }

    private @Nullable Object got(String ident, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        final PythonTuple reply = ask(session, ident, method, args);
        assertEquals("#RETURN", reply.get(0), reply::toString);
        return reply.get(1);
    }

    private void isKept(String ident, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        final PythonTuple reply = ask(session, ident, method, args);
        assertEquals("#ERROR", reply.get(0), reply::toString);
        final PythonException exception = assertInstanceOf(PythonException.class, reply.get(1));
        assertEquals("builtins.TypeError", exception.type());
        assertTrue(exception.getMessage().contains("stays where it is"), exception::getMessage);
    }

    @SuppressWarnings("NullAway") // Of elements that are never null.
    private static Codec<Object> tagged() {
        return Codecs.tagged();
    }

    @Test
    void anElementOfAQueueThatPythonHasNothingForIsTheNextOnesStill() throws Exception {
        for (boolean joinable : new boolean[] {false, true}) {
            final QueueOptions<Object> options = QueueOptions.capacity(8);
            final SharedQueue<Object> queue =
                    manager.queue("odd " + joinable, joinable ? options.asJoinable() : options);
            queue.addAll(List.of(ODD, 2L, LONG, 4L));
            final String ident = create("named", queue.name());
            isKept(ident, "get");
            isKept(ident, "get_nowait");
            assertEquals(4, queue.size());
            assertEquals(ODD, queue.take());
            assertEquals(2L, got(ident, "get"));
            isKept(ident, "get", true, 1);
            assertEquals(LONG, queue.take());
            assertEquals(4L, got(ident, "get"));
            if (joinable) {
                queue.taskDone();
                queue.taskDone();
                got(ident, "task_done");
                assertFalse(queue.join(1, TimeUnit.MILLISECONDS));
                got(ident, "task_done");
                assertTrue(queue.join(1, TimeUnit.MILLISECONDS));
            }
        }
    }

    @Test
    void anElementWhoseClassTheServerDoesNotReadIsKeptForWhoDoes() throws Exception {
        final SharedQueue<Object> queue = manager.queue(
                "refused",
                QueueOptions.of(8, Codecs.tagged(SerializationPolicy.standard().allowing("java.net.URI"))));
        queue.put(REFUSED);
        final String ident = create("named", queue.name());
        isKept(ident, "get");
        assertEquals(1, queue.size());
        assertEquals(REFUSED, queue.take());
    }

    /// Its elements are in another order, and so in other bytes, once they have been read.
    private static Set<Object> unstable() {
        final Set<Object> set = new HashSet<>(List.of(1, 4));
        final Codec<Object> codec = tagged();
        assertFalse(Arrays.equals(codec.toBytes(set), codec.toBytes(codec.fromBytes(codec.toBytes(set)))));
        return set;
    }

    @Test
    void whatIsWrittenInAnotherWayOnceItHasBeenReadIsTakenAllTheSame() throws Exception {
        final SharedMap<Object, Object> map = manager.map("map", tagged(), tagged(), MapOptions.entries(8));
        map.put("k", unstable());
        assertEquals(Set.of(1L, 4L), got(create("named", "map"), "pop", "k"));
        assertTrue(map.isEmpty());
        final SharedList<Object> list = manager.list("list", tagged(), ListOptions.elements(8));
        list.add(unstable());
        assertEquals(Set.of(1L, 4L), got(create("named", "list"), "pop"));
        assertTrue(list.isEmpty());
    }

    @Test
    void whatAMapOrListCannotGiveItKeeps() throws Exception {
        final SharedMap<Object, Object> map =
                manager.map("map", tagged(), tagged(), MapOptions.entries(8).withValueBytes(2 * MOST_BYTES));
        map.put("odd", ODD);
        map.put("long", LONG);
        map.put("plain", 1L);
        final String dict = create("named", "map");
        isKept(dict, "pop", "odd");
        isKept(dict, "pop", "long", 0L);
        assertEquals(1L, got(dict, "pop", "plain"));
        assertEquals(0L, got(dict, "pop", "plain", 0L));
        assertEquals(2, map.size());
        final SharedList<Object> list =
                manager.list("list", tagged(), ListOptions.elements(8).withElementBytes(2 * MOST_BYTES));
        list.addAll(List.of(ODD, 2L, LONG));
        final String ident = create("named", "list");
        isKept(ident, "pop");
        isKept(ident, "pop", 0L);
        assertEquals(2L, got(ident, "pop", 1L));
        assertEquals(List.of(ODD, LONG), List.copyOf(list));
    }

    /// Each list in the one around it, and each in a call of Python's.
    private static Object nested(int depth, boolean calls) {
        Object value = 1L;
        for (int i = 0; i < depth; i++) {
            value = calls ? Opaque.call("a.B", value) : new ArrayList<>(List.of(value));
        }
        return value;
    }

    /// In a thread whose stack holds what the client writes.
    @Test
    void whatIsNestedTooDeeplyToBeGivenBackIsNotTakenIn() throws Exception {
        final FutureTask<@Nullable Object> client = new FutureTask<>(() -> {
            putAndGetNested();
            return null;
        });
        new Thread(null, client, "deep", STACK_BYTES).start();
        client.get();
    }

    private static void isSame(@Nullable Object value, @Nullable Object other) {
        assertArrayEquals(CODEC.toBytes(value), CODEC.toBytes(other));
    }

    private void putAndGetNested() throws IOException, InterruptedException {
        final String queue = create("Queue");
        final String list = create("list");
        for (boolean calls : new boolean[] {false, true}) {
            final int levels = calls ? 2 : 1; // The arguments of a call are one of their own.
            final PythonTuple refused = ask(session, queue, "put", nested(DEPTH / levels, calls));
            assertEquals("#TRACEBACK", refused.get(0));
            assertTrue(String.valueOf(refused.get(1)).contains("nested more deeply than"), refused::toString);
            assertEquals(0L, got(queue, "qsize"));
            int depth = 900 / levels;
            while (ask(session, queue, "put", nested(depth, calls)).get(0).equals("#RETURN")) {
                final Object value = nested(depth, calls);
                isSame(value, got(queue, "get"));
                got(list, "append", value);
                isSame(List.of(value), got(list, "copy"));
                isSame(value, got(list, "pop"));
                depth++;
            }
            assertTrue(depth > 980 / levels, "only " + depth);
        }
    }

    @Test
    void aJvmDrainsWhatOneMessageHoldsAndThenTheRest() throws Exception {
        final SharedQueue<String> queue = manager.queue("q", QueueOptions.of(64, Codecs.of(String.class)));
        final List<String> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            all.add(i + "z".repeat(MOST_BYTES / 10));
        }
        queue.addAll(all);
        try (Manager client = Manager.connect(server.endpoint().toString(), ConnectOptions.authkey(KEY))) {
            final SharedQueue<String> same = client.queue("q", QueueOptions.of(64, Codecs.of(String.class)));
            final List<String> drained = new ArrayList<>();
            assertEquals(64, same.drainTo(drained));
            assertEquals(all, drained);
            queue.put(LONG);
            assertThrows(RemoteCallException.class, same::poll);
            assertThrows(RemoteCallException.class, () -> same.drainTo(drained));
            assertEquals(LONG, queue.take());
        }
    }
}
