package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The references that a remote manager has on its server.
@NullUnmarked
final class RemoteReferencesTest {
    private static final byte[] KEY = "the secret".getBytes(StandardCharsets.UTF_8);
    private static final int TIMES = 20;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    @Test
    void anObjectIsOpenedOnceForEachWayOfAsking() throws Exception {
        try (Manager local = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
                ManagerServer server = ManagerServer.builder()
                        .address("unix:" + directory.resolve("socket"))
                        .authkey(KEY)
                        .manager(local)
                        .start();
                Manager manager = Manager.connect(server.endpoint().toString(), KEY)) {
            manager.longValue("n").set(7);
            assertEquals(7, ((SharedLong) manager.attach("n")).get());
            final long count = server.objectCount();
            for (int i = 0; i < TIMES; i++) {
                assertEquals(7, ((SharedLong) manager.attach("n")).get());
                assertEquals(7, manager.longValue("n").get());
            }
            assertEquals(count, server.objectCount());
            assertTrue(manager.remove("n"));
            assertEquals(count - 2, server.objectCount());
            assertEquals(0, manager.longValue("n").get());
        }
    }
}
