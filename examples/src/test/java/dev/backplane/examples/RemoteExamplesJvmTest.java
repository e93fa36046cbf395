package dev.backplane.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemoteExamplesJvmTest {
    private static final Path SCRIPT = Path.of("python", "visits.py");

    @TempDir
    private Path directory;

    private String key = "";

    @BeforeEach
    void writeTheKey() throws Exception {
        key = Files.writeString(directory.resolve("key"), "what both have").toString();
    }

    @Test
    void visitsOfJavaAndPythonAreCountedTogether() throws Exception {
        try (Jvm server = Jvm.fork(Visits.class, "serve", "tcp://127.0.0.1:0", key)) {
            final String address = server.expectAfter("listening on ");
            for (int visit = 1; visit <= 2; visit++) {
                try (Jvm client = Jvm.fork(Visits.class, "count", address, key)) {
                    client.expect("visit " + visit);
                    assertEquals(0, client.waitForExit());
                }
            }
            final List<Python.Version> pythons = Python.some();
            for (int i = 0; i < pythons.size(); i++) {
                final Python.Run run =
                        Python.run(pythons.get(i), SCRIPT.toString(), address.substring("tcp://".length()), key);
                assertEquals("visit " + (3 + i) + "\n", run.succeeded());
            }
        }
    }
}
