package dev.backplane.store;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.store.testing.LayoutText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A byte of the segment's own structures cannot move unnoticed: whoever changes one changes the recorded file,
/// [SegmentLayout#VERSION], docs/LAYOUT.md and the changelog with it.
final class LayoutGoldenTest {
    @Test
    void layoutsAreAsRecorded() throws IOException {
        final String found = "version " + SegmentLayout.VERSION + "\n"
                + LayoutText.of("HEADER", SegmentLayout.LAYOUT)
                + LayoutText.of("PARTICIPANT", ParticipantLayout.LAYOUT)
                + LayoutText.of("CATALOG ENTRY", CatalogLayout.LAYOUT);
        try (var golden = Objects.requireNonNull(getClass().getResourceAsStream("layouts.txt"))) {
            assertEquals(new String(golden.readAllBytes(), StandardCharsets.UTF_8), found);
        }
    }

    @Test
    void offsetsUsedByHandAgreeWithTheLayouts() {
        assertEquals(ParticipantLayout.LABEL_OFFSET, ParticipantLayout.LAYOUT.byteOffset(groupElement("label")));
        assertEquals(CatalogLayout.USERS_OFFSET, CatalogLayout.LAYOUT.byteOffset(groupElement("users")));
        assertEquals(CatalogLayout.NAME_OFFSET, CatalogLayout.LAYOUT.byteOffset(groupElement("name")));
        assertEquals(CatalogLayout.BYTES, CatalogLayout.LAYOUT.byteSize());
        assertEquals(ParticipantLayout.BYTES, ParticipantLayout.LAYOUT.byteSize());
        assertEquals(SegmentLayout.HEADER_BYTES, SegmentLayout.LAYOUT.byteSize());
        assertTrue(SegmentLayout.Geometry.MOST_PARTICIPANTS <= 4 * Long.SIZE, "a bit for each participant");
    }
}
