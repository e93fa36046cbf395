package dev.backplane.store.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.store.testing.LayoutText;
import dev.backplane.store.testing.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The bytes of an entry: fixed, and believed only as far as they are checked.
final class EntryLayoutTest {
    private static final Path JOURNAL = Path.of("/data/journal");
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123456Z");

    @Test
    void bytesAreAsRecorded() {
        assertEquals("""
                ENTRY 16 bytes
                     0     4 1%i4(crc32c)
                     4     4 1%i4(lengthBytes)
                     8     8 1%j8(appendedMicros)
                """, LayoutText.of("ENTRY", EntryLayout.LAYOUT));
        final byte[] record = EntryLayout.encode("abc".getBytes(UTF_8), TIME);
        assertEquals("03000000", HexFormat.of().formatHex(record, 4, 8));
        assertEquals("616263", HexFormat.of().formatHex(record, 16, 19));
        assertEquals(19, record.length);
    }

    @Test
    void whatIsWrittenIsReadEvenIfTheQueuePadsIt() {
        final byte[] record = EntryLayout.encode("abc".getBytes(UTF_8), TIME);
        for (int padding = 0; padding < 2; padding++) { // Up to the multiple of 4 where the next excerpt begins.
            final JournalEntry entry = EntryLayout.decode(7, Arrays.copyOf(record, record.length + padding), JOURNAL);
            assertEquals(7, entry.index());
            assertEquals(TIME, entry.time());
            assertArrayEquals("abc".getBytes(UTF_8), entry.bytes());
        }
    }

    @Test
    void moreBytesThanTheEntryNeedsAreTold() {
        for (String text : List.of("", "a", "ab", "abc", "abcd")) {
            final byte[] record = EntryLayout.encode(text.getBytes(UTF_8), TIME);
            final int most = record.length + 3 & ~3;
            EntryLayout.decode(7, Arrays.copyOf(record, most), JOURNAL);
            for (int length = most + 1; length < most + 9; length++) {
                final byte[] longer = Arrays.copyOf(record, length);
                Refusal.of(
                        JournalException.class,
                        () -> EntryLayout.decode(7, longer, JOURNAL),
                        "entry 7",
                        "those after it may be missing",
                        "from index 8");
            }
        }
    }

    @Test
    void recordsLongerThanAnyAreToldBeforeTheyAreMade() {
        final int longest = EntryLayout.PAYLOAD + Journal.LARGEST_ENTRY;
        assertEquals(longest, EntryLayout.lengthOf(7, longest, JOURNAL));
        for (long bytes : new long[] {longest + 1L, Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE}) {
            Refusal.of(
                    JournalException.class,
                    () -> EntryLayout.lengthOf(7, bytes, JOURNAL),
                    "entry 7",
                    bytes + " bytes",
                    "from index 8");
        }
    }

    @Test
    void everyChangedBitIsToldAndNeverBelieved() {
        final byte[] record = EntryLayout.encode("abc".getBytes(UTF_8), TIME);
        for (int bit = 0; bit < 8 * record.length; bit++) {
            final byte[] changed = record.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Refusal.of(
                    JournalException.class,
                    () -> EntryLayout.decode(7, changed, JOURNAL),
                    "entry 7 of /data/journal is damaged",
                    "from index 8");
        }
        for (int length = 0; length < record.length; length++) {
            final byte[] cut = Arrays.copyOf(record, length);
            Refusal.of(JournalException.class, () -> EntryLayout.decode(7, cut, JOURNAL), "damaged");
        }
    }
}
