package dev.backplane.shm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.ChannelOptions;
import dev.backplane.Manager;
import dev.backplane.SharedChannel;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looks at the next message of a channel, with two attachments of one JVM in place of two processes.
@NullUnmarked
final class ChannelPeekTest {
    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private Manager mine;
    private Manager theirs;

    @BeforeEach
    void open() throws IOException {
        mine = Manager.open(directory.resolve("segment"));
        theirs = Manager.open(directory.resolve("segment"));
    }

    @AfterEach
    void close() throws IOException {
        theirs.close();
        mine.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageThatWasLookedAtIsStillThere(boolean many) throws Exception {
        final SharedChannel out = mine.channel("c", new ChannelOptions(many, 1024));
        final SharedChannel in = theirs.channel("c", new ChannelOptions(many, 1024));
        final List<String> seen = new ArrayList<>();
        final SharedChannel.Handler look = (memory, offset, length) ->
                seen.add(new String(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), UTF_8));
        assertFalse(in.peek(look, 1, TimeUnit.MILLISECONDS));
        for (int i = 0; i < 50; i++) { // Laps of the ring, with padding before its end.
            final String message = "x".repeat(3 + i % 3 * 40) + i;
            out.send(message.getBytes(UTF_8));
            seen.clear();
            assertTrue(in.peek(look, 0, TimeUnit.SECONDS));
            assertTrue(in.peek(look, 1, TimeUnit.SECONDS));
            assertThrows(
                    IllegalCallerException.class,
                    () -> in.peek(
                            (memory, offset, length) -> {
                                throw new IllegalCallerException();
                            },
                            0,
                            TimeUnit.SECONDS));
            in.leave();
            assertTrue(in.receive(look));
            assertEquals(List.of(message, message, message), seen);
            assertEquals(0, out.usedBytes());
        }
        final SharedChannel.Values<String> values = in.values(Codecs.of(String.class));
        assertNull(values.peek(0, TimeUnit.SECONDS));
        out.values(Codecs.of(String.class)).send("value");
        out.send(new byte[5]);
        assertEquals("value", values.peek(0, TimeUnit.SECONDS));
        assertEquals("value", values.receive());
        assertThrows(CodecException.class, () -> values.peek(0, TimeUnit.SECONDS));
        assertThrows(CodecException.class, values::receive);
        assertEquals(0, in.poll(look, 1));
    }
}
