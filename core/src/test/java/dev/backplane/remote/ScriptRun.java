package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.Endpoint;
import dev.backplane.store.testing.Python;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A Python that runs one of the scripts for managers to its end.
final class ScriptRun implements AutoCloseable {
    private static final String COMMON = "manager_client.py";
    private static final long MINUTES = 4;

    private final Process process;
    private final Path output;
    private final String what;

    private ScriptRun(Process process, Path output, String what) {
        this.process = process;
        this.output = output;
        this.what = what;
    }

    /// Starts a script of the resources.
    static ScriptRun start(
            Path directory, Python.Version version, String script, Endpoint server, byte[] key, String... arguments)
            throws IOException {
        for (String resource : List.of(COMMON, script)) {
            try (InputStream in = Objects.requireNonNull(
                    ScriptRun.class.getResourceAsStream("/python/" + resource), () -> "no resource " + resource)) {
                Files.write(directory.resolve(resource), in.readAllBytes());
            }
        }
        final List<String> all =
                new ArrayList<>(List.of(address(server), HexFormat.of().formatHex(key)));
        all.addAll(List.of(arguments));
        return run(directory, version, directory.resolve(script), all);
    }

    /// Starts any script.
    static ScriptRun run(Path directory, Python.Version version, Path script, List<String> arguments)
            throws IOException {
        final Path output = Files.createTempFile(directory, "python-", ".out");
        final List<String> command = new ArrayList<>(List.of(version.command(), script.toString()));
        command.addAll(arguments);
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ScriptRun(process, output, version + ", " + script.getFileName() + " " + arguments);
    }

    /// As scripts take it.
    static String address(Endpoint server) {
        return switch (server) {
            case Endpoint.Tcp tcp -> tcp.host() + ":" + tcp.port();
            case Endpoint.Unix unix -> unix.path().toString();
            case Endpoint.Abstract named -> throw new IllegalArgumentException("no script takes " + named);
        };
    }

    /// Waits for its end, which must be a success.
    ///
    /// @return the last line that it wrote
    String succeeded() throws IOException, InterruptedException {
        final boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        final String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(true, ended, () -> what + " does not end:\n" + text);
        assertEquals(0, process.exitValue(), () -> what + ":\n" + text);
        return text.strip().substring(text.strip().lastIndexOf('\n') + 1);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
