package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ConnectOptions;
import dev.backplane.Manager;
import dev.backplane.SharedSemaphore;
import dev.backplane.connection.AuthenticationException;
import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.pickle.PickleCodec;
import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.StreamSocket;
import dev.backplane.store.Waiting;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server as a client sees it that says what no Python would.
final class ManagerServerTest {
    private static final byte[] KEY = "the manager's secret".getBytes(StandardCharsets.US_ASCII);
    private static final long SECONDS = 60;
    private static final int MOST_BYTES = 4096;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private ManagerServerBuilder builder() {
        return ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY)
                .maxFrameBytes(MOST_BYTES);
    }

    private static Connection connect(ManagerServer server) throws IOException, InterruptedException {
        return Client.connect(
                server.endpoint(), ConnectionOptions.defaults().authkey(KEY).codec(PickleCodec.standard()));
    }

    private static List<?> ask(Connection connection, @Nullable Object ident, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        connection.send(PythonTuple.of(ident, method, PythonTuple.of(args), new PythonDict()));
        return assertInstanceOf(PythonTuple.class, connection.receive());
    }

    /// What kind of reply comes.
    private static @Nullable Object received(Connection connection) throws IOException, InterruptedException {
        return assertInstanceOf(PythonTuple.class, connection.receive()).get(0);
    }

    /// Asks the server itself, by a connection of its own.
    private static @Nullable Object ask(ManagerServer server, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        try (Connection connection = connect(server)) {
            final List<?> reply = ask(connection, null, method, args);
            assertEquals("#RETURN", reply.get(0), reply::toString);
            return reply.get(1);
        }
    }

    private static String refusal(ManagerServer server, String method, @Nullable Object... args)
            throws IOException, InterruptedException {
        try (Connection connection = connect(server)) {
            final List<?> reply = ask(connection, null, method, args);
            assertEquals("#TRACEBACK", reply.get(0), reply::toString);
            return assertInstanceOf(String.class, reply.get(1));
        }
    }

    private static String create(ManagerServer server, String type, @Nullable Object... args)
            throws IOException, InterruptedException {
        final @Nullable Object[] all = new Object[args.length + 1];
        all[0] = type;
        System.arraycopy(args, 0, all, 1, args.length);
        final List<?> created = assertInstanceOf(PythonTuple.class, ask(server, "create", all));
        return assertInstanceOf(String.class, created.get(0));
    }

    private static Connection session(ManagerServer server) throws IOException, InterruptedException {
        final Connection connection = connect(server);
        assertEquals(PythonTuple.of("#RETURN", null), ask(connection, null, "accept_connection", "MainProcess"));
        return connection;
    }

    @Test
    void whoHasNotTheKeyGetsNothing() throws Exception {
        try (ManagerServer server = builder().start()) {
            final ConnectionOptions wrong = ConnectionOptions.defaults().authkey(new byte[] {1});
            assertThrows(AuthenticationException.class, () -> Client.connect(server.endpoint(), wrong));
            assertEquals(0L, ask(server, "number_of_objects"));
            Eventually.holds("he is counted", () -> server.refusedClients() == 1); // After he was told.
        }
    }

    @Test
    void whoStallsIsEndedWhenHisTimeIsUpOrForAnother() throws Exception {
        final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        try (ManagerServer server = builder()
                        .backlog(3)
                        .maxHandshakes(1)
                        .handshakeTimeout(Duration.ofSeconds(2))
                        .onRefused((peer, why) -> refused.add(why.toString()))
                        .start();
                StreamSocket silent = StreamSocket.connect(server.endpoint(), Duration.ofSeconds(SECONDS))) {
            assertTrue(String.valueOf(refused.poll(SECONDS, TimeUnit.SECONDS)).contains("handshake"));
            try (StreamSocket first = StreamSocket.connect(server.endpoint(), Duration.ofSeconds(SECONDS))) {
                // It has its challenge, so its handshake is under way.
                assertTrue(first.poll(Waiting.block(), StreamSocket.FOREVER));
                assertEquals(0L, ask(server, "number_of_objects"));
                assertTrue(
                        String.valueOf(refused.poll(SECONDS, TimeUnit.SECONDS)).contains("handshake"));
            }
            assertTrue(silent.isOpen());
            assertEquals(2, server.refusedClients());
        }
        assertThrows(IllegalArgumentException.class, () -> builder().backlog(0));
        assertThrows(IllegalArgumentException.class, () -> builder().maxHandshakes(0));
        assertThrows(IllegalArgumentException.class, () -> builder().idleTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder().handshakeTimeout(Duration.ZERO));
    }

    @Test
    void whoIsIdleGivesBackWhatHeHas() throws Exception {
        try (ManagerServer server =
                builder().idleTimeout(Duration.ofMillis(200)).start()) {
            final String lock = unlessIdle(() -> create(server, "Lock"));
            try (Connection idle = unlessIdle(() -> acquiring(server, lock))) {
                assertThrows(IOException.class, idle::receive);
            }
            unlessIdle(() -> acquiring(server, lock)).close();
        }
    }

    private static Connection acquiring(ManagerServer server, String lock) throws IOException, InterruptedException {
        final Connection connection = session(server);
        assertEquals(PythonTuple.of("#RETURN", true), ask(connection, lock, "acquire"));
        return connection;
    }

    /// Asks again should this thread have paused for so long that its connection was closed as an idle one.
    private static <T> T unlessIdle(Callable<T> asking) throws Exception {
        final long begin = System.nanoTime();
        while (true) {
            try {
                return asking.call();
            } catch (IOException e) {
                assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS), e::toString);
            }
        }
    }

    @Test
    void whatAJvmHasItKeepsHoweverIdleItIs() throws Exception {
        try (Manager manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = builder()
                        .manager(manager)
                        .idleTimeout(Duration.ofSeconds(2))
                        .start();
                Manager client = Manager.connect(server.endpoint().toString(), ConnectOptions.authkey(KEY))) {
            final SharedSemaphore same = client.semaphore("permits", 1);
            same.acquire();
            final SharedSemaphore semaphore = manager.semaphore("permits", 1);
            try (Connection idle = session(server)) {
                assertThrows(IOException.class, idle::receive); // So the client has been idle for as long.
            }
            assertFalse(semaphore.tryAcquire(500, TimeUnit.MILLISECONDS));
            assertEquals(1, same.heldPermits());
            same.release();
            assertTrue(semaphore.tryAcquire());
        }
    }

    @Test
    void aRequestGivesUpManyReferences() throws Exception {
        try (ManagerServer server = builder().start()) {
            final String one = create(server, "Event");
            final String two = create(server, "Event");
            final String three = create(server, "Event");
            ask(server, "decref", one, two);
            assertEquals(1, server.objectCount());
            assertTrue(refusal(server, "decref", two, three, 5L).contains("KeyError"));
            assertEquals(0, server.objectCount());
            assertTrue(refusal(server, "decref").contains("TypeError"));
        }
    }

    @Test
    void whatIsNoRequestIsAnsweredAndTheSessionGoesOn() throws Exception {
        try (ManagerServer server = builder().start();
                Connection connection = session(server)) {
            final String ident = create(server, "Event");
            for (Object nonsense : new Object[] {
                "text",
                5L,
                PythonTuple.of(1L),
                PythonTuple.of(ident, 1L, PythonTuple.EMPTY, new PythonDict()),
                PythonTuple.of(ident, "set", PythonTuple.EMPTY, PythonDict.of(1L, 2L))
            }) {
                connection.send(nonsense);
                final List<?> reply = assertInstanceOf(PythonTuple.class, connection.receive());
                assertEquals("#TRACEBACK", reply.get(0), reply::toString);
            }
            connection.sendBytes(new byte[] {1, 2, 3});
            assertEquals("#TRACEBACK", received(connection));
            connection.sendBytes(new byte[] {(byte) 0x80, 4, 'R', '.'});
            assertEquals("#TRACEBACK", received(connection));
            assertEquals(PythonTuple.of("#RETURN", false), ask(connection, ident, "is_set"));
            assertEquals("#TRACEBACK", ask(connection, "nothing", "is_set").get(0));
            assertEquals("#TRACEBACK", ask(connection, null, "create", "Event").get(0));
            assertEquals("#TRACEBACK", ask(connection, ident, "getClass").get(0));
            assertEquals("#UNSERIALIZABLE", ask(connection, ident, "#GETVALUE").get(0));
        }
    }

    @Test
    void aReplyThatIsTooLongIsSaidToBe() throws Exception {
        try (ManagerServer server = builder().start();
                Connection connection = session(server)) {
            final String ident = create(server, "list", List.of("x".repeat(MOST_BYTES / 2)));
            final List<?> reply = ask(connection, ident, "__mul__", 3L);
            assertEquals("#RETURN", reply.get(0), "one string, written once");
            final String texts = create(server, "list");
            for (int i = 0; i < 3; i++) {
                ask(connection, texts, "append", i + "x".repeat(MOST_BYTES / 2));
            }
            final List<?> tooLong = ask(connection, texts, "#GETVALUE");
            assertEquals("#UNSERIALIZABLE", tooLong.get(0));
            assertTrue(tooLong.get(1).toString().contains("more than " + MOST_BYTES + " bytes"), tooLong::toString);
            assertEquals(PythonTuple.of("#RETURN", 3L), ask(connection, texts, "__len__"));
        }
    }

    @Test
    void aRequestThatIsTooLongEndsItsConnectionOnly() throws Exception {
        try (ManagerServer server = builder().start()) {
            final String ident = create(server, "list");
            try (Connection connection = session(server)) {
                assertThrows(IOException.class, () -> ask(connection, ident, "append", "x".repeat(100 * MOST_BYTES)));
            }
            try (Connection connection = session(server)) {
                assertEquals(PythonTuple.of("#RETURN", 0L), ask(connection, ident, "__len__"));
            }
        }
    }

    @Test
    void referencesAreCounted() throws Exception {
        try (ManagerServer server = builder().maxObjects(2).start()) {
            final String event = create(server, "Event");
            create(server, "Lock");
            assertTrue(refusal(server, "create", "Lock").contains("maxObjects"));
            ask(server, "incref", event);
            ask(server, "decref", event);
            assertEquals(2L, ask(server, "number_of_objects"));
            ask(server, "decref", event);
            assertEquals(1, server.objectCount());
            assertTrue(refusal(server, "decref", event).contains("KeyError"));
            assertTrue(assertInstanceOf(String.class, ask(server, "debug_info")).contains("refcount=1"));
        }
    }

    @Test
    void typesAndMethodsThatThereAreNotAreRefused() throws Exception {
        try (ManagerServer server = builder().start()) {
            assertTrue(refusal(server, "create", "Pool").contains("KeyError: 'Pool'"));
            assertTrue(refusal(server, "create").contains("TypeError"));
            assertTrue(refusal(server, "create", "Lock", 1L).contains("TypeError"));
            assertTrue(refusal(server, "create", "named", "x").contains("KeyError"), "there is no manager");
            assertTrue(refusal(server, "toString").contains("unrecognized"));
            assertTrue(refusal(server, "get_methods", "no token").contains("KeyError"));
            assertTrue(refusal(server, "shutdown").contains("allowShutdown"));
            assertEquals(0, server.objectCount());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> server.register(
                            "Lock",
                            Counter.class,
                            () -> new Counter.Plain(new CountDownLatch(1), new CountDownLatch(1))));
            assertThrows(
                    IllegalArgumentException.class, () -> server.register("S", String.class, () -> "no interface"));
        }
    }

    @Test
    void aClientThatMayEndsTheServer() throws Exception {
        try (ManagerServer server = builder().allowShutdown(true).start()) {
            ask(server, "shutdown");
            server.awaitClose();
            assertThrows(IOException.class, () -> connect(server));
        }
    }

    @Test
    void closingEndsWaitsAndGivesBackWhatTheyHad() throws Exception {
        final ManagerServer server = builder().start();
        final String queue = create(server, "Queue");
        final Connection waiting = session(server);
        final Connection idle = session(server);
        final FutureTask<List<?>> get = new FutureTask<>(() -> ask(waiting, queue, "get"));
        Thread.ofVirtual().start(get);
        assertEquals(PythonTuple.of("#RETURN", true), ask(idle, queue, "empty"));
        server.close();
        final Throwable end = assertThrows(
                        java.util.concurrent.ExecutionException.class, () -> get.get(SECONDS, TimeUnit.SECONDS))
                .getCause();
        assertInstanceOf(IOException.class, end);
        assertThrows(IOException.class, () -> ask(idle, queue, "empty"));
        server.close();
        server.awaitClose();
    }

    @Test
    void aLockGoesOnWhenItsHoldersConnectionEnds() throws Exception {
        try (ManagerServer server = builder().start();
                Connection waiting = session(server)) {
            final String lock = create(server, "Lock");
            final Connection holder = session(server);
            assertEquals(PythonTuple.of("#RETURN", true), ask(holder, lock, "acquire"));
            assertEquals(PythonTuple.of("#RETURN", false), ask(waiting, lock, "acquire", false));
            holder.close();
            assertEquals(PythonTuple.of("#RETURN", true), ask(waiting, lock, "acquire", true, SECONDS));
        }
    }

    @Test
    void exceptionsAreSentAsPythonsOwn() throws Exception {
        try (ManagerServer server = builder().start();
                Connection connection = session(server)) {
            final List<?> reply = ask(connection, create(server, "Queue"), "get", false);
            assertEquals("#ERROR", reply.get(0));
            assertEquals(
                    "queue.Empty",
                    assertInstanceOf(PythonException.class, reply.get(1)).type());
        }
    }

    @Test
    void whatIsMissingOrAbsurdIsSaidBeforeTheStart() {
        assertThrows(IllegalStateException.class, () -> ManagerServer.builder().start());
        assertThrows(
                IllegalStateException.class,
                () -> ManagerServer.builder().address("tcp://127.0.0.1:0").start());
        assertThrows(IllegalArgumentException.class, () -> builder().maxFrameBytes(1));
        assertThrows(IllegalArgumentException.class, () -> builder().maxObjects(0));
        assertThrows(IllegalArgumentException.class, () -> builder().address("nowhere"));
    }

    @Test
    void sessionsEndWithTheirConnections() throws Exception {
        try (ManagerServer server = builder().start()) {
            for (int i = 0; i < 3; i++) {
                ask(server, "dummy");
            }
            session(server).close();
            final long begin = System.nanoTime();
            while (server.sessionCount() > 0) {
                assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS), "a session stays");
                Thread.onSpinWait();
            }
        }
    }
}
