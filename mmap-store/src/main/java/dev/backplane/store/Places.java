package dev.backplane.store;

import dev.backplane.events.Flight;
import dev.backplane.events.FlightEvents;
import dev.backplane.events.Place;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Which object of a segment some word is in, for events.
///
/// Reads the catalog without its mutex, so it can be asked by anybody at any time; what is not found is said so.
final class Places {
    private final String path;
    private final MemorySegment memory;
    private final CatalogTable table;
    private final List<ObjectRecovery> types;

    /// @param memory the whole mapping
    Places(String path, MemorySegment memory, SegmentLayout.Geometry geometry, List<ObjectRecovery> types) {
        this.path = path;
        this.memory = memory;
        this.table = new CatalogTable(memory, geometry, path);
        this.types = types;
    }

    /// @param part a part of the mapping
    /// @param offset of the word in that part
    Place of(MemorySegment part, long offset) {
        final long at = part.address() - memory.address() + offset;
        if (at == SegmentLayout.CATALOG_WORD_OFFSET) {
            return new Place("(catalog)", "segment", path);
        }
        if (at == SegmentLayout.SWEEP_WORD_OFFSET) {
            return new Place("(sweep)", "segment", path);
        }
        try {
            for (CatalogEntry entry : table.entries()) {
                if (entry.offset() <= at && at < entry.offset() + entry.length()) {
                    return new Place(entry.name(), typeName(entry.type()), path);
                }
            }
        } catch (SegmentException | InternalError _) {
            // Damaged, or cut short: whoever uses it is told so, an event is not the place.
        }
        return new Place("(offset " + at + ")", "unknown", path);
    }

    /// @param owner the dead one's owner bits, or a word with them
    /// @param pid its process, 0 if that is unknown
    /// @param part a part of the mapping
    /// @param offset of the word that it owned in that part
    void recordDeath(int owner, long pid, MemorySegment part, long offset) {
        if (Flight.isRecording()) {
            FlightEvents.ownerDeath(pid, OwnerWord.slotOf(owner), () -> of(part, offset));
        }
    }

    private String typeName(int type) {
        for (ObjectRecovery known : types) {
            if (known.type() == type) {
                return known.typeName();
            }
        }
        return "type " + type;
    }
}
