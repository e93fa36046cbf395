package dev.backplane.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.pickle.PythonDict;
import dev.backplane.pickle.PythonException;
import dev.backplane.pickle.PythonTuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Lists, dicts, arrays, namespaces and values that are made for clients. What Python's do in every case is compared
/// by `manager_containers.py`.
final class ContainerReferentsTest {
    private final TestCaller caller = new TestCaller();

    private static ListReferent list(@Nullable Object... elements) {
        final List<@Nullable Object> all = new ArrayList<>();
        for (Object element : elements) {
            all.add(element);
        }
        return new ListReferent(all);
    }

    private static Object slice(@Nullable Object start, @Nullable Object stop, @Nullable Object step) {
        return Opaque.call("builtins.slice", start, stop, step);
    }

    private static Arguments arguments(@Nullable Object... args) {
        return new Arguments("create", Arrays.asList(args), Map.of());
    }

    @Test
    void slicesAreReadReplacedAndDeleted() throws Exception {
        final ListReferent list = list(0L, 1L, 2L, 3L, 4L);
        assertEquals(List.of(4L, 2L, 0L), caller.call(list, "__getitem__", slice(null, null, -2L)));
        assertEquals(List.of(), caller.call(list, "__getitem__", slice(3L, 1L, null)));
        assertEquals(List.of(3L, 4L), caller.call(list, "__getitem__", slice(-2L, BigInteger.TWO.pow(80), null)));
        caller.call(list, "__setitem__", slice(1L, 3L, null), List.of("a", "b", "c"));
        assertEquals(List.of(0L, "a", "b", "c", 3L, 4L), list.copy());
        caller.call(list, "__setitem__", slice(4L, 2L, null), List.of("x"));
        assertEquals(List.of(0L, "a", "b", "c", "x", 3L, 4L), list.copy());
        caller.call(list, "__delitem__", slice(null, null, 2L));
        assertEquals(List.of("a", "c", 3L), list.copy());
        assertEquals(
                "builtins.ValueError",
                caller.refused(list, "__setitem__", slice(null, null, 2L), List.of(1L))
                        .type());
        assertEquals(
                "builtins.ValueError",
                caller.refused(list, "__getitem__", slice(null, null, 0L)).type());
        assertEquals(
                "builtins.TypeError",
                caller.refused(list, "__getitem__", slice("a", null, null)).type());
    }

    @Test
    void listsSortOrStayAsTheyWere() throws Exception {
        final ListReferent list = list(2L, 1.5, true, BigInteger.TWO.pow(70), -1L);
        caller.call(list, "sort");
        assertEquals(Arrays.asList(-1L, true, 1.5, 2L, BigInteger.TWO.pow(70)), list.copy());
        caller.call(list, "sort", List.of(), Map.of("reverse", true));
        assertEquals(Arrays.asList(BigInteger.TWO.pow(70), 2L, 1.5, true, -1L), list.copy());
        final ListReferent mixed = list(2L, "a", 1L);
        assertEquals("builtins.TypeError", caller.refused(mixed, "sort").type());
        assertEquals(List.of(2L, "a", 1L), mixed.copy());
        assertThrows(
                PythonException.class,
                () -> caller.call(mixed, "sort", List.of(), Map.of("key", Opaque.call("builtins.abs"))));
    }

    @Test
    void elementsAreEqualAsPythonFindsThem() throws Exception {
        final ListReferent list = list(1L, PythonTuple.of(1L, 2L), "x", null);
        assertEquals(true, caller.call(list, "__contains__", 1.0));
        assertEquals(1L, caller.call(list, "index", PythonTuple.of(1.0, 2L)));
        assertEquals(1L, caller.call(list, "count", (Object) null));
        assertEquals("builtins.ValueError", caller.refused(list, "remove", 7L).type());
        assertEquals("builtins.IndexError", caller.refused(list, "pop", 4L).type());
        assertNull(caller.call(list, "pop"));
    }

    @Test
    void whatWouldTakeAllMemoryIsRefused() throws Exception {
        final ListReferent list = list(1L, 2L);
        assertEquals(
                "builtins.MemoryError",
                caller.refused(list, "__mul__", Long.MAX_VALUE).type());
        assertEquals(
                "builtins.MemoryError",
                caller.refused(list, "extend", Opaque.call("builtins.range", 0L, Long.MAX_VALUE, 1L))
                        .type());
        assertEquals(List.of(1L, 2L), list.copy());
    }

    @Test
    void methodsAndArgumentsThatThereAreNotAreRefused() throws Exception {
        final ListReferent list = list();
        assertThrows(UnknownMethodException.class, () -> caller.call(list, "__class__"));
        assertEquals("builtins.TypeError", caller.refused(list, "append").type());
        assertEquals(
                "builtins.TypeError", caller.refused(list, "append", 1L, 2L).type());
        assertThrows(PythonException.class, () -> caller.call(list, "append", List.of(1L), Map.of("value", 2L)));
        assertEquals(List.of(), list.copy());
    }

