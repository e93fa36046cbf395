package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.ConnectionLostException;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedStruct;
import dev.backplane.SharedTopic;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Structs, channels and topics of a server in another JVM, and what killed clients leave of them.
@NullUnmarked
final class RemoteDataJvmTest extends RemoteDataContract {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private ServerJvm server;
    private Manager manager;
    private Manager local;

    @BeforeEach
    void connect() throws Exception {
        server = new ServerJvm(directory);
        manager = server.connect();
        local = Manager.open(server.segment());
    }

    @AfterEach
    void end() throws IOException {
        manager.close();
        local.close();
        server.close();
    }

    @Override
    Manager manager() {
        return manager;
    }

    @Override
    Manager other() {
        return local;
    }

    private Jvm client(String command, String answer) {
        final Jvm client = server.client();
        ServerJvm.tell(client, command, answer);
        return client;
    }

    private static List<String> received(SharedChannel channel, int count) throws InterruptedException {
        final List<String> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            assertTrue(channel.receive(into(received)));
        }
        return received;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageInTheHandsOfAKilledReceiverComesAgain(boolean many) throws Exception {
        final SharedChannel channel = local.channel("c", options(many));
        for (String message : List.of("one", "two", "three")) {
            channel.send(bytes(message));
        }
        try (Jvm client = client("receive c " + many, "one")) {
            client.tell("handle c " + many);
            client.expect("handles two");
            assertTrue(channel.hasReceiver());
            client.kill();
        }
        Eventually.holds("the end is free", () -> !channel.hasReceiver());
        assertEquals(List.of("two", "three"), received(channel, 2));
        assertEquals(0, channel.poll(into(new ArrayList<>()), 1));
    }

    @Test
    void aKilledReceiverThatWaitedLeavesItsEnd() throws Exception {
        final SharedChannel channel = manager.channel("c", options(false));
        try (Jvm client = client("wait c false", "waits")) {
            Eventually.holds("it receives", channel::hasReceiver);
            client.kill();
        }
        Eventually.holds("the end is free", () -> !channel.hasReceiver());
        channel.send(bytes("for the next"));
        assertEquals(List.of("for the next"), received(channel, 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAKilledSenderHadClaimedIsDropped(boolean many) throws Exception {
        final SharedChannel channel = manager.channel("c", options(many));
        try (Jvm client = client("send c " + many + " sent", "done")) {
            ServerJvm.tell(client, "claim c " + many, "done");
            assertTrue(channel.hasSender());
            assertEquals(List.of("sent"), received(channel, 1));
            client.kill();
        }
        Eventually.holds("the claim is dropped, and the end free", () -> {
            try {
                return channel.trySend(bytes("behind"));
            } catch (IllegalStateException e) {
                return false;
            }
        });
        assertEquals(List.of("behind"), received(channel, 1));
    }

    @Test
    void aThreadThatEndsLeavesItsEnds() throws Exception {
        final SharedChannel channel = manager.channel("c", ChannelOptions.oneToOne(1024));
        elsewhere(() -> {
            channel.send(bytes("sent"));
            return null;
        });
        Eventually.holds("the end is free", () -> !channel.hasSender());
        assertTrue(local.channel("c", ChannelOptions.oneToOne(1024)).trySend(bytes("next")));
        assertEquals(List.of("sent", "next"), received(channel, 2));
    }

    @Test
    void aKilledSubscriberOrPublisherLeavesTheOthersAlone() throws Exception {
        final SharedTopic<String> topic = manager.topic("t", String.class, 1024);
        final SharedTopic.Subscription<String> subscription = topic.subscribe();
        try (Jvm client = client("subscribe t", "done")) {
            ServerJvm.tell(client, "publish t hello", "done");
            client.kill();
        }
        assertEquals("hello", subscription.receive());
        topic.publish("on");
        assertEquals("on", subscription.receive());
        assertEquals(0, subscription.lost());
    }

    @Test
    void aClientThatChangesAStructIsKilledBetweenTwoVersions() throws Exception {
        final SharedStruct<Square> struct = local.struct("s", Square.class);
        try (Jvm client = client("square s", "runs")) {
            Eventually.holds("it changes the struct", () -> struct.version() > 100);
            client.kill();
        }
        // The server may be at its last change still.
        Eventually.holds("a version for each root", () -> struct.get().root() == struct.version());
        struct.set(new Square(1, 1));
        assertEquals(new Square(1, 1), manager.struct("s", Square.class).get());
    }

    @Test
    void aServerThatIsStartedAnewHasNoSubscriptions() throws Exception {
        final SharedTopic<String> topic = manager.topic("t", String.class, 1024);
        final SharedChannel channel = manager.channel("c", options(false));
        final SharedTopic.Subscription<String> subscription = topic.subscribe();
        channel.send(bytes("kept"));
        assertNull(subscription.poll());
        server.jvm().kill();
        assertThrows(ConnectionLostException.class, subscription::poll);
        server.start(server.address());
        Eventually.holds("the server is there again", () -> {
            try {
                return !topic.isShutDown();
            } catch (ConnectionLostException e) {
                return false;
            }
        });
        assertThrows(ConnectionLostException.class, subscription::poll);
        final SharedTopic.Subscription<String> again = topic.subscribe();
        topic.publish("more");
        assertEquals("more", again.receive());
        assertEquals(List.of("kept"), received(channel, 1));
        assertFalse(channel.isShutDown());
    }
}
