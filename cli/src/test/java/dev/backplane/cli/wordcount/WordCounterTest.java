package dev.backplane.cli.wordcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WordCounterTest {
    private static final String[] PIECES = {
        "a",
        "Z",
        "word",
        "LongerThanEight",
        "0",
        "42",
        " ",
        " ",
        "\n",
        "-",
        "'",
        ".",
        "ß",
        "É",
        "é",
        "ά",
        "Σ",
        "ς",
        "ΟΔΟΣ",
        "Σ’",
        "İ",
        "I",
        "ı",
        "ǅ",
        "漢",
        "字",
        "ಕನ್ನಡ",
        "हिन्दी",
        "العربية",
        "עברית",
        "٣",
        "Ⅷ",
        "ⅷ",
        "𐐀",
        "𝟘",
        "😀",
        "\u0301",
        "\u00AD",
        "\u200D",
        "\uFEFF",
        "\u0345",
        "ª",
        "ﬁ",
        "ẞ"
    };

    private static final byte[][] MALFORMED = {
        {(byte) 0x80},
        {(byte) 0xC3},
        {(byte) 0xC0, (byte) 0xAF},
        {(byte) 0xE2, (byte) 0x82},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xF0, (byte) 0x9F, (byte) 0x98},
        {(byte) 0xFF},
        {0},
        {(byte) 0xE0, (byte) 0x80, (byte) 0x80}
    };

    private static byte[] text(Random random, int pieces) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < pieces; i++) {
            bytes.writeBytes(
                    random.nextInt(20) == 0
                            ? MALFORMED[random.nextInt(MALFORMED.length)]
                            : PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static Map<String, Long> count(byte[] bytes, List<Slice> slices, int heapLimit) {
        final MemorySegment text = MemorySegment.ofArray(bytes);
        final WordCounts all = new WordCounts();
        final WordCounter counter =
                new WordCounter(heapLimit, counts -> all.merge(MemorySegment.ofArray(counts.encode())));
        slices.forEach(slice -> counter.count(0, text, slice));
        counter.drain();
        final Ranking ranking = all.top(Long.MAX_VALUE, List.of(text));
        final Map<String, Long> found = new HashMap<>();
        final List<String> lines = new ArrayList<>();
        for (int rank = 0; rank < ranking.size(); rank++) {
            final String word = word(ranking, rank);
            found.put(word, ranking.count(rank));
            lines.add(ranking.count(rank) + "\t" + word);
        }
        assertEquals(NaiveCount.lines(found), lines, "by count, then by code points");
        return found;
    }

    private static String word(Ranking ranking, int rank) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ranking.write(rank, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<Slice> whole(byte[] bytes) {
        return List.of(new Slice(0, bytes.length));
    }

    private static List<Slice> cut(Random random, int length) {
        final int[] cuts =
                random.ints(random.nextInt(12), 0, length + 1).sorted().toArray();
        final List<Slice> slices = new ArrayList<>();
        long start = 0;
        for (int cut : cuts) {
            slices.add(new Slice(start, cut));
            start = cut;
        }
        slices.add(new Slice(start, length));
        Collections.shuffle(slices, random);
        return slices;
    }

    @Test
    void agreesWithTheDefinitionWhereverSlicesBegin() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int round = 0; round < 5_000; round++) {
            final byte[] bytes = text(random, random.nextInt(40));
            final List<Slice> slices = cut(random, bytes.length);
            assertEquals(
                    NaiveCount.of(bytes),
                    count(bytes, slices, WordCounter.SMALLEST_HEAP_LIMIT_BYTES),
                    () -> seed + ": " + slices + " of " + Arrays.toString(bytes));
        }
    }

    @Test
    void agreesWithTheDefinitionOnRandomBytes() {
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int round = 0; round < 3_000; round++) {
            final byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertEquals(
                    NaiveCount.of(bytes),
                    count(bytes, cut(random, bytes.length), WordCounter.SMALLEST_HEAP_LIMIT_BYTES),
                    () -> seed + ": " + Arrays.toString(bytes));
        }
    }

    @Test
    void everyCharacterCountsAsDefined() {
        final StringBuilder all = new StringBuilder();
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                all.append(' ')
                        .appendCodePoint(codePoint)
                        .append(" x")
                        .appendCodePoint(codePoint)
                        .append('Y');
            }
        }
        final byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        assertEquals(NaiveCount.of(bytes), count(bytes, whole(bytes), WordCounter.DEFAULT_HEAP_LIMIT_BYTES));
    }

    @Test
    void moreWordsThanTheHeapLimitHoldsAreDrainedInParts() {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            words.append("w").append(i % 150_000).append(' ');
        }
        final byte[] bytes = words.toString().getBytes(StandardCharsets.UTF_8);
        final List<Integer> parts = new ArrayList<>();
        final WordCounter counter =
                new WordCounter(WordCounter.SMALLEST_HEAP_LIMIT_BYTES, counts -> parts.add((int) counts.distinct()));
        counter.count(0, MemorySegment.ofArray(bytes), new Slice(0, bytes.length));
        counter.drain();
        assertTrue(parts.size() > 1, "drained " + parts);
        assertEquals(NaiveCount.of(bytes), count(bytes, whole(bytes), WordCounter.SMALLEST_HEAP_LIMIT_BYTES));
    }

    @Test
    void wordsLongerThanAnyBufferCountOnce() {
        final String longWord = "Äb9".repeat(100_000);
        final byte[] bytes = (longWord + " " + longWord + ", " + longWord + "c x").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                NaiveCount.of(bytes),
                count(bytes, cut(new Random(1), bytes.length), WordCounter.SMALLEST_HEAP_LIMIT_BYTES));
    }

    @Test
    void damagedCountsAreRefused() {
        final byte[] bytes =
                "one two two three three three and a longer word, überlang".getBytes(StandardCharsets.UTF_8);
        final List<byte[]> parts = new ArrayList<>();
        final WordCounter counter = new WordCounter(WordCounter.SMALLEST_HEAP_LIMIT_BYTES, c -> parts.add(c.encode()));
        counter.count(0, MemorySegment.ofArray(bytes), new Slice(0, bytes.length));
        counter.drain();
        final byte[] encoded = parts.getFirst();
        for (int length = 0; length < encoded.length; length++) {
            final MemorySegment cut = MemorySegment.ofArray(Arrays.copyOf(encoded, length));
            assertThrows(IllegalArgumentException.class, () -> WordCounts.decode(cut));
        }
        final Seed seed = Seed.fresh();
        final Random random = seed.random();
        for (int round = 0; round < 20_000; round++) {
            final byte[] damaged = encoded.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                WordCounts.decode(MemorySegment.ofArray(damaged));
            } catch (IllegalArgumentException _) {
                // Refused, as it should be where the damage shows.
            } catch (RuntimeException e) {
                throw new AssertionError(seed.toString(), e);
            }
        }
    }

    @Test
    void slicesOutsideTheFileAreRefused() {
        final WordCounter counter = new WordCounter(WordCounter.SMALLEST_HEAP_LIMIT_BYTES, counts -> {});
        final MemorySegment text = MemorySegment.ofArray(new byte[10]);
        assertThrows(IllegalArgumentException.class, () -> counter.count(0, text, new Slice(5, 11)));
        assertThrows(IllegalArgumentException.class, () -> new Slice(5, 4));
        assertThrows(IllegalArgumentException.class, () -> new WordCounter(1, counts -> {}));
    }

    @Test
    void plansCoverAFileInOrder() {
        for (long length : new long[] {0, 1, 7, 8, 9, 1000, (5L << 30) + 3}) {
            final List<Slice> slices = new SlicePlanner(Math.max(1, length / 7)).plan(length);
            long at = 0;
            for (Slice slice : slices) {
                assertEquals(at, slice.startOffset());
                assertTrue(slice.lengthBytes() > 0);
                at = slice.endOffset();
            }
            assertEquals(length, at);
        }
        assertThrows(IllegalArgumentException.class, () -> new SlicePlanner(0));
    }
}
