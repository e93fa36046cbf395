package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.process.JvmProcess;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Waiting for the first of many things.
final class ConnectionsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Listener listen(String name) throws IOException {
        return Listener.open("unix:" + directory.resolve(name), ListenerOptions.defaults());
    }

    private static Connection connect(Listener listener) throws IOException, InterruptedException {
        return Client.connect(listener.endpoint(), ConnectionOptions.defaults());
    }

    @Test
    void hundredsOfConnectionsAndTheirEnds() throws Exception {
        final int pairs = 300;
        final List<Connection> clients = new ArrayList<>();
        final List<Connection> servers = new ArrayList<>();
        try (Listener listener = listen("socket")) {
            for (int i = 0; i < pairs; i++) {
                clients.add(connect(listener));
                servers.add(listener.accept());
            }
            assertEquals(List.of(), Connections.await(servers, Duration.ZERO));
            assertEquals(List.of(), Connections.await(servers, Duration.ofMillis(10)));
            for (int i = 0; i < pairs; i += 37) {
                final Connection client = clients.get(i);
                final FutureTask<List<Connection>> waiting = new FutureTask<>(() -> Connections.await(servers));
                final Thread thread = Thread.ofPlatform().start(waiting);
                Eventually.holds("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
                client.send(i);
                assertEquals(List.of(servers.get(i)), waiting.get());
                assertEquals(i, servers.get(i).receive());
            }
            clients.get(3).close();
            clients.get(7).send("seven");
            servers.get(9).close();
            Eventually.holds("three are ready", () -> readyNow(servers).size() == 3);
            assertEquals(List.of(servers.get(3), servers.get(7), servers.get(9)), Connections.await(servers, LONG));
        } finally {
            for (Connection each : clients) {
                each.close();
            }
            for (Connection each : servers) {
                each.close();
            }
        }
    }

    private static <T> List<T> readyNow(List<T> things) {
        try {
            return Connections.await(things, Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @SuppressWarnings("try") // Closed early: that is what is tested.
    void thingsOfAllKinds() throws Exception {
        final CompletableFuture<String> future = new CompletableFuture<>();
        final Process process = new ProcessBuilder("sleep", "1000").start();
        final Process other = new ProcessBuilder("sleep", "1000").start();
        try (Listener listener = listen("one");
                Listener idle = listen("two");
                Connection client = connect(listener);
                Connection server = listener.accept();
                Pipe pipe = Pipe.open();
                JvmProcess child = Body.start(() -> Body.stay())) {
            final List<Object> all = List.of(
                    listener,
                    idle,
                    client,
                    server,
                    pipe.left(),
                    pipe.right(),
                    child,
                    process,
                    other.toHandle(),
                    future);
            final List<Object> ready = new ArrayList<>();
            assertEquals(List.of(), readyNow(all));
            final List<Action> events = List.of(
                    () -> connect(idle),
                    () -> client.send(1),
                    () -> pipe.right().send(2),
                    child::kill,
                    process::destroy,
                    other::destroy,
                    () -> future.complete("done"));
            final List<Object> expected = List.of(idle, server, pipe.left(), child, process, other.toHandle(), future);
            for (int i = 0; i < events.size(); i++) {
                final List<Object> rest = new ArrayList<>(all);
                rest.removeAll(ready);
                final FutureTask<List<Object>> waiting = new FutureTask<>(() -> Connections.await(rest, LONG));
                Thread.ofVirtual().start(waiting);
                events.get(i).run();
                assertEquals(List.of(expected.get(i)), waiting.get());
                ready.add(expected.get(i));
            }
            assertEquals(expected, all.stream().filter(readyNow(all)::contains).toList());
            idle.close();
            server.close();
            assertEquals(2, readyNow(List.of(idle, server)).size(), "what is closed is ready");
        } finally {
            process.destroyForcibly();
            other.destroyForcibly();
        }
    }

    @Test
    void interruptEndsTheWaitAndLosesNothing() throws Exception {
        try (Listener listener = listen("socket");
                Connection client = connect(listener);
                Connection server = listener.accept()) {
            final FutureTask<Object> waiting = new FutureTask<>(() -> Connections.await(List.of(server, listener)));
            final Thread thread = Thread.ofPlatform().start(waiting);
            Eventually.holds("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            assertTrue(Action.failure(waiting) instanceof InterruptedException);
            client.send("here");
            assertEquals(List.of(server), Connections.await(List.of(server, listener)));
            assertEquals("here", server.receive());
            assertFalse(Thread.interrupted());
        }
    }

    @Test
    void refusesWhatItCannotWaitFor() throws Exception {
        Refusal.of(
                IllegalArgumentException.class,
                () -> Connections.await(List.of("text"), Duration.ZERO),
                "java.lang.String");
        assertThrows(IllegalArgumentException.class, () -> Connections.await(List.of()));
        assertEquals(List.of(), Connections.await(List.of(), Duration.ZERO));
    }
}
