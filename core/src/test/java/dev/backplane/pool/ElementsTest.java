package dev.backplane.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.CodecException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ElementsTest {
    private static @Nullable Object[] copy(@Nullable Object... elements) {
        return Elements.read(Elements.write(elements));
    }

    private static void travels(boolean packed, @Nullable Object... elements) {
        assertArrayEquals(elements, copy(elements));
        assertEquals(Arrays.asList(elements), Elements.list(Elements.write(elements)));
        assertEquals(packed, PackedNumbers.areIn(Elements.write(elements)));
    }

    @Test
    void numbersOfOneKindArePacked() {
        travels(true, 1L, Long.MIN_VALUE, -1L, Long.MAX_VALUE);
        travels(true, 1, Integer.MIN_VALUE, -1, Integer.MAX_VALUE);
        travels(true, 1.5, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE);
        final Object[] many =
                IntStream.range(0, 100_000).mapToObj(i -> (Object) (long) i).toArray();
        assertArrayEquals(many, copy(many));
        assertEquals(1 + 8 * many.length, Elements.write(many).length);
    }

    @Test
    void whatIsMixedIsNot() {
        travels(false);
        travels(false, 1L, 2);
        travels(false, 1, null);
        travels(false, 1.5, 1.5f);
        travels(false, null, 1L);
        travels(false, "a", List.of(1, 2), (short) 3);
    }

    @Test
    void numbersThatAreCutOffAreRefused() {
        final byte[] whole = Elements.write(new Object[] {1, 2, 3});
        assertFalse(whole.length % 4 == 0);
        for (int length = 1; length < whole.length; length++) {
            final byte[] part = Arrays.copyOf(whole, length);
            if ((length - 1) % 4 == 0) {
                assertTrue(Elements.read(part).length < 3);
            } else {
                assertThrows(CodecException.class, () -> Elements.read(part));
                assertThrows(CodecException.class, () -> Elements.list(part));
            }
        }
    }
}
