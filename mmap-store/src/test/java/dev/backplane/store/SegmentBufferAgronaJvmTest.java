package dev.backplane.store;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/// [SegmentBuffer] and Agrona's own `UnsafeBuffer` do the same: strings, numbers, comparison, copies between
/// the two, and which exceptions they throw. In a JVM of its own, because `UnsafeBuffer` needs a flag.
class SegmentBufferAgronaJvmTest {

    @Test
    @DisabledIf("bigEndian")
    void theTwoAgree(@TempDir Path directory) throws IOException, InterruptedException {
        final String seed = Long.toString(Long.getLong("seed", System.nanoTime()));
        final FreshJvm jvm = FreshJvm.run(
                directory, List.of("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"), CompareMain.class, seed);
        assertEquals("agreed" + System.lineSeparator(), jvm.out(), () -> "seed " + seed + ": " + jvm.err());
    }

    static boolean bigEndian() {
        return ByteOrder.nativeOrder() == BIG_ENDIAN; // There UnsafeBuffer's values are, and ours are not.
    }

    /// What the other JVM runs.
    static final class CompareMain {
        private static final int CAPACITY = 93;
        private static final int STEPS = 100_000;

        /// One operation on either buffer: equal random numbers make it the same operation.
        @FunctionalInterface
        private interface Operation {
            Object apply(AtomicBuffer buffer, Random random);
        }

        private CompareMain() {}

        public static void main(String[] arguments) {
            final long seed = Long.parseLong(arguments[0]);
            try (Arena arena = Arena.ofConfined()) {
                final SegmentBuffer ours = new SegmentBuffer(arena.allocate(CAPACITY, 8));
                final MemorySegment theirMemory = arena.allocate(CAPACITY, 8);
                compare(ours, new UnsafeBuffer(theirMemory.address(), CAPACITY), theirMemory, new Random(seed));
                copyBothWays(ours, arena);
            }
            System.out.println("agreed");
        }

        private static void compare(SegmentBuffer ours, UnsafeBuffer theirs, MemorySegment theirMemory, Random random) {
            final List<Operation> operations = Stream.of(bytes(), strings(), numbers(), parses())
                    .flatMap(List::stream)
                    .toList();
            for (int step = 0; step < STEPS; step++) {
                final int chosen = random.nextInt(operations.size());
                final long choices = random.nextLong();
                final Object our = outcome(operations.get(chosen), ours, choices);
                final Object their = outcome(operations.get(chosen), theirs, choices);
                final String where = "step " + step + ", operation " + chosen + ", choices " + choices;
                require(our.equals(their), where + ": " + our + " but UnsafeBuffer " + their);
                if (their instanceof Class<?>) { // Theirs may have written half before it threw.
                    theirMemory.copyFrom(ours.segment());
                }
                require(ours.segment().mismatch(theirMemory) == -1, where + ": bytes differ");
                require(ours.hashCode() == theirs.hashCode(), where + ": hashes differ");
                require(ours.compareTo(theirs) == 0, where + ": not equal by compareTo");
            }
        }

        private static Object outcome(Operation operation, AtomicBuffer buffer, long choices) {
            try {
                return operation.apply(buffer, new Random(choices));
            } catch (RuntimeException e) {
                return e.getClass();
            }
        }

        private static void require(boolean condition, String message) {
            if (!condition) {
                throw new AssertionError(message);
            }
        }

        private static int index(Random random) {
            return random.nextInt(CAPACITY + 8);
        }

        private static int length(Random random) {
            return random.nextInt(34) - 1;
        }

        private static ByteOrder order(Random random) {
            return random.nextBoolean() ? LITTLE_ENDIAN : BIG_ENDIAN;
        }

