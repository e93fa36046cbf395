package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.OccupiedCommonPool;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When the references of processes are given up.
final class ClientProcessesTest {
    private final ObjectTable objects = new ObjectTable(10);
    private final ClientProcesses processes = new ClientProcesses(objects);
    private Process client;

    @BeforeEach
    void start() throws IOException {
        client = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() {
        processes.close();
        client.destroyForcibly();
    }

    private void connect() {
        assertEquals(client.pid(), processes.begin(client.pid()));
    }

    private void awaitForgotten() {
        Eventually.holds("its reference is given up", () -> objects.size() == 0);
    }

    @Test
    void endsAreNoticedThoughAllThreadsOfTheCommonPoolWait() throws Exception {
        try (OccupiedCommonPool _ = new OccupiedCommonPool()) {
            connect();
            objects.export(new EventReferent(), client.pid());
            processes.end(client.pid());
            client.destroyForcibly();
            awaitForgotten();
        }
    }

    @Test
    void aProcessKeepsItsReferencesUntilBothItAndItsConnectionsHaveEnded() throws Exception {
        connect();
        connect();
        final Exported exported = objects.export(new EventReferent(), client.pid());
        processes.end(client.pid());
        processes.end(client.pid());
        connect();
        client.destroyForcibly().waitFor();
        try (OtherClient other = new OtherClient()) {
            other.endAndBeForgotten(); // So this one has been looked at too.
            assertSame(exported, objects.find(exported.ident()));
        }
        processes.end(client.pid());
        awaitForgotten();
    }

    private final class OtherClient implements AutoCloseable {
        private final Process other = new ProcessBuilder("sleep", "600").start();

        OtherClient() throws IOException {}

        void endAndBeForgotten() {
            processes.begin(other.pid());
            objects.export(new EventReferent(), other.pid());
            processes.end(other.pid());
            other.destroyForcibly();
            Eventually.holds("the other's reference is given up", () -> objects.size() == 1);
        }

        @Override
        public void close() {
            other.destroyForcibly();
        }
    }

    @Test
    void processesThatAreNotThereOrThisOneAreNotWatched() throws Exception {
        assertEquals(0, processes.begin(0));
        assertEquals(0, processes.begin(ProcessHandle.current().pid()));
        client.destroyForcibly().waitFor();
        assertEquals(0, processes.begin(client.pid()));
        processes.end(client.pid());
    }
}
