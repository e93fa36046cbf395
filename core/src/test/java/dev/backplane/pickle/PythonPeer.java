package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
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
