package dev.backplane.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Pickles byte by byte, and what of them is refused.
@NullUnmarked
final class PickleTest {
    private static final PickleLimits LIMITS = PickleLimits.standard();

    /// Characters up to U+00FF as the bytes of those numbers.
    static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Object read(String latin) {
        return Pickle.read(bytes(latin));
    }

    private static String written(Object value) {
        return new String(Pickle.write(value), StandardCharsets.ISO_8859_1);
    }

    private static void assertRefused(String latin, String why) {
        final PickleException refusal = assertThrows(PickleException.class, () -> read(latin), latin);
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    @Test
    void valuesAreWrittenInTheirShortestForms() {
        assertEquals("\u0080\u0004N.", written(null));
        assertEquals("\u0080\u0004\u0088.", written(true));
        assertEquals("\u0080\u0004K\u00FF.", written(255));
        assertEquals("\u0080\u0004M\u0000\u0001.", written(256L));
        assertEquals("\u0080\u0004J\u00FF\u00FF\u00FF\u00FF.", written((short) -1));
        assertEquals("\u0080\u0004\u008a\u0005\u0000\u0000\u0000\u0080\u0000.", written(1L << 31));
        assertEquals("\u0080\u0004J\u0080\u00FF\u00FF\u00FF.", written(BigInteger.valueOf(-128)));
        assertEquals("\u0080\u0004G?\u00F8\u0000\u0000\u0000\u0000\u0000\u0000.", written(1.5f));
        assertEquals("\u0080\u0004\u008c\u0002\u00C3\u00A9.", written("é"));
        assertEquals("\u0080\u0004C\u0001\u00FF.", written(new byte[] {-1}));
        assertEquals("\u0080\u0004(K\u0001K\u0002K\u0003K\u0004t.", written(new Object[] {1, 2, 3, 4}));
        assertEquals("\u0080\u0004}\u008c\u0001aK\u0001s.", written(Map.of("a", 1)));
        assertEquals("\u0080\u0004\u008f(K\u0001\u0090.", written(Set.of(1)));
        assertEquals("\u0080\u0004(K\u0001\u0091.", written(PythonSet.frozen(1)));
        assertEquals(
                "\u0080\u0004\u008c\u0005queue\u008c\u0005Empty\u0093)R.", written(new PythonException("queue.Empty")));
    }

    @Test
    void onlyWhatIsSharedIsMemoized() {
        final List<Object> list = new ArrayList<>(List.of(1L));
        assertEquals("\u0080\u0004]K\u0001a.", written(list));
        assertEquals("\u0080\u0004]\u0094K\u0001ah\u0000\u0086.", written(PythonTuple.of(list, list)));
        final List<?> back = (List<?>) Pickle.read(Pickle.write(PythonTuple.of(list, list, new ArrayList<>(list))));
        assertSame(back.get(0), back.get(1));
        assertEquals(back.get(0), back.get(2));
        assertNotSame(back.get(0), back.get(2));
    }

    @Test
    void thousandsOfSharedObjectsKeepTheirIdentities() {
        for (int protocol = 3; protocol <= 4; protocol++) {
            final List<Object> all = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                all.add(new ArrayList<>(List.of((long) i)));
            }
            all.addAll(List.copyOf(all));
            final List<?> back = (List<?>) Pickle.read(Pickle.write(all, protocol, LIMITS));
            assertEquals(all, back);
            for (int i = 0; i < 3000; i++) {
                assertSame(back.get(i), back.get(3000 + i));
            }
        }
    }

    @Test
    void cyclesAreKept() {
        final PythonDict dict = new PythonDict();
        final List<Object> list = new ArrayList<>();
        dict.put("list", list);
        list.add(dict);
        final PythonDict back = (PythonDict) Pickle.read(Pickle.write(dict));
        assertSame(back, ((List<?>) back.get("list")).get(0));

        final PythonTuple tuple = PythonTuple.of(list, 5L);
        list.set(0, tuple);
        final PythonTuple again = (PythonTuple) Pickle.read(Pickle.write(tuple));
        assertSame(again, ((List<?>) again.get(0)).get(0));

        final PythonObject call = PythonObject.reduce(PythonObject.global("m", "f"), PythonTuple.of(list));
        list.set(0, call);
        final PythonObject called = (PythonObject) Pickle.read(Pickle.write(call));
        assertSame(called, ((List<?>) called.arguments().get(0)).get(0));
    }