        private static String text(Random random) {
            return random.ints(Math.max(0, length(random)), 0, random.nextBoolean() ? 0x100 : 0x11000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private static List<Operation> bytes() {
            return List.of(
                    (b, r) -> done(() -> b.setMemory(index(r), length(r), (byte) r.nextInt())),
                    (b, r) -> done(() -> b.putBytes(index(r), new byte[] {1, -2, 3}, r.nextInt(4), r.nextInt(4))),
                    (b, r) -> done(() -> b.boundsCheck(index(r) - 4, length(r))),
                    (b, r) -> done(() -> b.checkLimit(index(r))),
                    (b, r) -> done(() -> b.putLong(index(r), r.nextLong(), order(r))),
                    (b, r) -> done(() -> b.putChar(index(r), (char) r.nextInt(), order(r))),
                    (b, r) -> done(() -> b.putDouble(index(r), r.nextDouble(), order(r))),
                    (b, r) -> b.getLong(index(r), order(r)),
                    (b, r) -> b.getShort(index(r), order(r)),
                    (b, r) -> b.getFloat(index(r)),
                    (b, r) -> {
                        final byte[] bytes = new byte[CAPACITY];
                        r.nextBytes(bytes);
                        b.getBytes(0, bytes, 0, r.nextInt(CAPACITY));
                        return Integer.signum(b.compareTo(new UnsafeBuffer(bytes, 0, r.nextInt(CAPACITY))));
                    });
        }

        private static Object done(Runnable operation) {
            operation.run();
            return "done";
        }

        private static List<Operation> strings() {
            return List.of(
                    (b, r) -> b.putStringAscii(index(r), text(r)),
                    (b, r) -> b.putStringAscii(index(r), text(r), order(r)),
                    (b, r) -> b.putStringWithoutLengthAscii(index(r), text(r)),
                    (b, r) -> b.putStringWithoutLengthAscii(index(r), text(r), r.nextInt(10), length(r)),
                    (b, r) -> b.putStringUtf8(index(r), text(r), order(r)),
                    (b, r) -> b.putStringUtf8(index(r), text(r), order(r), r.nextInt(40)),
                    (b, r) -> b.putStringWithoutLengthUtf8(index(r), text(r)),
                    (b, r) -> b.putStringAscii(index(r), (String) null, order(r)),
                    (b, r) -> b.putStringUtf8(index(r), nothing(), order(r)),
                    (b, r) -> b.getStringAscii(index(r), order(r)),
                    (b, r) -> b.getStringAscii(index(r), length(r)),
                    (b, r) -> b.getStringWithoutLengthAscii(index(r), length(r)),
                    (b, r) -> b.getStringUtf8(index(r)),
                    (b, r) -> b.getStringUtf8(index(r), order(r)),
                    (b, r) -> b.getStringWithoutLengthUtf8(index(r), length(r)),
                    (b, r) -> {
                        final StringBuilder appended = new StringBuilder();
                        final int count = b.getStringWithoutLengthAscii(index(r), length(r), appended);
                        return count + ":" + appended;
                    },
                    (b, r) -> {
                        final int index = index(r);
                        b.putInt(index, length(r));
                        final StringBuilder appended = new StringBuilder();
                        return b.getStringAscii(index, appended) + ":" + appended + ":" + b.getStringUtf8(index);
                    });
        }

        @SuppressWarnings("NullAway") // Agrona's interface takes null without saying so.
        private static String nothing() {
            return null;
        }

        private static List<Operation> numbers() {
            return List.of(
                    (b, r) -> b.putIntAscii(index(r), (int) number(r)),
                    (b, r) -> b.putLongAscii(index(r), number(r)),
                    (b, r) -> b.putNaturalIntAscii(index(r), (int) number(r) & Integer.MAX_VALUE),
                    (b, r) -> b.putNaturalLongAscii(index(r), number(r) & Long.MAX_VALUE),
                    (b, r) -> b.putNaturalIntAsciiFromEnd(1 + (int) (number(r) & 0x3fffffff), index(r)),
                    (b, r) -> done(() ->
                            b.putNaturalPaddedIntAscii(index(r), r.nextInt(13), (int) number(r) & Integer.MAX_VALUE)));
        }

        private static long number(Random random) {
            return switch (random.nextInt(8)) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Integer.MIN_VALUE;
                case 2 -> Integer.MAX_VALUE + (long) random.nextInt(3);
                case 3 -> Long.MAX_VALUE;
                default -> random.nextLong() >> random.nextInt(64);
            };
        }

        private static List<Operation> parses() {
            return List.of(
                    (b, r) -> b.parseIntAscii(index(r), length(r)),
                    (b, r) -> b.parseNaturalIntAscii(index(r), length(r)),
                    (b, r) -> b.parseLongAscii(index(r), length(r)),
                    (b, r) -> b.parseNaturalLongAscii(index(r), length(r)),
                    (b, r) -> b.parseIntAscii(7, written(b, r)),
                    (b, r) -> b.parseNaturalIntAscii(7, written(b, r)),
                    (b, r) -> b.parseLongAscii(7, written(b, r)),
                    (b, r) -> b.parseNaturalLongAscii(7, written(b, r)));
        }

        /// Writes what may be a number at 7, sometimes with a wrong byte or leading zeros in it; returns its
        /// length.
        private static int written(AtomicBuffer buffer, Random random) {
            final String zeros = "0".repeat(random.nextInt(4) == 0 ? random.nextInt(12) : 0);
            final int length = buffer.putStringWithoutLengthAscii(7, zeros + number(random));
            if (random.nextInt(4) == 0) {
                buffer.putByte(7 + random.nextInt(length), (byte) random.nextInt());
            }
            return length;
        }

        /// Between ours and every kind of buffer that Agrona has.
        private static void copyBothWays(SegmentBuffer ours, Arena arena) {
            final ByteBuffer heap = ByteBuffer.allocate(CAPACITY + 9);
            final ByteBuffer direct = ByteBuffer.allocateDirect(CAPACITY + 9);
            final UnsafeBuffer direct7 = new UnsafeBuffer(direct, 7, CAPACITY);
            for (final MutableDirectBuffer theirs : List.of(
                    new UnsafeBuffer(new byte[CAPACITY]),
                    new UnsafeBuffer(new byte[CAPACITY + 9], 3, CAPACITY),
                    new UnsafeBuffer(heap.position(4).slice()),
                    new UnsafeBuffer(heap, 5, CAPACITY),
                    new UnsafeBuffer(direct.position(6).slice()),
                    new UnsafeBuffer(direct.clear(), 7, CAPACITY),
                    new UnsafeBuffer(direct7, 1, CAPACITY - 1),
                    new UnsafeBuffer(arena.allocate(CAPACITY).address(), CAPACITY),
                    new UnsafeBuffer(ours),
                    new ExpandableArrayBuffer(8),
                    new ExpandableDirectByteBuffer(8))) {
                for (int i = 0; i < CAPACITY; i++) {
                    ours.putByte(i, (byte) (i * 7));
                }
                ours.getBytes(11, theirs, 13, 57);
                for (int i = 0; i < 57; i++) {
                    require(theirs.getByte(13 + i) == (byte) ((11 + i) * 7), i + " read into " + theirs);
                }
                ours.putBytes(31, theirs, 14, 52);
                for (int i = 0; i < 52; i++) {
                    require(ours.getByte(31 + i) == (byte) ((12 + i) * 7), i + " written from " + theirs);
                }
            }
        }
    }
}
