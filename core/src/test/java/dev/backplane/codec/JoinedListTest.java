package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JoinedListTest {
    private static JoinedList<Integer> joined() {
        return new JoinedList<>(List.of(List.of(1, 2, 3), List.of(4, 5, 6), List.of(7)));
    }

    @Test
    void isOneList() {
        final JoinedList<Integer> list = joined();
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7), list);
        assertEquals(7, list.size());
        assertEquals(4, list.get(3));
        assertEquals(6, list.indexOf(7));
        assertEquals(List.of(3, 4), list.subList(2, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(7));
        assertThrows(IndexOutOfBoundsException.class, () -> list.get(-1));
    }

    @Test
    void ofNothingIsEmpty() {
        assertEquals(List.of(), new JoinedList<>(List.of()));
        assertEquals(List.of(), new JoinedList<>(List.of(List.of())));
    }

    @Test
    void isOfFixedSizeAndCanBeChanged() {
        final JoinedList<Integer> list = joined();
        assertEquals(2, list.set(1, 20));
        assertEquals(List.of(1, 20, 3, 4, 5, 6, 7), list);
        list.sort(Collections.reverseOrder());
        assertEquals(List.of(20, 7, 6, 5, 4, 3, 1), list);
        assertThrows(UnsupportedOperationException.class, () -> list.add(8));
        assertThrows(UnsupportedOperationException.class, list::removeFirst);
        assertThrows(IndexOutOfBoundsException.class, () -> list.set(7, 0));
    }

    @Test
    void partsOfOtherSizesAreRefused() {
        final List<List<Integer>> shorter = List.of(List.of(1), List.of(2, 3));
        final List<List<Integer>> longer = List.of(List.of(1, 2), List.of(3), List.of(4, 5));
        assertThrows(IllegalArgumentException.class, () -> new JoinedList<>(shorter));
        assertThrows(IllegalArgumentException.class, () -> new JoinedList<>(longer));
    }

    @Test
    void travelsAsAnyListOfFixedSize() {
        final List<Integer> plain = Arrays.asList(1, 2, 3, 4, 5, 6, 7);
        final Codec<@Nullable Object> codec = Codecs.tagged();
        final CodecOutput ours = CodecOutput.growing(64);
        codec.encode(joined(), ours);
        final CodecOutput theirs = CodecOutput.growing(64);
        codec.encode(plain, theirs);
        assertArrayEquals(theirs.toByteArray(), ours.toByteArray());
        final byte[] serialized = JavaSerialization.serialize(joined());
        final Object read = JavaSerialization.deserialize(
                serialized, JoinedListTest.class.getClassLoader(), SerializationPolicy.sameUser());
        assertEquals(plain, assertInstanceOf(plain.getClass(), read));
    }
}