    @Test
    void aCycleThatPythonCouldNotMakeIsRefused() {
        final Object[] array = new Object[] {1, null, null, null};
        Arrays.fill(array, array);
        assertThrows(PickleException.class, () -> Pickle.write(array));
    }

    @Test
    void whatJavaDoesNotKnowIsRefused() {
        final PickleException refusal = assertThrows(PickleException.class, () -> Pickle.write(List.of(new Object())));
        assertTrue(refusal.getMessage().contains("java.lang.Object"), refusal.getMessage());
        assertThrows(PickleException.class, () -> Pickle.write(new java.math.BigDecimal("1.5")));
        assertThrows(IllegalArgumentException.class, () -> Pickle.write(1, 5, LIMITS));
        assertThrows(IllegalArgumentException.class, () -> Pickle.write(1, 2, LIMITS));
    }

    @Test
    void oldProtocolsAreRead() {
        assertEquals(List.of(1L, 2L), read("(lp0\nI1\naL2L\na."));
        assertEquals(true, read("I01\n."));
        assertEquals(false, read("I00\n."));
        assertEquals(new BigInteger("123456789012345678901"), read("L123456789012345678901L\n."));
        assertEquals(-2.5, read("F-2.5\n."));
        assertEquals(Double.NEGATIVE_INFINITY, read("F-inf\n."));
        assertEquals("a\\\n\u20AC\uD83D\uDE00\u00E9", read("Va\\u005c\\u000a\\u20ac\\U0001f600\u00E9\np0\n."));
        assertArrayEquals(bytes("a\u00FF"), (byte[]) read("c_codecs\nencode\n(Va\u00FF\nVlatin1\ntR."));
        assertEquals(PythonDict.of("a", 1L), read("(dVa\nI1\ns."));
        assertTrue(((PythonObject) read("c__builtin__\nxrange\n.")).isGlobal("builtins", "range"));
        assertTrue(((PythonObject) read("ccopy_reg\n_reconstructor\n.")).isGlobal("copyreg", "_reconstructor"));
        assertTrue(((PythonObject) read("\u0080\u0003ccopy_reg\nx\n.")).isGlobal("copy_reg", "x"));
        assertEquals("builtins.KeyError", ((PythonException) read("cexceptions\nKeyError\n(tR.")).type());
    }

    @Test
    void whatAPickleWouldRunIsKeptAndNotRun() {
        final String evil = "\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093\u008c\u0004echo\u0085R.";
        final PythonObject object = (PythonObject) read(evil);
        assertTrue(object.callable().isGlobal("posix", "system"));
        assertEquals("posix.system", object.callable().global());
        assertEquals(PythonTuple.of("echo"), object.arguments());
        assertNull(object.state());
        assertEquals(evil, written(object));
    }

    @Test
    void objectsShowTheirParts() {
        final PythonObject token = PythonObject.newObject(
                        PythonObject.global("multiprocessing.managers", "Token"), PythonTuple.EMPTY)
                .withState(PythonTuple.of("dict", "/tmp/x", "1f"));
        final PythonObject back = (PythonObject) Pickle.read(Pickle.write(token));
        assertEquals(token, back);
        assertEquals(token.hashCode(), back.hashCode());
        assertTrue(back.callable().isGlobal("multiprocessing.managers", "Token"));
        assertEquals(PythonTuple.of("dict", "/tmp/x", "1f"), back.state());
        assertEquals("<multiprocessing.managers.Token object>", back.toString());
        final PythonObject list = (PythonObject) read("cm\nL\n)\u0081(K\u0001K\u0002e(K\u0003K\u0004uK\u0005b.");
        assertEquals(List.of(1L, 2L), list.items());
        assertEquals(List.of(3L, 4L), list.entries());
        assertEquals(5L, list.state());
        assertEquals(list, Pickle.read(Pickle.write(list)));
    }

