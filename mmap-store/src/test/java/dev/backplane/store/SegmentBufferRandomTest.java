package dev.backplane.store;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Long random sequences of operations, each compared with the same done to a little-endian `ByteBuffer`.
class SegmentBufferRandomTest {
    private static final int CAPACITY = 203;
    private static final int STEPS = 60_000;

    /// One operation: does it to both and returns what each returned.
    @FunctionalInterface
    private interface Operation {
        Outcome apply(SegmentBuffer buffer, ByteBuffer model, Random random);
    }

    private record Outcome(String name, Object actual, Object expected) {
        static Outcome of(String name, Object actual, Object expected) {
            return new Outcome(name, actual, expected);
        }

        static Outcome stored(String name) {
            return new Outcome(name, "", "");
        }
    }

    @Test
    void aLongRandomSequenceLeavesWhatItLeavesInTheModel() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<Operation> operations = Stream.of(loads(), stores(), exchanges(), copies(), texts())
                .flatMap(List::stream)
                .toList();
        final ByteBuffer model = ByteBuffer.allocate(CAPACITY).order(LITTLE_ENDIAN);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment segment = arena.allocate(CAPACITY, 8);
            final SegmentBuffer buffer = new SegmentBuffer(segment);
            for (int step = 0; step < STEPS; step++) {
                final String where = "seed " + seed + ", step " + step + ": ";
                final Outcome outcome =
                        operations.get(random.nextInt(operations.size())).apply(buffer, model, random);
                assertEquals(outcome.expected(), outcome.actual(), () -> where + outcome.name());
                assertEquals(-1, segment.mismatch(MemorySegment.ofBuffer(model)), () -> where + outcome.name());
            }
        }
    }

    private static int any(Random random, int size) {
        return random.nextInt(CAPACITY - size + 1);
    }

    private static int aligned(Random random, int size) {
        return any(random, size) / size * size;
    }

    private static ByteOrder order(Random random) {
        return random.nextBoolean() ? LITTLE_ENDIAN : BIG_ENDIAN;
    }

    private static ByteBuffer in(ByteBuffer model, ByteOrder order) {
        return model.duplicate().order(order);
    }

    private static List<Operation> loads() {
        return List.of(
                (b, m, r) -> {
                    final int i = any(r, 8);
                    final ByteOrder o = order(r);
                    final ByteBuffer in = in(m, o);
                    return Outcome.of(
                            "loads in " + o + " at " + i,
                            List.of(
                                    b.getShort(i, o),
                                    b.getChar(i, o),
                                    b.getInt(i, o),
                                    b.getFloat(i, o),
                                    b.getLong(i, o),
                                    b.getDouble(i, o)),
                            List.of(
                                    in.getShort(i),
                                    in.getChar(i),
                                    in.getInt(i),
                                    in.getFloat(i),
                                    in.getLong(i),
                                    in.getDouble(i)));
                },
                (b, m, r) -> {
                    final int i = any(r, 8);
                    return Outcome.of(
                            "plain loads at " + i,
                            List.of(
                                    b.getByte(i),
                                    b.getShort(i),
                                    b.getChar(i),
                                    b.getInt(i),
                                    b.getFloat(i),
                                    b.getLong(i),
                                    b.getDouble(i)),
                            List.of(
                                    m.get(i),
                                    m.getShort(i),
                                    m.getChar(i),
                                    m.getInt(i),
                                    m.getFloat(i),
                                    m.getLong(i),
                                    m.getDouble(i)));
                },
                (b, m, r) -> {
                    final int i = aligned(r, 8);
                    final long expected = m.getLong(i);
                    return Outcome.of(
                            "atomic long loads at " + i,
                            List.of(b.getLongOpaque(i), b.getLongAcquire(i), b.getLongVolatile(i)),
                            List.of(expected, expected, expected));
                },
                (b, m, r) -> {
                    final int i = aligned(r, 4);
                    final int expected = m.getInt(i);
                    return Outcome.of(
                            "atomic small loads at " + i,
                            List.of(
                                    b.getIntOpaque(i),
                                    b.getIntAcquire(i),
                                    b.getIntVolatile(i),
                                    b.getShortVolatile(i),
                                    b.getCharVolatile(i),
                                    b.getByteVolatile(i)),
                            List.of(expected, expected, expected, m.getShort(i), m.getChar(i), m.get(i)));
                });
    }

    private static List<Operation> stores() {
        return List.of(
                (b, m, r) -> {
                    final int i = any(r, 29);
                    final long value = r.nextLong();
                    b.putByte(i, (byte) value);
                    b.putShort(i + 1, (short) value);
                    b.putChar(i + 3, (char) value);
                    b.putInt(i + 5, (int) value);
                    b.putFloat(i + 9, (float) value);
                    b.putLong(i + 13, value);
                    b.putDouble(i + 21, (double) value);
                    m.put(i, (byte) value).putShort(i + 1, (short) value).putChar(i + 3, (char) value);
                    m.putInt(i + 5, (int) value).putFloat(i + 9, (float) value);
                    m.putLong(i + 13, value).putDouble(i + 21, (double) value);
                    return Outcome.stored("plain stores at " + i);
                },
                (b, m, r) -> {
                    final int i = any(r, 28);
                    final long value = r.nextLong();
                    final ByteOrder o = order(r);
                    b.putShort(i, (short) value, o);
                    b.putChar(i + 2, (char) value, o);
                    b.putInt(i + 4, (int) value, o);
                    b.putFloat(i + 8, (float) value, o);
                    b.putLong(i + 12, value, o);
                    b.putDouble(i + 20, (double) value, o);
                    in(m, o).putShort(i, (short) value)
                            .putChar(i + 2, (char) value)
                            .putInt(i + 4, (int) value);
                    in(m, o).putFloat(i + 8, (float) value)
                            .putLong(i + 12, value)
                            .putDouble(i + 20, (double) value);
                    return Outcome.stored("stores in " + o + " at " + i);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 8);
                    final long value = r.nextLong();
                    switch (r.nextInt(4)) {
                        case 0 -> b.putLongOpaque(i, value);
                        case 1 -> b.putLongRelease(i, value);
                        case 2 -> b.putLongOrdered(i, value);
                        default -> b.putLongVolatile(i, value);
                    }
                    m.putLong(i, value);
                    return Outcome.stored("atomic long store at " + i);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 4);
                    final int value = r.nextInt();
                    switch (r.nextInt(4)) {
                        case 0 -> b.putIntOpaque(i, value);
                        case 1 -> b.putIntRelease(i, value);
                        case 2 -> b.putIntOrdered(i, value);
                        default -> b.putIntVolatile(i, value);
                    }
                    m.putInt(i, value);
                    return Outcome.stored("atomic int store at " + i);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 2);
                    final int value = r.nextInt();
                    switch (r.nextInt(3)) {
                        case 0 -> {
                            b.putShortVolatile(i, (short) value);
                            m.putShort(i, (short) value);
                        }
                        case 1 -> {
                            b.putCharVolatile(i, (char) value);
                            m.putChar(i, (char) value);
                        }
                        default -> {
                            b.putByteVolatile(i, (byte) value);
                            m.put(i, (byte) value);
                        }
                    }
                    return Outcome.stored("volatile small store at " + i);
                });
    }

    private static List<Operation> exchanges() {
        return List.of(
                (b, m, r) -> {
                    final int i = aligned(r, 8);
                    final long before = m.getLong(i);
                    final long delta = r.nextLong();
                    m.putLong(i, before + delta);
                    final long actual = switch (r.nextInt(4)) {
                        case 0 -> b.addLongOpaque(i, delta);
                        case 1 -> b.addLongRelease(i, delta);
                        case 2 -> b.addLongOrdered(i, delta);
                        default -> b.getAndAddLong(i, delta);
                    };
                    return Outcome.of("long addition at " + i, actual, before);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 4);
                    final int before = m.getInt(i);
                    final int delta = r.nextInt();
                    m.putInt(i, before + delta);
                    final int actual = switch (r.nextInt(4)) {
                        case 0 -> b.addIntOpaque(i, delta);
                        case 1 -> b.addIntRelease(i, delta);
                        case 2 -> b.addIntOrdered(i, delta);
                        default -> b.getAndAddInt(i, delta);
                    };
                    return Outcome.of("int addition at " + i, actual, before);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 8);
                    final long before = m.getLong(i);
                    final boolean hit = r.nextBoolean();
                    final long expected = hit ? before : before ^ 1L << r.nextInt(64);
                    final long update = r.nextLong();
                    if (hit) {
                        m.putLong(i, update);
                    }
                    return r.nextBoolean()
                            ? Outcome.of("long CAS at " + i, b.compareAndSetLong(i, expected, update), hit)
                            : Outcome.of(
                                    "long exchange at " + i, b.compareAndExchangeLong(i, expected, update), before);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 4);
                    final int before = m.getInt(i);
                    final boolean hit = r.nextBoolean();
                    final int expected = hit ? before : before ^ 1 << r.nextInt(32);
                    final int update = r.nextInt();
                    if (hit) {
                        m.putInt(i, update);
                    }
                    return r.nextBoolean()
                            ? Outcome.of("int CAS at " + i, b.compareAndSetInt(i, expected, update), hit)
                            : Outcome.of("int exchange at " + i, b.compareAndExchangeInt(i, expected, update), before);
                },
                (b, m, r) -> {
                    final int i = aligned(r, 8);
                    final long value = r.nextLong();
                    final List<Object> before = List.of(m.getLong(i), (int) value);
                    m.putLong(i, value).putInt(i, 5);
                    return Outcome.of(
                            "getAndSet at " + i, List.of(b.getAndSetLong(i, value), b.getAndSetInt(i, 5)), before);
                });
    }

    private static List<Operation> copies() {
        return List.of(
                (b, m, r) -> {
                    final int length = r.nextInt(CAPACITY);
                    final int i = any(r, length);
                    final byte value = (byte) r.nextInt();
                    b.setMemory(i, length, value);
                    for (int k = i; k < i + length; k++) {
                        m.put(k, value);
                    }
                    return Outcome.stored("setMemory at " + i + " of " + length);
                },
                (b, m, r) -> {
                    final byte[] bytes = new byte[r.nextInt(CAPACITY)];
                    r.nextBytes(bytes);
                    final int offset = r.nextInt(bytes.length + 1);
                    final int length = bytes.length - offset;
                    final int i = any(r, length);
                    switch (r.nextInt(3)) {
                        case 0 -> b.putBytes(i, bytes, offset, length);
                        case 1 -> b.putBytes(i, ByteBuffer.wrap(bytes), offset, length);
                        default -> b.putBytes(i, ByteBuffer.wrap(bytes).position(offset), length);
                    }
                    m.put(i, bytes, offset, length);
                    return Outcome.stored("putBytes at " + i + " of " + length);
                },
                (b, m, r) -> {
                    final int length = r.nextInt(CAPACITY);
                    final int i = any(r, length);
                    final byte[] actual = new byte[length];
                    final byte[] expected = new byte[length];
                    switch (r.nextInt(3)) {
                        case 0 -> b.getBytes(i, actual);
                        case 1 -> b.getBytes(i, ByteBuffer.wrap(actual), 0, length);
                        default -> b.getBytes(i, ByteBuffer.wrap(actual), length);
                    }
                    m.get(i, expected);
                    return Outcome.of("getBytes at " + i, ByteBuffer.wrap(actual), ByteBuffer.wrap(expected));
                },
                (b, m, r) -> {
                    final int length = r.nextInt(CAPACITY);
                    final int from = any(r, length);
                    final int to = any(r, length);
                    if (r.nextBoolean()) {
                        b.putBytes(to, b, from, length);
                    } else {
                        b.getBytes(from, b, to, length);
                    }
                    final byte[] moved = new byte[length];
                    m.get(from, moved);
                    m.put(to, moved);
                    return Outcome.stored("move of " + length + " from " + from + " to " + to);
                });
    }

    private static List<Operation> texts() {
        return List.of(
                (b, m, r) -> {
                    final String text = text(r, 0x80);
                    final ByteOrder o = order(r);
                    final int i = any(r, 4 + text.length());
                    final int taken = b.putStringAscii(i, text, o);
                    in(m, o).putInt(i, text.length());
                    m.put(i + 4, text.getBytes(US_ASCII));
                    return Outcome.of(
                            "ASCII at " + i, List.of(taken, b.getStringAscii(i, o)), List.of(4 + text.length(), text));
                },
                (b, m, r) -> {
                    final String text = text(r, 0xd800);
                    final byte[] bytes = text.getBytes(UTF_8);
                    final ByteOrder o = order(r);
                    final int i = any(r, 4 + bytes.length);
                    final int taken = b.putStringUtf8(i, text, o);
                    in(m, o).putInt(i, bytes.length);
                    m.put(i + 4, bytes);
                    return Outcome.of(
                            "UTF-8 at " + i, List.of(taken, b.getStringUtf8(i, o)), List.of(4 + bytes.length, text));
                },
                (b, m, r) -> {
                    final long value = r.nextLong() >> r.nextInt(64);
                    final byte[] digits = Long.toString(value).getBytes(US_ASCII);
                    final int i = any(r, digits.length);
                    final int taken = b.putLongAscii(i, value);
                    m.put(i, digits);
                    return Outcome.of(
                            "number at " + i,
                            List.of(taken, b.parseLongAscii(i, taken)),
                            List.of(digits.length, value));
                },
                (b, m, r) -> {
                    final int value = r.nextInt() >>> (1 + r.nextInt(31));
                    final byte[] digits = Integer.toString(value).getBytes(US_ASCII);
                    final int i = any(r, digits.length);
                    final int start = b.putNaturalIntAsciiFromEnd(value, i + digits.length);
                    m.put(i, digits);
                    return Outcome.of(
                            "number ending at " + (i + digits.length),
                            List.of(start, b.parseNaturalIntAscii(start, digits.length)),
                            List.of(i, value));
                });
    }

    private static String text(Random random, int bound) {
        return random.ints(random.nextInt(40), 0, bound)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
