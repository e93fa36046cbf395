package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Dicts, sets and tuples as Java's collections with Python's equality.
@NullUnmarked
final class PythonValuesTest {
    private static final BigInteger LARGE = BigInteger.TWO.pow(64);

    @Test
    void equalNumbersAreOneKey() {
        final PythonDict dict = new PythonDict();
        assertNull(dict.put(1L, "int"));
        assertEquals("int", dict.put(1.0, "float"));
        assertEquals("float", dict.put(true, "bool"));
        assertEquals("bool", dict.get(BigInteger.ONE));
        assertEquals("bool", dict.get((short) 1));
        assertEquals("{1: 'bool'}", dict.toString());
        dict.put(LARGE, "large");
        assertEquals("large", dict.get(0x1p64));
        assertNull(dict.get(Math.nextUp(0x1p64)));
        dict.put(0.5, "half");
        assertEquals("half", dict.get(0.5f));
        dict.put(-0.0, "zero");
        assertEquals("zero", dict.get(false));
        dict.put(Double.POSITIVE_INFINITY, "infinite");
        assertEquals("infinite", dict.get(Float.POSITIVE_INFINITY));
        assertEquals(5, dict.size());
    }

    @Test
    void keysOfAllHashableTypesAreFound() {
        final PythonDict dict = new PythonDict();
        final PythonObject date = PythonObject.reduce(PythonObject.global("m", "date"), PythonTuple.of(1L));
        final List<Object> keys = Arrays.asList(
                null,
                "s",
                new byte[] {1},
                PythonTuple.of(1L, "x"),
                PythonSet.frozen(1L, 2L),
                date,
                PythonObject.global("m", "f"),
                PythonTuple.of(PythonTuple.of(date), PythonSet.frozen()));
        for (int i = 0; i < keys.size(); i++) {
            dict.put(keys.get(i), i);
        }
        assertEquals(keys.size(), dict.size());
        assertEquals(0, dict.get(null));
        assertEquals(2, dict.get(new byte[] {1}));
        assertEquals(3, dict.get(PythonTuple.of(1.0, "x")));
        assertEquals(3, dict.get(new Object[] {true, "x"}));
        assertEquals(4, dict.get(PythonSet.frozen(2L, 1.0)));
        assertEquals(5, dict.get(PythonObject.reduce(PythonObject.global("m", "date"), PythonTuple.of(1L))));
        assertEquals(6, dict.get(PythonObject.global("m", "f")));
        assertEquals(7, dict.remove(PythonTuple.of(PythonTuple.of(date), PythonSet.frozen())));
        assertFalse(dict.containsKey(PythonObject.global("m", "g")));
        assertEquals(keys.subList(0, 7), new ArrayList<>(dict.keySet()));
    }

    @Test
    void unhashableKeysAreATypeError() {
        for (Object key : List.of(
                new ArrayList<>(),
                new PythonDict(),
                new PythonSet(),
                new PythonByteArray(new byte[0]),
                Set.of(),
                Map.of())) {
            final String type = PythonKind.typeName(key);
            for (Object place : Arrays.asList(key, PythonTuple.of(1L, PythonTuple.of(key)))) {
                final PythonException error =
                        assertThrows(PythonException.class, () -> new PythonDict().put(place, 1), type);
                assertEquals("TypeError: unhashable type: '" + type + "'", error.getMessage());
                assertThrows(PythonException.class, () -> PythonSet.of(place));
                assertThrows(PythonException.class, () -> PythonEquality.hash(place));
            }
        }
    }

    @Test
    void aDictIsAMapInOrder() {
        final PythonDict dict = PythonDict.of("b", 1L, "a", 2L, "c", 3L);
        assertEquals(List.of("b", "a", "c"), List.copyOf(dict.keySet()));
        final Iterator<Map.Entry<Object, Object>> entries = dict.entrySet().iterator();
        assertEquals(1L, entries.next().setValue(10L));
        entries.next();
        entries.remove();
        assertEquals("{'b': 10, 'c': 3}", dict.toString());
        assertEquals(Map.of("b", 10L, "c", 3L), dict);
        assertEquals(dict, Map.of("b", 10.0, "c", 3L));
        assertEquals(PythonDict.copyOf(dict).hashCode(), dict.hashCode());
        assertNotEquals(dict, PythonDict.of("b", 10L));
        assertNotEquals(PythonDict.of("b", null), PythonDict.of("c", null));
        dict.clear();
        assertTrue(dict.isEmpty());
        assertThrows(IllegalArgumentException.class, () -> PythonDict.of("key"));
    }

