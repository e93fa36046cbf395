package dev.backplane.codec;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.backplane.codec.Samples.Flags;
import dev.backplane.codec.Samples.Order;
import dev.backplane.codec.Samples.Side;
import dev.backplane.store.testing.Seed;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Bytes that nobody encoded: whatever they are, a decoder returns a value or throws [CodecException], and takes
/// memory in proportion to what it was given.
@NullUnmarked
final class HostileBytesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Class descriptions, exceptions with their traces and messages take some room whatever the input.
    private static final long MOST_BYTES = 4L << 20;

    private static Stream<Codec<?>> codecs() {
        return Stream.of(
                        Boolean.class,
                        Byte.class,
                        Short.class,
                        Character.class,
                        Integer.class,
                        Long.class,
                        Float.class,
                        Double.class,
                        String.class,
                        byte[].class,
                        Side.class,
                        Order.class,
                        Flags.class)
                .map(Codecs::of);
    }

    private static Stream<Codec<?>> allCodecs() {
        return Stream.concat(
                codecs(), Stream.of(Codecs.tagged(Samples.POLICY), Codecs.java(Object.class, Samples.POLICY)));
    }

    private static void decode(Codec<?> codec, byte[] bytes, Seed seed) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            codec.fromBytes(bytes);
        } catch (CodecException _) {
            // Refused, as most random bytes must be.
        } catch (Throwable e) {
            throw new AssertionError(seed + ", " + codec.name() + ": " + Arrays.toString(bytes), e);
        }
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated < MOST_BYTES,
                () -> seed + ", " + codec.name() + " allocated " + allocated + " bytes for " + Arrays.toString(bytes));
    }

    @Test
    void randomBytesGiveAValueOrACodecException() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (Codec<?> codec : allCodecs().toList()) {
            for (int round = 0; round < 3_000; round++) {
                final byte[] bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
                // Small numbers are tags and counts that make sense more often.
                if (random.nextBoolean()) {
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) (bytes[i] & 31);
                    }
                }
                decode(codec, bytes, seed);
            }
        }
    }

    @Test
    void damagedSerializedObjectsGiveAValueOrACodecException() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        final Codec<Object> codec = Codecs.java(Object.class, Samples.POLICY);
        final List<byte[]> originals = new ArrayList<>();
        for (Object value : List.of(
                new ArrayList<>(List.of("a", 2, List.of(3.0))),
                Map.of("k", new int[] {1, 2, 3}),
                java.time.Instant.EPOCH,
                new java.math.BigDecimal("1.50"))) {
            originals.add(codec.toBytes(value));
        }
        for (int round = 0; round < 10_000; round++) {
            final byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            decode(codec, random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes, seed);
        }
    }

    /// Each level claims to hold as many elements as bytes are left: what is reserved for them must not add up to
    /// the square of the input.
    @Test
    void countsThatLieAtEveryLevelDoNotAddUp() {
        for (int tag : new int[] {Tag.ARRAY_LIST, Tag.HASH_SET, Tag.ARRAY_DEQUE, Tag.HASH_MAP}) {
            final int length = 100_000;
            final CodecOutput out = CodecOutput.growing(length);
            for (int level = 0; level < 60; level++) {
                out.putByte(tag);
                out.putVarint((length - out.position() - 8) / 2);
            }
            while (out.position() < length) {
                out.putByte(Tag.NULL);
            }
            final Codec<Object> codec = Codecs.tagged(Samples.POLICY);
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            assertThrows(CodecException.class, () -> codec.fromBytes(out.toByteArray()));
            final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 100L * length, () -> "tag " + tag + " took " + allocated + " bytes");
        }
    }
}