    @Test
    void exceptionsKeepWhatTheyAreGiven() {
        final PythonException read =
                (PythonException) read("cbuiltins\nKeyError\n\u008c\u0001k\u0085R}\u008c\u0001nK\u0001sb.");
        assertEquals("builtins.KeyError", read.type());
        assertTrue(read.isType("builtins.KeyError"));
        assertEquals("KeyError: 'k'", read.getMessage());
        assertEquals(0, read.getStackTrace().length);
        assertTrue(read.fillInStackTrace().getStackTrace().length > 0);
        final PythonException back = (PythonException) Pickle.read(Pickle.write(read));
        assertEquals(PythonDict.of("n", 1L), back.state());
        assertTrue(PythonEquality.equal(read, back));
        assertTrue(new PythonException("queue.Empty").getStackTrace().length > 0);
        assertEquals("queue.Empty", new PythonException("queue.Empty").getMessage());
        assertThrows(IllegalArgumentException.class, () -> new PythonException("Empty"));
        assertInstanceOf(PythonObject.class, read("cm\nOwnError\n)R."));
    }

    @Test
    void theListOfCallsIsTheReaders() {
        final byte[] pickle = bytes("cdecimal\nDecimal\nX\u0003\u0000\u0000\u00001.5\u0085R.");
        assertInstanceOf(PythonObject.class, Pickle.read(pickle));
        final PickleGlobals decimals = PickleGlobals.standard()
                .with("decimal", "Decimal", args -> new java.math.BigDecimal((String) args.get(0)));
        assertEquals(new java.math.BigDecimal("1.5"), Pickle.read(pickle, LIMITS, decimals));
        final byte[] error = Pickle.write(new PythonException("m.OwnError", 1L));
        assertInstanceOf(PythonObject.class, Pickle.read(error));
        assertInstanceOf(
                PythonException.class,
                Pickle.read(error, LIMITS, PickleGlobals.opaque().withException("m", "OwnError")));
        assertEquals(
                List.of("m.E"), PickleGlobals.opaque().withException("m", "E").names());
        assertInstanceOf(PythonObject.class, Pickle.read(bytes("cbuiltins\nset\n)R."), LIMITS, PickleGlobals.opaque()));
    }

    @Test
    void constructorsTakeNothingThatAsksForMore() {
        for (String type : List.of("bytes", "bytearray", "set", "frozenset")) {
            final Object value = read("cbuiltins\n" + type + "\nJ\u00FF\u00FF\u00FF\u007f\u0085R.");
            assertInstanceOf(PythonObject.class, value, type);
        }
    }

    @Test
    void brokenPicklesAreRefused() {
        assertRefused("", "ends too early");
        assertRefused("N", "ends too early");
        assertRefused("\u0080\u0006N.", "protocol 6");
        assertRefused("N\u0080\u0004.", "protocol");
        assertRefused(".", "0 values");
        assertRefused("NN.", "2 values");
        assertRefused("(N.", "1 marks");
        assertRefused("N.N", "1 bytes follow");
        assertRefused("a.", "none is on the stack");
        assertRefused("t.", "needs a mark");
        assertRefused("N(R.", "none is on the stack");
        assertRefused("h\u0000.", "index 0");
        assertRefused("Nr\u00FF\u00FF\u00FF\u007f.", "memo");
        assertRefused("Np99999999999999999999\n.", "memo");
        assertRefused("}(K\u0001u.", "has no value");
        assertRefused("K\u0001K\u0002a.", "type int");
        assertRefused("K\u0001)R.", "type int");
        assertRefused("cm\nf\nK\u0001R.", "type int");
        assertRefused("cm\nf\n)K\u0001\u0092.", "type int");
        assertRefused("K\u0001K\u0002b.", "type int");
        assertRefused("(K\u0001\u0091(K\u0002\u0090.", "type frozenset");
        assertRefused("}]K\u0001s.", "unhashable type: 'list'");
        assertRefused("K\u0001\u008c\u0001a\u0093.", "strings");
        assertRefused("c\nf\n.", "needs a module");
        assertRefused("X\u0001\u0000\u0000\u0000\u00FF.", "UTF-8");
        assertRefused("X\u0002\u0000\u0000\u0000\u00C0\u0080.", "UTF-8");
        assertRefused("X\u0004\u0000\u0000\u0000\u00F4\u0090\u0080\u0080.", "UTF-8");
        assertRefused("V\\u12\n.", "escape");
        assertRefused("V\\Uffffffff\n.", "escape");
        assertRefused("Fabc\n.", "not a float");
        assertRefused("F1d\n.", "not a float");
        assertRefused("F--1\n.", "not a float");
        assertRefused("I+1\n.", "decimal");
        assertRefused("L-L\n.", "decimal");
        assertRefused("\u0080\u0004\u0095\u0005\u0000\u0000\u0000\u0000\u0000\u0000\u0000N.", "5 bytes");
        assertRefused("\u0080\u0004\u0095\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000K\u0001N0.", "across the end");
        assertRefused(
                "\u0080\u0004\u0095\u000b\u0000\u0000\u0000\u0000\u0000\u0000\u0000"
                        + "\u0095\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000N.",
                "before the last one has ended");
        assertRefused("Pid\n.", "persistent");
        assertRefused("NQ.", "persistent");
        assertRefused("\u0082\u0001.", "extension registry");
        assertRefused("\u0097.", "out of band");
        assertRefused("S'a'\n.", "Python 2");
        assertRefused("(icopy\nx\n.", "Python 2");
        assertRefused("\u00FF.", "no instruction");
    }

