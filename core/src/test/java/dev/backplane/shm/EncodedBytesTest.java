package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The hash by which maps find keys.
class EncodedBytesTest {
    private static final int KEYS = 100_000;
    private static final int BUCKETS = 1 << 18;
    private static final int LONGEST_CHAIN = 10;

    @FunctionalInterface
    interface Keys {
        /// The two words of a key.
        long[] of(long i);
    }

    record Set(String name, int bytes, Keys keys) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Set> regularKeys() {
        return Stream.of(
                new Set("numbers", 8, i -> words(i, 0)),
                new Set("multiples of 64", 8, i -> words(i << 6, 0)),
                new Set("upper halves", 8, i -> words(i << 32, 0)),
                new Set("highest bytes", 8, i -> words(i << 40, 0)),
                new Set("big-endian numbers", 8, i -> words(Long.reverseBytes(i), 0)),
                new Set("whole doubles", 8, i -> words(Double.doubleToLongBits((double) i), 0)),
                new Set("pairs, second 0", 16, i -> words(i, 0)),
                new Set("pairs, first 0", 16, i -> words(0, i)),
                new Set("pairs, first 0, second high", 16, i -> words(0, i << 40)),
                new Set("twins", 16, i -> words(i, i)),
                new Set("opposites", 16, i -> words(i, -i)),
                new Set("places in a grid", 16, i -> words(i % 300, i / 300)),
                new Set("text", 16, EncodedBytesTest::text));
    }

    private static long[] words(long first, long second) {
        return new long[] {first, second};
    }

    private static long[] text(long i) {
        final ByteBuffer bytes = ByteBuffer.wrap(
                        String.format(Locale.ROOT, "%016d", i).getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN);
        return words(bytes.getLong(), bytes.getLong());
    }

    @ParameterizedTest
    @MethodSource("regularKeys")
    void regularKeysSpreadOverTheLowestBits(Set set) {
        final int[] chains = new int[BUCKETS];
        int longest = 0;
        for (long i = 0; i < KEYS; i++) {
            final long[] key = set.keys().of(i);
            final long hash = EncodedBytes.hash(EncodedBytes.hashOf(set.bytes()), key[0], key[1]);
            longest = Math.max(longest, ++chains[(int) hash & BUCKETS - 1]);
        }
        assertTrue(longest <= LONGEST_CHAIN, set + ": " + longest);
    }

    @ParameterizedTest
    @MethodSource("regularKeys")
    void bytesAndWordsHaveOneHash(Set set) {
        for (long i = 0; i < 100; i++) {
            final long[] key = set.keys().of(i);
            final ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(key[0]).putLong(key[1]);
            final byte[] ofKey = new byte[set.bytes()];
            bytes.get(0, ofKey);
            final EncodedBytes encoded = new EncodedBytes(16);
            encoded.copyFrom(ofKey);
            assertEquals(encoded.hash(), EncodedBytes.hash(EncodedBytes.hashOf(set.bytes()), key[0], key[1]));
        }
    }
}
