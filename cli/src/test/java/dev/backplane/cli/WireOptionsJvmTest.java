package dev.backplane.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.connection.Client;
import dev.backplane.connection.Connection;
import dev.backplane.connection.ConnectionOptions;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Python;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of connections on the command line, and Python at the other end.
final class WireOptionsJvmTest {
    private static final String KEY = "a key";

    @TempDir
    private Path directory;

    private String keyFile = "";

    @BeforeEach
    void key() throws IOException {
        keyFile = Files.writeString(directory.resolve("key"), KEY).toString();
    }

    private static String[] with(List<String> first, String... more) {
        final List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private ListeningProgram listening(String command, String address, String... more) throws IOException {
        return ListeningProgram.start(with(List.of(command, "--address", address, "--authkey-file", keyFile), more));
    }

    private Program ping(String uri, String... more) throws Exception {
        return Program.run(with(List.of("ping", "--address", uri, "--authkey-file", keyFile, "--count", "5"), more));
    }

    /// The newest and the oldest Python, which has MD5 only.
    private static List<Python.Version> pythons() {
        final List<Python.Version> pythons = Python.some();
        Assumptions.assumeFalse(pythons.isEmpty(), "no python3 of 3.8 or newer");
        return pythons;
    }

    @Test
    void aListenerOfPythonIsPinged() throws Exception {
        for (Python.Version version : pythons()) {
            final Path socket = directory.resolve("python-" + version.minor());
            try (Python echo = Python.start(WireOptionsJvmTest.class, version, "echo.py", socket.toString())) {
                echo.expect("ready");
                final Program ping = ping("unix:" + socket, "--size", "70000");
                assertEquals(0, ping.exitCode(), ping.err());
                assertTrue(ping.out().startsWith("5 messages of 70000 bytes"), ping.out());
            }
        }
    }

    @Test
    void whoKnowsMd5OnlyIsRefusedIfToldSo() throws Exception {
        final String hello = "import sys; from multiprocessing.connection import Client; "
                + "c = Client(sys.argv[1], authkey=b'a key'); c.send_bytes(b'hello'); print(c.recv_bytes())";
        final Path socket = directory.resolve("echo");
        try (ListeningProgram echo = listening("echo", "unix:" + socket, "--sha256-only")) {
            for (Python.Version version : pythons()) {
                final Python.Run run = Python.run(version, "-c", hello, socket.toString());
                assertEquals(version.isOld() ? 1 : 0, run.exitCode(), run.output());
                assertTrue(run.output().contains(version.isOld() ? "AuthenticationError" : "b'hello'"), run.output());
            }
            assertEquals(0, ping(echo.uri(), "--sha256-only").exitCode());
            echo.terminate();
        }
        final Python.Version old = pythons().getFirst();
        Assumptions.assumeTrue(old.isOld(), "no Python before 3.12");
        final Path pythons = directory.resolve("python");
        try (Python echo = Python.start(WireOptionsJvmTest.class, old, "echo.py", pythons.toString())) {
            echo.expect("ready");
            final Program ping = ping("unix:" + pythons, "--sha256-only");
            assertEquals(1, ping.exitCode());
            assertTrue(ping.err().contains("MD5"), ping.err());
        }
    }

    @Test
    void longMessagesAreRefused() throws Exception {
        try (ListeningProgram echo = listening("echo", "tcp://127.0.0.1:0", "--max-frame", "1000")) {
            assertEquals(0, ping(echo.uri(), "--size", "1000").exitCode());
            assertEquals(1, ping(echo.uri(), "--size", "1001").exitCode());
            Eventually.holds("the refusal is said", () -> echo.err().contains("1001"));
            final Program shorter = ping(echo.uri(), "--size", "900", "--max-frame", "800");
            assertEquals(1, shorter.exitCode());
            assertTrue(shorter.err().contains("900") && shorter.err().contains("800"), shorter.err());
            echo.terminate();
        }
    }

    @Test
    void everyWayToWaitWorks() throws Exception {
        for (String how : List.of("spin", "adaptive", "block")) {
            try (ListeningProgram echo = listening("echo", "unix:" + directory.resolve(how), "--waiting", how)) {
                final Program ping = ping(echo.uri(), "--waiting", how);
                assertEquals(0, ping.exitCode(), how + ping.err());
                echo.terminate();
            }
        }
        final Program unknown = ping("unix:" + directory.resolve("x"), "--waiting", "sometimes");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("sometimes"), unknown.err());
    }

