package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Records of primitives in a fixed layout, and codecs found by their names.
final class FixedRecordCodecTest {
    private record Quote(long time, double price, int size, boolean bid) {}

    private record Named(int id, String name) {}

    private enum Side {
        BUY,
        SELL
    }

    @Test
    void recordsComeBackFromAsManyBytesAsTheLayoutHas() {
        final FixedRecordCodec<Quote> codec = FixedRecordCodec.of(Quote.class);
        final Quote quote = new Quote(-1, 2.5, 3, true);
        assertEquals(24, codec.toBytes(quote).length);
        assertEquals(24, codec.fixedLength());
        assertEquals(quote, codec.fromBytes(codec.toBytes(quote)));
        assertThrows(CodecException.class, () -> codec.fromBytes(new byte[23]));
        assertThrows(CodecException.class, () -> codec.fromBytes(new byte[25]));
        assertThrows(CodecException.class, () -> FixedRecordCodec.of(Named.class));
    }

    @Test
    void codecsOfTheLibraryAreFoundByTheirNames() {
        for (Codec<?> codec : List.of(
                Codecs.tagged(),
                Codecs.of(long.class),
                Codecs.of(String.class),
                Codecs.of(byte[].class),
                Codecs.of(Side.class),
                Codecs.of(Named.class),
                Codecs.of(Quote.class),
                FixedRecordCodec.of(Quote.class))) {
            assertEquals(codec.name(), Codecs.named(codec.name()).orElseThrow().name());
        }
    }

    @Test
    void namesOfOtherCodecsOrOfOtherVersionsOfAClassFindNothing() {
        final String quote = FixedRecordCodec.of(Quote.class).name();
        for (String name : List.of(
                "",
                "own",
                "record ",
                "record java.lang.String(a:int)",
                "record no.such.Class(a:int)",
                "fixed record java.lang.String {}",
                quote.replace("price", "cost"),
                Codecs.of(Side.class).name().replace("BUY", "HOLD"))) {
            assertTrue(Codecs.named(name).isEmpty(), name);
        }
    }
}
