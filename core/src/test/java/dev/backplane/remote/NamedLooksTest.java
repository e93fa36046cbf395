package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.SharedOnce;
import dev.backplane.SharedStruct;
import dev.backplane.codec.CodecException;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Refusal;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Objects that only JVMs use, as who looks into a manager sees them.
@NullUnmarked
final class NamedLooksTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private final TestCaller caller = new TestCaller();
    private final Registry registry = new Registry();
    private Manager manager;

    /// With a component of each kind.
    record Quote(long time, double price, int size, boolean bid, char side, byte venue, short depth, float part) {}

    @BeforeEach
    void open() throws IOException {
        manager = Manager.open(directory.resolve("shared"), SegmentOptions.defaults());
        new NamedObjects(manager, new NamedAccounts()).addTo(registry);
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
    }

    private Referent named(String name) throws IOException {
        return registry.create("named", new Arguments("named", List.of(name), Map.of()));
    }

    @Test
    void aStructIsReadWithoutItsClass() throws Exception {
        final SharedStruct<Quote> struct = manager.struct("quote", Quote.class);
        final Referent referent = named("quote");
        assertEquals(0L, caller.call(referent, "version"));
        struct.set(new Quote(7, 0.5, -3, true, 'x', (byte) 1, (short) 2, 0.25f));
        final Map<String, Object> expected = Map.of(
                "time", 7L, "price", 0.5, "size", -3, "bid", true, "side", "x", "venue", (byte) 1, "depth", (short) 2,
                "part", 0.25f);
        assertEquals(expected, caller.call(referent, "get"));
        assertEquals(expected, referent.value());
        assertEquals(1L, caller.call(referent, "version"));
        assertEquals(
                "time",
                ((Map<?, ?>) caller.call(referent, "get")).keySet().iterator().next());
    }

    @Test
    void anAttachedStructIsWrittenByTheNamesOfItsComponents() throws Exception {
        record Point(int x, double y) {}

        final SharedStruct<Point> points = manager.struct("point", Point.class);
        @SuppressWarnings("unchecked")
        final SharedStruct<Map<String, Object>> attached =
                (SharedStruct<Map<String, Object>>) assertInstanceOf(SharedStruct.class, manager.attach("point"));
        attached.set(Map.of("x", 3, "y", 4.5));
        assertEquals(new Point(3, 4.5), points.get());
        Refusal.of(CodecException.class, () -> attached.set(Map.of("x", "three", "y", 4.5)), "component x", "three");
        Refusal.of(CodecException.class, () -> attached.set(Map.of("x", 3)), "component y", "double");
        assertEquals(new Point(3, 4.5), points.get());
    }

    @Test
    void channelsTopicsAndInitialisersTellHowTheyAre() throws Exception {
        final SharedChannel channel = manager.channel("channel", ChannelOptions.manyToOne(1024));
        final Referent look = named("channel");
        assertEquals(0L, caller.call(look, "used_bytes"));
        channel.send(new byte[] {1});
        assertEquals((long) channel.usedBytes(), caller.call(look, "used_bytes"));
        assertEquals((long) channel.maxMessageBytes(), caller.call(look, "max_message_bytes"));
        assertEquals(channel.hasSender(), caller.call(look, "has_sender"));
        assertEquals(false, caller.call(look, "has_receiver"));
        assertEquals(false, caller.call(look, "is_shut_down"));
        channel.shutdown();
        assertEquals(true, caller.call(look, "is_shut_down"));
        manager.topic("topic", String.class, 1024).shutdown();
        assertEquals(true, caller.call(named("topic"), "is_shut_down"));
        final SharedOnce once = manager.once("once");
        assertEquals(false, caller.call(named("once"), "is_done"));
        once.run(() -> {});
        assertEquals(true, caller.call(named("once"), "is_done"));
    }
}
