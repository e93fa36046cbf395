package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedQueue;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ServeCommandJvmTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private String keyFile = "";

    @BeforeEach
    void key() throws IOException {
        keyFile = Files.writeString(directory.resolve("key"), "a key\n").toString();
    }

    private static String python(String program, String argument) throws Exception {
        return Python.run(Python.onPath(), "-c", program, argument).succeeded();
    }

    @Test
    void pythonGetsWhatItAsksFor() throws Exception {
        final Path socket = directory.resolve("serve.sock");
        try (ListeningProgram serve =
                ListeningProgram.start("serve", "--address", "unix:" + socket, "--authkey-file", keyFile)) {
            assertEquals("unix:" + socket, serve.uri());
            assertEquals("[3, 1, 2] 3 {'k': (1, 2)}\n", python("""
                            import sys
                            from multiprocessing.managers import SyncManager
                            manager = SyncManager(sys.argv[1], authkey=b"a key")
                            manager.connect()
                            numbers, book, queue = manager.list([3]), manager.dict(), manager.Queue()
                            numbers.extend([1, 2])
                            book["k"] = (1, 2)
                            queue.put(len(numbers))
                            with manager.Lock():
                                print(numbers, queue.get(), book)
                            """, socket.toString()));
            serve.terminate();
            assertFalse(Files.exists(socket));
            assertEquals("", serve.err().replaceAll(".*chmod 600 it\\R", ""));
        }
    }

    @Test
    void pythonAndThisJvmHaveOneQueue() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Manager manager = Manager.open(segment, SegmentOptions.defaults());
                ListeningProgram serve = ListeningProgram.start(
                        "serve",
                        "--address",
                        "tcp://127.0.0.1:0",
                        "--authkey-file",
                        keyFile,
                        "--manager",
                        segment.toString())) {
            final SharedQueue<Object> queue = manager.queue("orders", 16);
            queue.put("from Java");
            assertEquals(
                    "from Java\n", python("""
                            import sys
                            from multiprocessing.managers import SyncManager
                            class Manager(SyncManager):
                                pass
                            Manager.register("get_queue")
                            manager = Manager(("127.0.0.1", int(sys.argv[1])), authkey=b"a key")
                            manager.connect()
                            orders = manager.get_queue("orders")
                            print(orders.get())
                            orders.put("from Python")
                            """, serve.uri().substring(serve.uri().lastIndexOf(':') + 1)));
            assertEquals("from Python", queue.take());
            serve.terminate();
        }
    }

    /// A server of the objects of a segment.
    private ListeningProgram serve(Path segment, String socket) throws Exception {
        return ListeningProgram.start(
                "serve",
                "--address",
                "unix:" + directory.resolve(socket),
                "--authkey-file",
                keyFile,
                "--manager",
                segment.toString());
    }

    private Program call(ListeningProgram serve, String... arguments) throws Exception {
        final List<String> all = new ArrayList<>(List.of("call", "--authkey-file", keyFile, serve.uri()));
        all.addAll(List.of(arguments));
        return Program.run(all.toArray(String[]::new));
    }

    @Test
    void aLiveManagerIsLookedInto() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Manager manager = Manager.open(segment, SegmentOptions.defaults());
                ListeningProgram serve = serve(segment, "call.sock")) {
            final SharedQueue<Object> queue = manager.queue("orders", 16);
            assertEquals("0\n", call(serve, "orders", "qsize").out());
            assertEquals("None\n", call(serve, "orders", "put", "12").out());
            assertEquals("None\n", call(serve, "orders", "put", "'12'").out());
            assertEquals(12L, queue.take());
            assertEquals("'12'\n", call(serve, "orders", "get").out());
            assertTrue(call(serve, "orders").out().lines().anyMatch("task_done"::equals));
            final Program empty = call(serve, "orders", "get", "false");
            assertEquals(1, empty.exitCode());
            assertTrue(empty.err().contains("Empty"), empty.err());
            assertEquals(1, call(serve, "nothing", "get").exitCode());
            assertEquals("0\n", call(serve, "list", "__len__").out());
            manager.queue("ended", 1).shutdown();
            final Program ended = call(serve, "ended", "get");
            assertEquals(1, ended.exitCode());
            assertTrue(ended.err().contains("ShutDown"), ended.err());
            serve.terminate();
        }
    }

    /// A record whose class the server does not have.
    record Quote(long time, double price, boolean bid) {}

    @Test
    void whatOnlyJvmsUseIsLookedAt() throws Exception {
        final Path segment = directory.resolve("segment");
        try (Manager manager = Manager.open(segment, SegmentOptions.defaults());
                ListeningProgram serve = serve(segment, "look.sock")) {
            manager.struct("quote", Quote.class).set(new Quote(7, 0.5, true));
            manager.channel("channel", ChannelOptions.manyToOne(1024)).send(new byte[] {1});
            manager.topic("topic", String.class, 1024);
            manager.once("once").run(() -> {});
            assertEquals(
                    "{'time': 7, 'price': 0.5, 'bid': True}\n",
                    call(serve, "quote", "get").out());
            assertEquals("1\n", call(serve, "quote", "version").out());
            assertEquals("16\n", call(serve, "channel", "used_bytes").out());
            assertEquals("False\n", call(serve, "topic", "is_shut_down").out());
            assertEquals("True\n", call(serve, "once", "is_done").out());
            assertEquals("is_done\n", call(serve, "once").out());
            serve.terminate();
        }
    }

    @Test
    void tlsIsPutAroundTcp() throws Exception {
        final TlsFiles tls = TlsFiles.in(directory.path());
        try (ListeningProgram serve = ListeningProgram.start(
                "serve",
                "--address",
                "tcp://127.0.0.1:0",
                "--authkey-file",
                keyFile,
                "--tls-cert",
                tls.certificate().toString(),
                "--tls-key",
                tls.key().toString())) {
            final String trust = tls.certificate().toString();
            assertEquals(
                    "0\n", call(serve, "--tls-trust", trust, "list", "__len__").out());
            assertEquals(1, call(serve, "list", "__len__").exitCode());
            serve.terminate();
        }
        final Program keyless = Program.run(
                "serve", "--address", "tcp://127.0.0.1:0", "--authkey-file", keyFile, "--tls-cert", keyFile);
        assertEquals(1, keyless.exitCode());
        assertTrue(keyless.err().contains("--tls-cert needs --tls-key"), keyless.err());
        final Program plain =
                Program.run("serve", "--address", "tcp://127.0.0.1:0", "--authkey-file", keyFile, "--tls-key", keyFile);
        assertEquals(1, plain.exitCode());
        assertTrue(plain.err().contains("--tls-key needs --tls-cert"), plain.err());
    }

    @Test
    void argumentsAreWhatTheyLookLike() {
        assertEquals(12L, CallCommand.value("12"));
        assertEquals(-0.5, CallCommand.value("-.5"));
        assertEquals(1e300, CallCommand.value("1e300"));
        assertEquals(
                new BigInteger("123456789012345678901234567890"), CallCommand.value("123456789012345678901234567890"));
        assertEquals("12", CallCommand.value("'12'"));
        assertEquals("x y", CallCommand.value("x y"));
        assertEquals(true, CallCommand.value("true"));
        assertNull(CallCommand.value("none"));
    }

    @Test
    void whatCannotBeServedFails() throws Exception {
        final Program nowhere = Program.run("serve", "--address", "http://x", "--authkey-file", keyFile);
        assertEquals(1, nowhere.exitCode());
        assertTrue(nowhere.err().contains("'http://x' is no address"), nowhere.err());
        assertEquals(2, Program.run("serve", "--address", "unix:/x").exitCode());
    }
}
