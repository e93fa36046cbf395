package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A Python process that runs `peer.py` and exchanges byte arrays with its starter.
final class PythonPeer implements AutoCloseable {
    private final Process process;
    private final Path errors;
    private final DataInputStream in;
    private final DataOutputStream out;

    PythonPeer(Path directory, Path python, String... arguments) throws IOException {
        final Path script = Files.createTempFile(directory, "peer", ".py");
        try (InputStream source = PythonPeer.class.getResourceAsStream("peer.py")) {
            assertNotNull(source);
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        errors = Files.createTempFile(directory, "peer", ".err");
        final List<String> command = new ArrayList<>(List.of(python.toString(), "-W", "ignore", script.toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        in = new DataInputStream(process.getInputStream());
        out = new DataOutputStream(process.getOutputStream());
    }

    /// All Pythons of this machine that read protocol 4 and 5: those of pyenv, and the one on the path.
    static List<Path> all() throws IOException {
        final List<Path> candidates = new ArrayList<>();
        final Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(versions, "3.*")) {
                found.forEach(version -> candidates.add(version.resolve("bin/python3")));
            }
        }
        candidates.sort(null);
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            candidates.add(Path.of(directory, "python3"));
        }
        final Set<String> seen = new HashSet<>();
        final List<Path> pythons = new ArrayList<>();
        for (Path candidate : candidates) {
            if (Files.isExecutable(candidate)) {
                final String version = versionOf(candidate);
                if (!version.isEmpty() && seen.add(version)) {
                    pythons.add(candidate);
                }
            }
        }
        return pythons;
    }

    private static String versionOf(Path python) throws IOException {
        final Process asked = new ProcessBuilder(
                        python.toString(),
                        "-c",
                        "import sys; print(sys.base_prefix, sys.version if sys.version_info >= (3, 8) else '')")
                .redirectErrorStream(true)
                .start();
        final String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return answer.contains("3.") && answer.contains("[") ? answer.strip() : "";
    }

    /// The next array, or an empty one if the peer has no more.
    byte[] receive() throws IOException {
        try {
            final byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw new IOException("the peer ended: " + Files.readString(errors), e);
        }
    }

    void send(byte[] bytes) throws IOException {
        try {
            out.writeInt(bytes.length);
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new IOException("the peer ended: " + Files.readString(errors), e);
        }
    }

    void assertEnded() throws IOException, InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the peer does not end");
        assertEquals(0, process.exitValue(), Files.readString(errors));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