    @Test
    void dictsKeepTheirOrderAndFindEqualKeys() throws Exception {
        final DictReferent dict = DictReferent.create(
                new Arguments("dict", List.of(List.of(PythonTuple.of("b", 1L), List.of("a", 2L))), Map.of("c", 3L)));
        assertEquals(List.of("b", "a", "c"), caller.call(dict, "keys"));
        caller.call(dict, "__setitem__", 1L, "one");
        assertEquals("one", caller.call(dict, "__getitem__", 1.0));
        assertEquals("one", caller.call(dict, "pop", true));
        assertEquals(PythonTuple.of("c", 3L), caller.call(dict, "popitem"));
        assertEquals(
                "builtins.KeyError", caller.refused(dict, "__getitem__", "c").type());
        assertEquals(7L, caller.call(dict, "get", "c", 7L));
        assertEquals(
                "builtins.TypeError",
                caller.refused(dict, "__setitem__", List.of(), 1L).type());
        assertEquals(
                "builtins.ValueError",
                caller.refused(dict, "update", List.of(List.of(1L))).type());
        assertEquals(
                PythonDict.of("b", 5L, "a", 2L, "z", 6L), caller.call(dict, "__or__", PythonDict.of("b", 5L, "z", 6L)));
        assertEquals(List.of("b", "a"), caller.call(dict, "keys"));
        assertEquals("{'b': 1, 'a': 2}", dict.repr());
    }

    @Test
    void anIteratorNoticesThatItsDictHasChanged() throws Exception {
        final DictReferent dict = new DictReferent(PythonDict.of("a", 1L, "b", 2L));
        final Referent iterator = assertInstanceOf(Referent.class, caller.call(dict, "__iter__"));
        assertEquals("a", caller.call(iterator, "__next__"));
        caller.call(dict, "clear");
        assertEquals(
                "builtins.RuntimeError", caller.refused(iterator, "__next__").type());
        final Referent empty = assertInstanceOf(Referent.class, caller.call(dict, "__iter__"));
        assertEquals("builtins.StopIteration", caller.refused(empty, "__next__").type());
        assertThrows(UnknownMethodException.class, () -> caller.call(empty, "send", 1L));
    }

    @Test
    void arraysHoldWhatFitsTheirType() throws Exception {
        final ArrayReferent array = ArrayReferent.create(arguments("h", List.of(1L, -2L, 3L)));
        caller.call(array, "__setitem__", -1L, 32767L);
        assertEquals(
                "builtins.OverflowError",
                caller.refused(array, "__setitem__", 0L, 32768L).type());
        assertEquals(
                "builtins.TypeError",
                caller.refused(array, "__setitem__", 0L, 1.5).type());
        assertEquals(
                "builtins.IndexError", caller.refused(array, "__getitem__", 3L).type());
        assertEquals(List.of(1L, -2L, 32767L), array.elements());
        assertEquals("array('h', [1, -2, 32767])", array.repr());
        final Object part = caller.call(array, "__getitem__", slice(1L, null, null));
        caller.call(array, "__setitem__", slice(0L, 2L, null), part);
        assertEquals(List.of(-2L, 32767L, 32767L), array.elements());
        assertEquals(
                "builtins.ValueError",
                caller.refused(array, "__setitem__", slice(0L, 1L, null), part).type());
        final List<?> content = assertInstanceOf(PythonTuple.class, Opaque.callOf(part, "array.array"));
        assertArrayEquals(new byte[] {-2, -1, -1, 127}, (byte[]) content.get(1));
        assertThrows(PythonException.class, () -> ArrayReferent.create(arguments("x", List.of())));
        assertThrows(PythonException.class, () -> ArrayReferent.create(arguments("B", List.of(-1L))));
        final BigInteger most = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
        assertEquals(
                List.of(most),
                ArrayReferent.create(arguments("Q", List.of(most))).elements());
        assertEquals(
                List.of(0.5), ArrayReferent.create(arguments("f", List.of(0.5))).elements());
        assertEquals(List.of("𝄞"), ArrayReferent.create(arguments("u", "𝄞")).elements());
    }

    @Test
    void namespacesHaveTheAttributesThatTheyWereGiven() throws Exception {
        final NamespaceReferent space =
                NamespaceReferent.create(new Arguments("Namespace", List.of(), Map.of("name", "Bob")));
        caller.call(space, "__setattr__", "_hidden", 1L);
        assertEquals("Namespace(name='Bob')", space.repr());
        assertEquals("Bob", caller.call(space, "__getattribute__", "name"));
        caller.call(space, "__delattr__", "name");
        final PythonException missing = caller.refused(space, "__getattribute__", "name");
        assertEquals("'Namespace' object has no attribute 'name'", missing.text());
        assertEquals(
                "builtins.AttributeError",
                caller.refused(space, "__getattribute__", "__class__").type());
        assertEquals(
                "builtins.TypeError",
                caller.refused(space, "__getattribute__", 1L).type());
    }

    @Test
    void valuesHoldAnything() throws Exception {
        final ValueReferent value = ValueReferent.create(arguments("i", 1L));
        caller.call(value, "set", "text");
        assertEquals("text", caller.call(value, "get"));
        assertEquals("Value('i', 'text')", value.repr());
        assertThrows(PythonException.class, () -> ValueReferent.create(arguments("i")));
    }
}
