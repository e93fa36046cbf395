package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedBoolean;
import dev.backplane.SharedByteArray;
import dev.backplane.SharedDouble;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedFloatArray;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLong;
import dev.backplane.SharedLongArray;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Jvm;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Writers of numbers and arrays are killed: each number is one that was stored, the last but for the one that the
/// writer was at, and each element is whole.
final class KilledElementsTortureTest {
    private static final int KILLS = 6;
    private static final int ELEMENTS = 7;
    /// So that halves are never those of a number that is none.
    private static final int MOST = 0x3f00;

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    /// What is written: each value has two halves that are alike, so that no half of one and half of another looks
    /// whole.
    private record Shared(
            SharedLong before,
            SharedLong after,
            SharedDouble number,
            SharedBoolean flag,
            SharedByteArray bytes,
            SharedIntArray ints,
            SharedLongArray longs,
            SharedFloatArray floats,
            SharedDoubleArray doubles) {
        static Shared in(Manager manager) throws IOException {
            return new Shared(
                    manager.longValue("before"),
                    manager.longValue("after"),
                    manager.doubleValue("number"),
                    manager.booleanValue("flag"),
                    manager.byteArray("bytes", ELEMENTS),
                    manager.intArray("ints", ELEMENTS),
                    manager.longArray("longs", ELEMENTS),
                    manager.floatArray("floats", ELEMENTS),
                    manager.doubleArray("doubles", ELEMENTS));
        }

        void write(int i) {
            final int half = i % MOST;
            final int whole = half << 16 | half;
            final long twice = (long) whole << 32 | whole;
            before.set(before.get() + 1);
            number.set(Double.longBitsToDouble(twice));
            flag.set(i % 2 == 0);
            for (int at = 0; at < ELEMENTS; at++) {
                bytes.set(at, (byte) (half % 16 * 17));
                ints.set(at, whole);
                longs.set(at, twice);
                floats.set(at, Float.intBitsToFloat(whole));
                doubles.set(at, Double.longBitsToDouble(twice));
            }
            after.set(after.get() + 1);
        }

        void assertWhole() {
            final long begun = before.get();
            final long done = after.get();
            assertTrue(begun == done || begun == done + 1, () -> "began " + begun + ", did " + done);
            assertWhole(Double.doubleToRawLongBits(number.get()));
            for (int at = 0; at < ELEMENTS; at++) {
                assertEquals(0, (bytes.get(at) & 0xFF) % 17);
                assertWhole((long) ints.get(at) << 32 | ints.get(at));
                assertWhole(longs.get(at));
                final int bits = Float.floatToRawIntBits(floats.get(at));
                assertWhole((long) bits << 32 | bits);
                assertWhole(Double.doubleToRawLongBits(doubles.get(at)));
            }
        }

        private static void assertWhole(long bits) {
            assertEquals((bits & 0xFFFF) * 0x0001_0001_0001_0001L, bits, () -> Long.toHexString(bits));
        }
    }

    /// Writes until it is killed.
    public static final class Writer {
        private Writer() {}

        /// Runs.
        ///
        /// @param arguments the segment
        public static void main(String[] arguments) throws Exception {
            final Shared shared = Shared.in(Manager.open(Path.of(arguments[0]), SegmentOptions.defaults()));
            shared.after.set(shared.before.get()); // The last one was killed in between.
            System.out.println("ready");
            for (int i = 0; true; i++) {
                shared.write(i);
            }
        }
    }

    @Test
    void killedWritersLeaveWholeNumbersAndElements() throws Exception {
        final Path path = directory.resolve("segment");
        try (Manager manager = Manager.open(path, SegmentOptions.defaults())) {
            final Shared shared = Shared.in(manager);
            for (int kill = 0; kill < KILLS; kill++) {
                try (Jvm writer = Jvm.fork(Writer.class, path.toString())) {
                    writer.expect("ready");
                    final long begun = shared.before.get();
                    final int most = 10_000 + 1_111 * kill;
                    Eventually.holds("it writes", () -> shared.before.get() > begun + most);
                    writer.kill();
                    writer.waitForExit();
                    shared.assertWhole();
                }
            }
        }
    }
}
