package dev.backplane.pickle;

import static dev.backplane.pickle.PickleTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.backplane.store.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Bytes that no pickler wrote: a value or a [PickleException], in memory and time in proportion to their
/// number.
@NullUnmarked
final class PickleHostileTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MOST_BYTES = 2L << 20;
    private static final String OPCODES = "(.012FIJKLMNRVXabcd}eghjlpqrst)uGBC]"
            + "\u0080\u0081\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093"
            + "\u0094\u0095\u0096PQSTUio\u0082\u0097\u0098";

    private static List<byte[]> samples() {
        final PythonObject type = PythonObject.global("m", "Outer.Inner");
        final PythonObject object = PythonObject.newObject(type, PythonTuple.of(1L, "two"))
                .withState(PythonDict.of("key", new ArrayList<>(List.of(1.5, true, BigInteger.TEN.pow(40)))));
        final List<Object> shared = new ArrayList<>(List.of("shared", object));
        final Object value = PythonTuple.of(
                null,
                shared,
                shared,
                PythonSet.of(1L, "a", object),
                PythonSet.frozen(PythonTuple.of(2L)),
                -1L,
                300L,
                new byte[] {1, 2, 3},
                new PythonByteArray(new byte[] {4}),
                "\uD800\u20AC",
                1L << 40,
                new PythonException("builtins.KeyError", "k"),
                PythonDict.of(PythonTuple.of(1L), object, 2L, shared));
        return List.of(
                Pickle.write(value),
                Pickle.write(value, 3, PickleLimits.standard()),
                bytes("(lp0\nI01\naL-5L\naF1.5\naVab\\u20ac\np1\nag1\nac__builtin__\nset\np2\n((lp3\nI1\natp4\nRp5\na"
                        + "(dp6\nVk\nNs(I1\nI2\ntI3\nsa."),
                framed("]\u0094(\u0096" + length8(2) + "ab\u0094\u008e" + length8(1) + "x\u008c\u0000Ne."));
    }

    private static String length8(int length) {
        return (char) length + "\u0000".repeat(7);
    }

    private static byte[] framed(String latin) {
        return bytes("\u0080\u0005\u0095" + length8(latin.length()) + latin);
    }

    /// Reads, and does with what is read whatever a server might.
    private static void read(byte[] pickle, Object context) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        Object value = null;
        boolean complete = false;
        try {
            value = Pickle.read(pickle);
            complete = true;
        } catch (PickleException _) {
            // Refused, as most of them must be.
        } catch (Throwable e) {
            throw new AssertionError(context + ": " + Arrays.toString(pickle), e);
        }
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated <= MOST_BYTES + 100L * pickle.length,
                () -> context + ": " + allocated + " bytes allocated for " + Arrays.toString(pickle));
        if (complete) {
            use(pickle, value, context);
        }
    }

    private static void use(byte[] pickle, Object value, Object context) {
        try {
            final byte[] written = Pickle.write(value);
            final Object again = Pickle.read(written);
            assertEquals(PythonRepr.brief(value), PythonRepr.brief(again));
            new PythonHash(null, false).of(value);
            PythonEquality.equal(value, again);
            PythonEquality.hash(value);
            PythonOrder.compare(value, again);
        } catch (PickleException | PythonException _) {
            // What cannot be written, hashed, or ordered says so.
        } catch (Throwable e) {
            throw new AssertionError(context + ", using: " + Arrays.toString(pickle), e);
        }
    }

    @Test
    void aPickleThatIsCutOffIsRefused() {
        for (byte[] sample : samples()) {
            assertNotNull(Pickle.read(sample));
            for (int length = 0; length < sample.length; length++) {
                final byte[] cut = Arrays.copyOf(sample, length);
                assertThrows(PickleException.class, () -> Pickle.read(cut), () -> Arrays.toString(cut));
            }
        }
    }

    @Test
    void randomBytesAreReadOrRefused() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int i = 0; i < 100_000; i++) {
            final byte[] pickle = new byte[random.nextInt(60)];
            random.nextBytes(pickle);
            read(pickle, seed);
        }
    }

    @Test
    void randomInstructionsAreReadOrRefused() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        int complete = 0;
        for (int i = 0; i < 300_000; i++) {
            final byte[] pickle = program(random);
            read(pickle, seed);
            complete += pickle.length > 8 && isRead(pickle) ? 1 : 0;
        }
        assertTrue(complete > 1000, seed + ": only " + complete + " programs were good for anything");
    }

    private static boolean isRead(byte[] pickle) {
        try {
            Pickle.read(pickle);
            return true;
        } catch (PickleException _) {
            return false;
        }
    }

    /// Instructions with operands that are mostly sound, so that many get far.
    private static byte[] program(Random random) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final int count = random.nextInt(25);
        for (int i = 0; i < count; i++) {
            final String piece = switch (random.nextInt(22)) {
                case 0 -> "K" + (char) random.nextInt(4);
                case 1 -> "\u008c\u0001" + (char) ('a' + random.nextInt(2));
                case 2 -> "]";
                case 3 -> "}";
                case 4 -> "\u008f";
                case 5 -> "(";
                case 6 -> "cm\nf\n)\u0081";
                case 7 -> "cbuiltins\n" + (random.nextBoolean() ? "set" : "KeyError") + "\n";
                case 8 -> "\u0094";
                case 9, 10 -> "h" + (char) random.nextInt(3);
                case 11 -> "\u0085";
                case 12 -> "\u0086";
                case 13 -> "a";
                case 14 -> "s";
                case 15 -> "e";
                case 16 -> "u";
                case 17 -> "\u0091";
                case 18 -> "\u0090";
                case 19 -> "R";
                case 20 -> random.nextBoolean() ? "b" : "2";
                default -> String.valueOf(OPCODES.charAt(random.nextInt(OPCODES.length())));
            };
            out.writeBytes(bytes(piece));
        }
        if (random.nextBoolean()) {
            out.writeBytes(bytes("t."));
            return bytes("(" + out.toString(StandardCharsets.ISO_8859_1)); // One value of all that is there.
        }
        out.write('.');
        return out.toByteArray();
    }

    @Test
    void damagedPicklesAreReadOrRefused() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int i = 0; i < 50_000; i++) {
            final byte[] sample = samples().get(random.nextInt(4)).clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                final int at = random.nextInt(sample.length);
                sample[at] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) OPCODES.charAt(random.nextInt(OPCODES.length()));
            }
            read(sample, seed);
        }
    }

    @Test
    void lengthsThatLieCostNothing() {
        final String most4 = "\u00FF\u00FF\u00FF\u007f";
        final String minus4 = "\u00FF\u00FF\u00FF\u00FF";
        final String zero4 = "\u0000\u0000\u0000\u0000";
        for (String opcode : List.of("X", "B", "\u008b", "r", "j")) {
            for (String length : List.of(most4, minus4, "\u0000\u0000\u0000\u0080")) {
                refuseCheaply(opcode, length);
            }
        }
        for (String opcode : List.of("\u008d", "\u008e", "\u0095", "\u0096")) {
            for (String length : List.of(
                    most4 + zero4,
                    minus4 + zero4,
                    minus4 + minus4,
                    minus4 + most4,
                    zero4 + "\u0001\u0000\u0000\u0000")) {
                refuseCheaply(opcode, length);
            }
        }
        refuseCheaply("p", "2147483647\n");
        refuseCheaply("p", "-1\n");
        refuseCheaply("g", "9223372036854775807\n");
        refuseCheaply("L", "9".repeat(1_000_000) + "\n");
    }

    private static void refuseCheaply(String opcode, String operand) {
        final byte[] pickle = bytes("N" + opcode + operand + "abc.");
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThrows(PickleException.class, () -> Pickle.read(pickle), () -> opcode + operand);
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated <= MOST_BYTES + 10L * pickle.length, () -> opcode + operand + ": " + allocated);
    }

    @Test
    void whatUnfoldsToMoreThanThereIsRoomForStaysShared() {
        final String tuples = "K\u0001\u0085" + "2\u0086".repeat(60) + ".";
        final StringBuilder lists = new StringBuilder("]");
        for (int i = 0; i < 60; i++) {
            lists.append("q")
                    .append((char) i)
                    .append("0](h")
                    .append((char) i)
                    .append("h")
                    .append((char) i)
                    .append("e");
        }
        for (String laughs : List.of(tuples, lists + ".")) {
            final Object value = Pickle.read(bytes(laughs));
            final Object again = Pickle.read(bytes(laughs));
            assertTrue(Pickle.write(value).length < 1000);
            assertTrue(PythonEquality.equal(value, again));
            assertEquals(new PythonHash(null, false).of(value), new PythonHash(null, false).of(again));
            assertTrue(PythonRepr.brief(value).length() < 11_000);
            assertTrue(PythonRepr.text(new PythonException("builtins.ValueError", value))
                            .length()
                    < 11_000);
            assertEquals(0, PythonOrder.compare(value, again));
        }
        assertEquals(1, ((Map<?, ?>) Pickle.read(bytes("}" + tuples.replace(".", "Ns.")))).size());
    }

    @Test
    void keysThatWereMadeToCollideAreRefused() {
        final List<String> colliding = new ArrayList<>(List.of(""));
        for (int bit = 0; bit < 14; bit++) {
            for (int i = colliding.size() - 1; i >= 0; i--) {
                colliding.add(colliding.get(i) + "BB");
                colliding.set(i, colliding.get(i) + "Aa");
            }
        }
        assertEquals(1, colliding.stream().mapToInt(String::hashCode).distinct().count());
        final StringBuilder wrapped = new StringBuilder("}(");
        final StringBuilder plain = new StringBuilder("}(");
        for (String key : colliding) {
            wrapped.append("\u008c\u001c").append(key).append("\u0085N");
            plain.append("\u008c\u001c").append(key).append("N");
        }
        final PickleException refusal = assertThrows(PickleException.class, () -> Pickle.read(bytes(wrapped + "u.")));
        assertTrue(refusal.getMessage().contains("one hash"), refusal.getMessage());
        assertEquals(colliding.size(), ((Map<?, ?>) Pickle.read(bytes(plain + "u."))).size());
    }

    @Test
    void manyEqualObjectsAreAllKept() {
        final int count = 200_000; // Of so many, some have one identity hash.
        final byte[] pickle = bytes("cm\nA\nq\u00000}(" + "h\u0000)\u0081N".repeat(count) + "u.");
        final PythonDict dict = (PythonDict) Pickle.read(pickle);
        assertEquals(count, dict.size());
        assertEquals(count, ((PythonDict) Pickle.read(Pickle.write(dict))).size());
        assertTrue(dict.containsKey(PythonObject.newObject(PythonObject.global("m", "A"), PythonTuple.EMPTY)));
    }
}