    @Test
    void aFrozenSetDoesNotChange() {
        final PythonSet frozen = PythonSet.frozen(1L, 2L);
        assertThrows(UnsupportedOperationException.class, () -> frozen.add(3L));
        assertThrows(UnsupportedOperationException.class, () -> frozen.remove(1L));
        assertThrows(UnsupportedOperationException.class, frozen::clear);
        final Iterator<Object> elements = frozen.iterator();
        elements.next();
        assertThrows(UnsupportedOperationException.class, elements::remove);
        final PythonSet set = PythonSet.of(2.0, 1L);
        assertEquals(frozen, set);
        assertEquals(frozen.hashCode(), PythonSet.frozen(2L, 1L).hashCode());
        assertTrue(set.add(3L));
        assertFalse(set.add(3.0));
        assertTrue(set.remove(1.0));
        assertFalse(set.remove(1L));
        assertEquals("{2.0, 3}", set.toString());
        assertEquals("frozenset({1, 2})", frozen.toString());
        assertEquals("set()", new PythonSet().toString());
        assertEquals("frozenset()", PythonSet.frozen().toString());
    }

    @Test
    void numbersAreComparedWithoutRounding() {
        assertTrue(PythonEquality.equal(1L << 53, 0x1p53));
        assertFalse(PythonEquality.equal((1L << 53) + 1, 0x1p53));
        assertTrue(PythonOrder.compare((1L << 53) + 1, 0x1p53) > 0);
        assertTrue(PythonEquality.equal(LARGE, 0x1p64));
        assertFalse(PythonEquality.equal(LARGE.add(BigInteger.ONE), 0x1p64));
        assertTrue(PythonOrder.compare(Double.POSITIVE_INFINITY, BigInteger.TEN.pow(400)) > 0);
        assertTrue(PythonOrder.compare(BigInteger.TEN.pow(400).negate(), Double.NEGATIVE_INFINITY) > 0);
        assertFalse(PythonEquality.equal(Double.NaN, Double.NaN));
        assertEquals(PythonEquality.hash(LARGE), PythonEquality.hash(0x1p64));
        assertEquals(PythonEquality.hash(true), PythonEquality.hash(1.0));
        assertTrue(PythonEquality.equal(0.0, -0.0));
    }

    @Test
    void cyclesOfObjectsAreCompared() {
        final List<Object> left = new ArrayList<>();
        left.add(PythonObject.newObject(PythonObject.global("m", "C"), PythonTuple.EMPTY)
                .withState(left));
        final List<Object> right = new ArrayList<>();
        right.add(PythonObject.newObject(PythonObject.global("m", "C"), PythonTuple.EMPTY)
                .withState(right));
        assertTrue(PythonEquality.equal(left, right));
        right.add(1L);
        assertFalse(PythonEquality.equal(left, right));
    }

    @Test
    void tuplesAreNotLists() {
        assertNotEquals(PythonTuple.of(1L), List.of(1L));
        assertEquals(PythonTuple.of(1L, null), PythonTuple.copyOf(Arrays.asList(1.0, null)));
        assertSame(PythonTuple.EMPTY, PythonTuple.of());
        final PythonTuple tuple = PythonTuple.of(1L);
        assertSame(tuple, PythonTuple.copyOf(tuple));
        assertThrows(UnsupportedOperationException.class, () -> tuple.set(0, 2L));
        assertEquals("(1,)", tuple.toString());
        final PythonException error =
                assertThrows(PythonException.class, () -> PythonOrder.compare("a", PythonTuple.EMPTY));
        assertEquals("TypeError: '<' not supported between instances of 'str' and 'tuple'", error.getMessage());
        assertThrows(PythonException.class, () -> PythonOrder.compare(null, null));
        assertThrows(PythonException.class, () -> PythonOrder.compare(PythonSet.of(), PythonSet.of()));
        assertTrue(PythonOrder.compare("\uFFFD", "\uD83D\uDE00") < 0);
    }

    @Test
    void longTextsAreCutInMessagesOnly() {
        final String text = "x".repeat(20_000);
        assertEquals(20_002, PythonRepr.of(text).length());
        assertTrue(PythonTuple.of(text).toString().length() < 10_010);
        assertEquals(text, PythonRepr.text(text));
        assertEquals("'k'", PythonRepr.text(new PythonException("builtins.KeyError", "k")));
    }
}
