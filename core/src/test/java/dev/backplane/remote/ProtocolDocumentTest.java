package dev.backplane.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.Manager;
import dev.backplane.store.testing.Documents;
import dev.backplane.store.testing.Python;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/PROTOCOL.md is enough to write a client: the one in it works.
final class ProtocolDocumentTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    static List<Python.Version> versions() {
        return Python.some();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theClientInItAddsToACounter(Python.Version version) throws Exception {
        final Documents.Block client =
                Documents.blocks(Documents.of("docs/PROTOCOL.md"), "python").getFirst();
        final Path program = Files.writeString(directory.resolve("client.py"), client.code());
        final Path socket = directory.resolve("socket");
        try (Manager manager = Manager.open(directory.resolve("shared"));
                ManagerServer _ = ManagerServer.builder()
                        .address("unix:" + socket)
                        .authkey("the key".getBytes(UTF_8))
                        .manager(manager)
                        .start()) {
            manager.longValue("counter").set(37);
            assertEquals(
                    "37\n",
                    Python.run(version, program.toString(), socket.toString(), "the key")
                            .succeeded());
            assertEquals(42, manager.longValue("counter").get());
        }
    }
}
