package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.Platform;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.OpenFiles;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sockets and segments that go from one JVM to another.
final class PassingJvmTest {
    private static final byte[] KEY = {7, 8, 9};
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @BeforeEach
    void linux() {
        Assumptions.assumeTrue(Platform.current().name().equals("linux"), "descriptors are sent on Linux only");
    }

    private static ConnectionOptions options() {
        return ConnectionOptions.defaults().authkey(KEY).handshakeTimeout(LONG);
    }

    private static ListenerOptions listening() {
        return ListenerOptions.of(options());
    }

    private String uri(String name) {
        return "unix:" + directory.resolve(name);
    }

    private static Connection connect(String uri) throws IOException, InterruptedException {
        return Client.connect(uri, options());
    }

    @Test
    void aListenerGoesToAChildWhichAnswersItsClients() throws Exception {
        final String carrier = uri("carrier");
        final Path shop = directory.resolve("shop");
        try (Listener parents = Listener.open(carrier, listening());
                JvmProcess child = Body.start(() -> {
                    try (Connection parent = connect(carrier);
                            Listener received = Passing.receiveListener(parent, listening());
                            Connection client = received.accept()) {
                        client.send("from " + client.receive() + " at " + received.endpoint());
                        parent.receive();
                    }
                });
                Connection worker = parents.accept()) {
            final Listener listener = Listener.open("unix:" + shop, listening());
            Passing.send(worker, listener);
            assertThrows(IOException.class, listener::accept);
            assertTrue(Files.exists(shop));
            try (Connection client = connect("unix:" + shop)) {
                client.send("me");
                assertEquals("from me at unix:" + shop, client.receive());
            }
            worker.send("that is all");
            assertEquals(0, child.join());
            assertFalse(Files.exists(shop));
        }
    }

    @Test
    void aConnectionGoesOnAfterItsFirstOwnerWasKilled() throws Exception {
        final String carrier = uri("carrier");
        final String shop = uri("shop");
        try (Listener here = Listener.open(carrier, listening());
                JvmProcess first = Body.start(() -> {
                    try (Listener listener = Listener.open(shop, listening());
                            Connection parent = connect(carrier)) {
                        parent.send("listening");
                        try (Connection client = listener.accept()) {
                            client.send("hello " + client.receive());
                            Passing.send(parent, client);
                            assertFalse(client.isOpen());
                        }
                        Body.stay();
                    }
                });
                Connection child = here.accept()) {
            assertEquals("listening", child.receive());
            try (Connection client = connect(shop)) {
                client.send("you");
                assertEquals("hello you", client.receive());
                try (Connection theirs = Passing.receiveConnection(child, options())) {
                    first.kill();
                    assertEquals(137, first.join());
                    client.send("still there?");
                    assertEquals("still there?", theirs.receive());
                    theirs.send("yes");
                    assertEquals("yes", client.receive());
                }
                assertThrows(EOFException.class, client::receive);
            }
        }
    }

    @Test
    void anAnonymousSegmentOutlivesWhoeverMadeIt() throws Exception {
        final String carrier = uri("carrier");
        try (Listener here = Listener.open(carrier, listening());
                JvmProcess maker = Body.start(() -> {
                    try (Manager manager = Manager.anonymous("passed", SegmentOptions.defaults());
                            Connection parent = connect(carrier)) {
                        manager.longValue("counter").set(41);
                        manager.lock("lock").lock();
                        Passing.send(parent, manager);
                        Body.stay();
                    }
                });
                Connection child = here.accept();
                Manager manager = Passing.receiveManager(child, SegmentOptions.defaults())) {
            maker.kill();
            maker.join();
            final SharedLong counter = manager.longValue("counter");
            assertEquals(42, counter.incrementAndGet());
            assertThrows(OwnerDiedException.class, () -> manager.lock("lock").lock());
        }
    }

    /// Two ends in this JVM.
    private record Pair(Listener listener, Connection client, Connection server) implements AutoCloseable {
        static Pair over(String uri) throws IOException, InterruptedException {
            final Listener listener = Listener.open(uri, listening());
            final Connection client = Client.connect(listener.endpoint(), options());
            return new Pair(listener, client, listener.accept());
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            listener.close();
        }
    }

