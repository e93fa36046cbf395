package dev.backplane.remote;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A remote manager of a server of this library that has no manager: it is a `SyncManager` like Python's.
@NullUnmarked
final class RemoteManagerPlainTest extends RemoteManagerContract {
    private static final byte[] KEY = "the secret".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private ManagerServer server;
    private Manager manager;

    @BeforeEach
    void connect() throws Exception {
        server = ManagerServer.builder()
                .address("unix:" + directory.resolve("socket"))
                .authkey(KEY)
                .start();
        manager = Manager.connect(server.endpoint().toString(), KEY);
    }

    @AfterEach
    void end() throws IOException {
        manager.close();
        server.close();
    }

    @Override
    Manager manager() {
        return manager;
    }

    @Test
    void whatAServerOfPythonHasNotIsRefused() {
        Refusal.of(
                UnsupportedOperationException.class,
                () -> manager.channel("c", ChannelOptions.oneToOne(1024)),
                "a server of Python",
                "has no channel");
        Refusal.of(UnsupportedOperationException.class, () -> manager.topic("t", String.class, 1024), "has no topic");
        Refusal.of(
                UnsupportedOperationException.class,
                () -> manager.struct("s", RemoteDataContract.Square.class),
                "has no struct");
    }
}
