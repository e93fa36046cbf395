package dev.backplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.store.durable.JournalOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What a durable queue records of its codec.
final class DurableContentTest {
    /// A codec of any name, as those of enums with many constants have long ones.
    record Named(String name) implements Codec<String> {
        private static final Codec<String> STRINGS = Codecs.of(String.class);

        @Override
        public void encode(String value, CodecOutput out) {
            STRINGS.encode(value, out);
        }

        @Override
        public String decode(CodecInput in) {
            return STRINGS.decode(in);
        }
    }

    private static String content(String name) {
        final String content = DurableContent.of(new Named(name));
        assertEquals(content, JournalOptions.of(content).content());
        return content;
    }

    @Test
    void namesThatFitAreRecordedAsTheyAre() {
        assertEquals("codec string", DurableContent.of(Codecs.of(String.class)));
        assertEquals("codec " + "n".repeat(994), content("n".repeat(994)));
    }

    @Test
    void longNamesAreRecordedByTheirBeginningAndASumOfAll() {
        assertEquals(
                "codec " + "n".repeat(918)
                        + "... SHA-256 5b44a608017a76e5670ddca3d6bdb2d92b3b9d7729a765a5db132de9e9845230",
                content("n".repeat(995)));
        final String name = "enum Color[" + "RED,".repeat(10_000);
        assertTrue(content(name + "BLUE]").startsWith("codec enum Color[RED,RED,"));
        assertEquals(content(name + "BLUE]"), content(name + "BLUE]"));
        assertNotEquals(content(name + "BLUE]"), content(name + "GREY]"));
    }

    @Test
    void longNamesAreNotCutInsideOfACharacter() {
        for (int before = 0; before < 2; before++) {
            final String content = content("n".repeat(before) + "\uD835\uDC9E".repeat(1000));
            assertEquals(content, new String(content.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        }
    }
}
