package dev.backplane.pickle;

import static dev.backplane.pickle.PickleTest.bytes;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Values nested more deeply than a stack is: read, and refused only where they are walked by recursion.
@NullUnmarked
final class PickleDepthTest {
    /// Each is nested too deeply for anything that walks it by recursion.
    private static List<String> deep(int levels) {
        return List.of(
                "]".repeat(levels) + "a".repeat(levels - 1) + ".",
                ")" + "\u0085".repeat(levels) + ".",
                "}" + "K\u0001}".repeat(levels) + "s".repeat(levels) + ".",
                "(\u0091" + "q\u00000(h\u0000\u0091".repeat(levels) + ".",
                "}(" + "(\u0091" + "q\u00000(h\u0000\u0091".repeat(levels) + "Nu.",
                "cm\nf\nq\u00000)" + "q\u00010h\u0000h\u0001R\u0085".repeat(levels) + ".",
                "}(cm\nf\nq\u00000)" + "q\u00010h\u0000h\u0001R\u0085".repeat(levels) + "Nu.",
                "cbuiltins\nKeyError\nq\u00000)" + "q\u00010h\u0000h\u0001R\u0085".repeat(levels) + ".",
                "cm\nA\nq\u00000h\u0000)\u0081" + "h\u0000)\u0081".repeat(levels) + "b".repeat(levels) + ".",
                "}cm\nA\nq\u00000h\u0000)\u0081" + "h\u0000)\u0081".repeat(levels) + "b".repeat(levels) + "Ns.",
                dictsThatAreKeysOfEachOther(levels));
    }

    /// Each dict has an object as its key before that gets its state, which is the next dict.
    private static String dictsThatAreKeysOfEachOther(int levels) {
        final StringBuilder pickle = new StringBuilder("cm\nA\nq\u00000}");
        for (int i = 1; i <= levels; i++) {
            final String index = "" + (char) (i & 0xFF) + (char) (i >> 8 & 0xFF) + (char) (i >> 16) + '\0';
            pickle.append("h\u0000)\u0081r")
                    .append(index)
                    .append("Nsj")
                    .append(index)
                    .append("}");
        }
        return pickle + "b0".repeat(levels) + ".";
    }

    @Test
    void deepPicklesAreThemselvesSound() {
        for (String pickle : deep(30)) {
            final Object value = Pickle.read(bytes(pickle));
            assertTrue(PythonEquality.equal(value, Pickle.read(Pickle.write(value))), pickle);
        }
    }

    @Test
    void depthIsRefusedWhereItMattersAndNeverOverflowsAStack() throws InterruptedException {
        // The smallest last, which is too small to load classes on.
        for (long stack : new long[] {0, 64 << 20, 128 << 10}) {
            for (String pickle : deep(20_000)) {
                onStackOf(stack, () -> walk(bytes(pickle)), pickle.substring(0, 40));
            }
        }
    }

    private static void onStackOf(long stack, Runnable step, String context) throws InterruptedException {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread thread = new Thread(null, step, "walker", stack);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError(stack + ": " + context, failure.get());
        }
    }

    private static void walk(byte[] pickle) {
        Object value;
        try {
            value = Pickle.read(pickle);
        } catch (PickleException _) {
            return;
        }
        final Object again = Pickle.read(pickle);
        attempt(() -> Pickle.write(value));
        attempt(() -> PythonEquality.equal(value, again));
        attempt(() -> PythonEquality.hash(value));
        attempt(() -> PythonOrder.compare(value, again));
        attempt(() -> PythonRepr.of(value));
        assertNotNull(PythonRepr.brief(value));
        attempt(() -> new PythonHash(null, false).of(value));
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (PickleException | PythonException _) {
            // What it must be, if anything.
        }
    }

    /// Does something where the stack has hardly more room than to refuse it.
    @SuppressWarnings("InfiniteRecursion") // Until the stack ends.
    private static Object atTheEndOfTheStack(Supplier<@Nullable Object> step) {
        try {
            return atTheEndOfTheStack(step);
        } catch (StackOverflowError _) {
            return String.valueOf(step.get()); // If this overflows too, its caller has more room.
        }
    }

    @Test
    void theEndOfTheStackIsARecursionErrorAsInPython() {
        final PythonTuple deep = nestedTuple(60);
        final PythonTuple other = nestedTuple(60);
        // Also loads what refusing takes, which needs more of a stack than there will be.
        assertThrows(PythonException.class, () -> PythonEquality.equal(nestedTuple(600), nestedTuple(600)));
        final List<Supplier<@Nullable Object>> steps = List.of(
                () -> PythonEquality.hash(deep),
                deep::hashCode,
                () -> new PythonDict().put(deep, 1),
                () -> PythonEquality.equal(deep, other),
                () -> PythonOrder.compare(deep, other),
                () -> PythonRepr.of(deep));
        for (Supplier<@Nullable Object> step : steps) {
            assertDoesNotThrow(step::get);
            final PythonException e = assertThrows(PythonException.class, () -> atTheEndOfTheStack(step));
            assertTrue(e.isType("builtins.RecursionError"), e.getMessage());
        }
    }

    @Test
    void keysAtTheEndOfTheStackRefuseAPickle() {
        final byte[] pickle = Pickle.write(PythonDict.of(nestedTuple(60), 1L));
        assertThrows(PickleException.class, () -> Pickle.read(bytes("}]Ns.")));
        assertNotNull(Pickle.read(pickle));
        assertThrows(PickleException.class, () -> atTheEndOfTheStack(() -> Pickle.read(pickle)));
    }

    private static PythonTuple nestedTuple(int levels) {
        PythonTuple nested = PythonTuple.EMPTY;
        for (int i = 0; i < levels; i++) {
            nested = PythonTuple.of(nested);
        }
        return nested;
    }

    @Test
    void whatPythonsOwnPicklerReachesIsWritten() throws InterruptedException {
        Object nested = new ArrayList<>();
        for (int i = 1; i < 990; i++) {
            nested = new ArrayList<>(Arrays.asList(nested));
        }
        final Object value = nested;
        onStackOf(8 << 20, () -> isWrittenAsItIsRead(value), "as that of Python's main thread");
    }

    private static void isWrittenAsItIsRead(Object value) {
        final byte[] pickle = Pickle.write(value);
        assertEquals(
                new String(pickle, StandardCharsets.ISO_8859_1),
                new String(Pickle.write(Pickle.read(pickle)), StandardCharsets.ISO_8859_1));
    }
}
