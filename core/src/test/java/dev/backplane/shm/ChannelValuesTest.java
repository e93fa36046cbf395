package dev.backplane.shm;

import static dev.backplane.shm.ChannelMessages.options;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.SharedChannel;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.SerializationPolicy;
import dev.backplane.store.testing.Refusal;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Values that are not sent through channels: those that their codec's policy does not allow, and null.
@NullUnmarked
final class ChannelValuesTest extends TwoAttachments {
    private record Unlisted(int number) implements Serializable {}

    private <E> void refuses(Codec<E> codec, E value, E next) throws Exception {
        final SharedChannel channel = mine.channel("c", options(true));
        Refusal.of(CodecException.class, () -> channel.values(codec).send(value), Unlisted.class.getName());
        assertEquals(0, channel.usedBytes());
        channel.values(codec).send(next);
        assertEquals(next, theirs.channel("c", options(true)).values(codec).receive(0, TimeUnit.SECONDS));
        theirs.channel("c", options(true)).leave();
    }

    @Test
    void whatWouldBeRefusedWhereItIsReceivedIsNotSent() throws Exception {
        refuses(Codecs.tagged(), List.of(new Unlisted(1)), List.of("next"));
        refuses(Codecs.java(Object.class, SerializationPolicy.standard()), new Unlisted(1), "next");
    }

    @Test
    void bytesThatAreNullAreNotTheEnd() throws Exception {
        final SharedChannel.Values<Object> in =
                mine.channel("c", options(false)).values(Codecs.tagged());
        final SharedChannel out = theirs.channel("c", options(false));
        out.values(new NullWriter()).send("null");
        out.values(Codecs.tagged()).send("next");
        Refusal.of(CodecException.class, () -> in.peek(0, TimeUnit.SECONDS), "c in", "null");
        Refusal.of(CodecException.class, in::receive, "c in", "null");
        assertEquals("next", in.receive());
    }
}
