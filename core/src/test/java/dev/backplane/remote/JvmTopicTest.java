package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedTopic;
import dev.backplane.codec.Codec;
import dev.backplane.codec.Codecs;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Subscriptions that a server has for a client.
@NullUnmarked
final class JvmTopicTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final TestCaller caller = new TestCaller();
    private final JvmLease lease = new JvmLease();
    private Manager manager;
    private SharedTopic<String> topic;
    private JvmTopic served;

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("segment"));
        topic = manager.topic("t", String.class, 1024);
        final Codec<String> codec = Codecs.of(String.class);
        served = new JvmTopic(manager.topic("t", new EncodedCodec(codec.name(), codec.fixedLength()), 1024), lease);
        lease.begin(caller);
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private Object call(String method, Object... args) throws InterruptedException {
        return served.call(method, List.of(args), Map.of(), caller);
    }

    private String receive(Object ident, long received) throws InterruptedException {
        final PythonTuple reply = (PythonTuple) call("receive", ident, received, 0L);
        return reply.get(0) instanceof byte[] bytes ? Codecs.of(String.class).fromBytes(bytes) : null;
    }

    @Test
    void aValueComesAgainUntilTheClientHasIt() throws Exception {
        final Object ident = call("subscribe", List.of());
        topic.publish("a");
        topic.publish("b");
        assertEquals("a", receive(ident, 0));
        assertEquals("a", receive(ident, 0));
        assertEquals("b", receive(ident, 1));
        assertNull(receive(ident, 2));
    }

    @Test
    void subscriptionsEndWithTheLeaseOrWhenTheyAreOutOfUse() throws Exception {
        final Object first = call("subscribe", List.of());
        final Object second = call("subscribe", List.of(first));
        assertThrows(PythonException.class, () -> receive(first, 0));
        assertNull(receive(second, 0));
        lease.end(caller);
        assertThrows(PythonException.class, () -> receive(second, 0));
        final PythonException gone = assertThrows(PythonException.class, () -> call("subscribe", List.of()));
        assertTrue(gone.getMessage().contains("this client is gone"), gone::getMessage);
    }
}
