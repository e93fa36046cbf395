package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.connection.Listener;
import dev.backplane.connection.ListenerOptions;
import dev.backplane.store.testing.Python;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EchoPingJvmTest {
    private static final byte[] KEY = "a key".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private String keyFile = "";

    @BeforeEach
    void key() throws IOException {
        keyFile = Files.writeString(directory.resolve("key"), "  a key\n").toString();
    }

    private ListeningProgram echo(String address, String... more) throws IOException {
        final String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"echo", "--address", address, "--authkey-file", keyFile}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return ListeningProgram.start(arguments);
    }

    @Test
    void onePingsTheOtherOverTcp() throws Exception {
        try (ListeningProgram echo = echo("tcp://127.0.0.1:0")) {
            final Program ping = Program.run(
                    "ping", "--address", echo.uri(), "--authkey-file", keyFile, "--size", "1000", "--count", "50");
            assertEquals(0, ping.exitCode(), ping.err());
            assertTrue(ping.out().startsWith("50 messages of 1000 bytes, there and back\np50 "), ping.out());
            assertTrue(ping.out().contains("p99.9 "), ping.out());
            echo.terminate();
        }
    }

    @Test
    void theSocketIsTheOwnersAndGoneAfterTheEnd() throws Exception {
        final Path socket = directory.resolve("echo.sock");
        try (ListeningProgram echo = echo("unix:" + socket, "--upper")) {
            try (Connection connection =
                    Client.connect(echo.uri(), ConnectionOptions.defaults().authkey(KEY))) {
                connection.sendBytes("straße".getBytes(StandardCharsets.UTF_8));
                assertEquals("STRAßE", new String(connection.receiveBytes(), StandardCharsets.UTF_8));
            }
            echo.terminate();
            assertFalse(Files.exists(socket));
        }
    }

    @Test
    void anotherKeyIsRefusedAndNotShown() throws Exception {
        final Path other = Files.writeString(directory.resolve("other"), "0thersecret");
        try (ListeningProgram echo = echo("tcp://127.0.0.1:0")) {
            final Program ping =
                    Program.run("ping", "--address", echo.uri(), "--authkey-file", other.toString(), "--count", "1");
            assertEquals(1, ping.exitCode());
            assertFalse(ping.err().contains("0thersecret"), ping.err());
            echo.terminate();
            assertFalse(echo.err().contains("0thersecret"), echo.err());
        }
    }

    @Test
    void whoeverAnswersSomethingElseIsNoEcho() throws Exception {
        final Path socket = directory.resolve("other.sock");
        try (Listener listener =
                Listener.open("unix:" + socket, ListenerOptions.defaults().authkey(KEY))) {
            final Thread server = Thread.ofVirtual().start(() -> {
                try (Connection connection = listener.accept()) {
                    connection.sendBytes(new byte[connection.receiveBytes().length + 1]);
                    connection.poll(Duration.ofMinutes(1));
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            final Program ping =
                    Program.run("ping", "--address", "unix:" + socket, "--authkey-file", keyFile, "--count", "1");
            assertEquals(1, ping.exitCode());
            assertTrue(ping.err().contains("came back as 65 others"), ping.err());
            server.join();
        }
    }

    @Test
    void wrongUsageIsToldFromFailure() throws Exception {
        assertEquals(2, Program.run("ping", "--address", "unix:/x").exitCode());
        final String[] tooFew = {"ping", "--address", "unix:/x", "--authkey-file", keyFile, "--count", "0"};
        final Program none = Program.run(tooFew);
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("--count is 0"), none.err());
        final Program nobody =
                Program.run("ping", "--address", "unix:" + directory.resolve("no"), "--authkey-file", keyFile);
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.err().contains(directory.resolve("no").toString()), nobody.err());
        final Path empty = Files.writeString(directory.resolve("empty"), " \n");
        final Program keyless = Program.run("ping", "--address", "unix:/x", "--authkey-file", empty.toString());
        assertEquals(1, keyless.exitCode());
        assertTrue(keyless.err().contains("has no key in it"), keyless.err());
    }

    @Test
    void pythonSpeaksWithBoth() throws Exception {
        final Path socket = directory.resolve("python.sock");
        try (ListeningProgram echo = echo("unix:" + socket)) {
            final Python.Run run = Python.run(Python.onPath(), "-c", """
                                import sys
                                from multiprocessing.connection import Client
                                with Client(sys.argv[1], authkey=b"a key") as connection:
                                    connection.send({"a": [1, 2.5, None]})
                                    print(connection.recv())
                                """, socket.toString());
            assertEquals("{'a': [1, 2.5, None]}\n", run.succeeded());
            echo.terminate();
        }
    }
}