    @Test
    void whatCannotBeSentIsRefusedAndGoesOn() throws Exception {
        try (Pair carrier = Pair.over(uri("carrier"));
                Pair pair = Pair.over("tcp://127.0.0.1:0");
                Pipe pipe = Pipe.open();
                Manager named = Manager.open(directory.resolve("named"), SegmentOptions.defaults())) {
            Refusal.of(
                    UnsupportedOperationException.class, () -> Passing.send(carrier.client, pipe.left()), "pipe's end");
            Refusal.of(UnsupportedOperationException.class, () -> Passing.send(carrier.client, named), "with a name");
            Refusal.of(
                    UnsupportedOperationException.class,
                    () -> Passing.receiveManager(pipe.left(), SegmentOptions.defaults()),
                    "not over a pipe");
            Refusal.of(
                    IllegalArgumentException.class, () -> Passing.send(carrier.client, carrier.client), "over itself");
            pair.client.send("one");
            assertTrue(pair.server.poll(LONG));
            Refusal.of(
                    IllegalStateException.class, () -> Passing.send(carrier.client, pair.server), "receive it before");
            assertEquals("one", pair.server.receive());
            pair.server.send("two");
            assertEquals("two", pair.client.receive());
            carrier.server.send("no question");
            Refusal.of(ProtocolException.class, () -> Passing.send(carrier.client, pair.server), "was to ask");
            assertTrue(pair.server.isOpen());
        }
    }

    @Test
    void anotherKindThanWasAskedForIsClosed() throws Exception {
        try (Pair carrier = Pair.over(uri("carrier"));
                Manager manager = Manager.anonymous("kind", SegmentOptions.defaults())) {
            for (int round = 0; round < 3; round++) {
                final long before = OpenFiles.count();
                final FutureTask<Boolean> sending = Action.task(() -> Passing.send(carrier.server, manager));
                Thread.ofVirtual().start(sending);
                Refusal.of(
                        ProtocolException.class,
                        () -> Passing.receiveConnection(carrier.client, options()),
                        "kind 3, kind 1 was asked for");
                assertTrue(sending.get());
                Eventually.holds("as many files are open as before", () -> OpenFiles.count() == before);
            }
            carrier.client.send("it still works");
            assertEquals("it still works", carrier.server.receive());
        }
    }

    @Test
    void aListenerIsClosedIfItCannotHaveTheOptionsAndNothingIsTakenWithoutAny() throws Exception {
        final Path shop = directory.resolve("shop");
        try (Pair carrier = Pair.over(uri("carrier"))) {
            final long before = OpenFiles.count();
            final Listener listener = Listener.open("unix:" + shop, listening());
            final FutureTask<Boolean> sending = Action.task(() -> Passing.send(carrier.server, listener));
            Thread.ofVirtual().start(sending);
            assertThrows(NullPointerException.class, () -> Passing.receiveListener(carrier.client, absent()));
            assertThrows(NullPointerException.class, () -> Passing.receiveConnection(carrier.client, absent()));
            assertThrows(NullPointerException.class, () -> Passing.receiveManager(carrier.client, absent()));
            Refusal.of(
                    IllegalArgumentException.class,
                    () -> Passing.receiveListener(carrier.client, listening().tls(TlsOptions.defaults())),
                    "TLS is for TCP");
            assertTrue(sending.get());
            assertFalse(Files.exists(shop));
            Eventually.holds("as many files are open as before", () -> OpenFiles.count() == before);
        }
    }

    /// What callers without null checks may give.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T absent() {
        return null;
    }

    @Test
    void anEndInsteadOfADescriptorIsTheEnd() throws Exception {
        try (Pair carrier = Pair.over(uri("carrier"));
                Manager manager = Manager.anonymous("end", SegmentOptions.defaults())) {
            carrier.server.close();
            assertThrows(IOException.class, () -> Passing.receiveManager(carrier.client, SegmentOptions.defaults()));
            assertThrows(IOException.class, () -> Passing.send(carrier.client, manager));
        }
    }
}