    @Test
    void aServerMayAskItsClientsForCertificates() throws Exception {
        final TlsFiles server = TlsFiles.in(Files.createDirectory(directory.resolve("server")));
        final TlsFiles client = TlsFiles.in(Files.createDirectory(directory.resolve("client")));
        final TlsFiles stranger = TlsFiles.in(Files.createDirectory(directory.resolve("stranger")));
        final String[] own = {
            "--tls-cert", server.certificate().toString(),
            "--tls-key", server.key().toString(),
            "--tls-trust", client.certificate().toString()
        };
        try (ListeningProgram echo = listening("echo", "tcp://127.0.0.1:0", own)) {
            final List<String> trusting =
                    List.of("--tls-trust", server.certificate().toString());
            final String[] known = with(
                    trusting,
                    "--tls-cert",
                    client.certificate().toString(),
                    "--tls-key",
                    client.key().toString());
            final Program ping = ping(echo.uri(), known);
            assertEquals(0, ping.exitCode(), ping.err());
            final String[] unknown = with(
                    trusting,
                    "--tls-cert",
                    stranger.certificate().toString(),
                    "--tls-key",
                    stranger.key().toString());
            assertEquals(1, ping(echo.uri(), unknown).exitCode());
            assertEquals(1, ping(echo.uri(), with(trusting)).exitCode());
            assertEquals(1, ping(echo.uri()).exitCode());
            echo.terminate();
        }
    }

    @Test
    void aServerEndsIdleConnectionsAndLimitsTheirNumber() throws Exception {
        final ConnectionOptions options = ConnectionOptions.defaults().authkey(KEY.getBytes(StandardCharsets.UTF_8));
        try (ListeningProgram serve = listening("serve", "unix:" + directory.resolve("serve"), "--idle-timeout", "1");
                Connection idle = Client.connect(serve.uri(), options)) {
            assertThrows(IOException.class, idle::receiveBytes);
            serve.terminate();
        }
        for (String[] absurd : new String[][] {{"--idle-timeout", "0"}, {"--max-connections", "0"}}) {
            final Program refused = Program.run(with(
                    List.of("serve", "--address", "unix:" + directory.resolve("x"), "--authkey-file", keyFile),
                    absurd));
            assertEquals(1, refused.exitCode());
            assertTrue(refused.err().contains("must be"), refused.err());
        }
    }

    /// Python's own tests of its managers, against the program as its users start it.
    @Test
    void theStandardLibrarysTestsOfItsManagersPass() throws Exception {
        final Path scripts = Documents.ROOT.resolve("core/src/test/resources/python");
        for (String script : List.of("manager_client.py", "manager_standard.py")) {
            Files.copy(scripts.resolve(script), directory.resolve(script));
        }
        final Path socket = directory.resolve("managers");
        boolean tested = false;
        try (ListeningProgram serve = listening("serve", "unix:" + socket)) {
            for (Python.Version version : pythons()) {
                final String result = Python.run(
                                version,
                                directory.resolve("manager_standard.py").toString(),
                                socket.toString(),
                                HexFormat.of().formatHex(KEY.getBytes(StandardCharsets.UTF_8)))
                        .succeeded()
                        .strip();
                final String last = result.substring(result.lastIndexOf('\n') + 1);
                assertTrue(last.equals("missing") || last.matches("passed [1-9]\\d*"), result);
                tested |= !last.equals("missing");
            }
            serve.terminate();
        }
        Assumptions.assumeTrue(tested, "no Python with its tests");
    }
}