    @Test
    void limitsAreKept() {
        final byte[] pickle = Pickle.write(new ArrayList<>(List.of(1, 2, 3)));
        assertThrows(PickleException.class, () -> Pickle.read(pickle, LIMITS.withMaxBytes(pickle.length - 1)));
        assertNotNull(Pickle.read(pickle, LIMITS.withMaxBytes(pickle.length)));
        assertThrows(PickleException.class, () -> Pickle.read(pickle, LIMITS.withMaxObjects(4)));
        assertNotNull(Pickle.read(pickle, LIMITS.withMaxObjects(5)));
        final byte[] large = Pickle.write(BigInteger.ONE.shiftLeft(1000));
        assertThrows(PickleException.class, () -> Pickle.read(large, LIMITS.withMaxIntegerBytes(125)));
        assertEquals(BigInteger.ONE.shiftLeft(1000), Pickle.read(large, LIMITS.withMaxIntegerBytes(126)));
        assertThrows(
                PickleException.class,
                () -> Pickle.read(bytes("L" + "9".repeat(1000) + "L\n."), LIMITS.withMaxIntegerBytes(100)));
        assertThrows(PickleException.class, () -> Pickle.write("x".repeat(1000), 4, LIMITS.withMaxBytes(1000)));
        final List<Object> nested = new ArrayList<>(List.of(new ArrayList<>(List.of(new ArrayList<>()))));
        assertThrows(PickleException.class, () -> Pickle.write(nested, 4, LIMITS.withMaxDepth(2)));
        assertNotNull(Pickle.write(nested, 4, LIMITS.withMaxDepth(3)));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMaxDepth(0));
    }

    @Test
    void buffersAreReadFromTheirPositions() {
        final byte[] pickle = Pickle.write("text");
        final ByteBuffer array = ByteBuffer.allocate(pickle.length + 10).position(3);
        array.put(pickle).flip().position(3);
        assertEquals("text", Pickle.read(array, LIMITS));
        assertEquals(0, array.remaining());
        final ByteBuffer direct =
                ByteBuffer.allocateDirect(pickle.length).put(pickle).flip();
        assertEquals("text", Pickle.read(direct.asReadOnlyBuffer(), LIMITS));
    }

    @Test
    void theCodecReadsValuesOneByOne() {
        final PickleCodec codec = PickleCodec.standard();
        assertEquals("pickle", codec.name());
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", null);
        map.put("a", List.of(1L));
        final CodecOutput out = CodecOutput.growing(16);
        codec.encode(map, out);
        codec.encode(null, out);
        codec.encode("end", out);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment outside = arena.allocate(out.position());
            outside.copyFrom(out.written());
            for (MemorySegment segment :
                    List.of(out.written(), outside, out.written().asReadOnly())) {
                final CodecInput in = CodecInput.of(segment);
                assertEquals(map, codec.decode(in));
                assertNull(codec.decode(in));
                assertEquals("end", codec.decode(in));
                assertEquals(0, in.remaining());
                assertThrows(CodecException.class, () -> codec.decode(in));
            }
        }
        assertEquals(
                "[b, a]",
                ((PythonDict) codec.fromBytes(codec.toBytes(map))).keySet().toString());
        assertThrows(CodecException.class, () -> codec.fromBytes(out.toByteArray()));
        assertThrows(IllegalArgumentException.class, () -> new PickleCodec(2, LIMITS, PickleGlobals.standard()));
        assertArrayEquals(
                Pickle.write(map, 3, LIMITS), new PickleCodec(3, LIMITS, PickleGlobals.standard()).toBytes(map));
    }
}
