package dev.backplane.shm;

import dev.backplane.SharedStruct;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// [SharedStruct]: a record's bytes in [Versions].
///
/// @param <R> the class of the record
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentStruct<R> extends SegmentObject implements SharedStruct<R> {
    private static final String PREFIX = "struct ";

    private final Segment segment;
    private final MemorySegment memory;
    private final Versions versions;
    private final RecordLayout<R> layout;

    /// @throws CodecException if the region is of another layout
    SegmentStruct(SegmentManager manager, Region region, RecordLayout<R> layout) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
        this.versions = new Versions(region);
        this.layout = layout;
        if (versions.mostBytes() != layout.bytes() || !Versions.hasCodec(memory, codecName(layout))) {
            throw new CodecException("struct " + region + " was created as " + Versions.codecName(memory) + ", not "
                    + codecName(layout) + ": obtain it by a record of the same fields");
        }
    }

    /// What stands in the codec's place.
    static String codecName(RecordLayout<?> layout) {
        return PREFIX + layout.signature();
    }

    /// The layout that a codec's name tells, for who has no class of the record.
    ///
    /// @param codecName what stands in a region
    /// @return null if it is none of a struct, or was cut off
    static @Nullable RecordLayout<Map<String, Object>> layoutOf(String codecName) {
        final int end = codecName.lastIndexOf('}');
        if (!codecName.startsWith(PREFIX + '{') || end < 0) {
            return null;
        }
        final SequencedMap<String, Class<?>> components = new LinkedHashMap<>();
        for (String component : codecName.substring(PREFIX.length() + 1, end).split(", ", -1)) {
            final int space = component.indexOf(' ');
            final int at = component.lastIndexOf('@');
            final Class<?> type = space < 0 ? null : Class.forPrimitiveName(component.substring(0, space));
            if (type == null || type == void.class || at < space) {
                return null;
            }
            components.put(component.substring(space + 1, at), type);
        }
        try {
            final RecordLayout<Map<String, Object>> layout = RecordLayout.ofMaps(components);
            return codecName(layout).equals(codecName) ? layout : null;
        } catch (CodecException e) {
            return null;
        }
    }

    /// A change of what is in memory at an offset.
    @FunctionalInterface
    interface Change {
        /// Makes it.
        void make(MemorySegment memory, long offset);
    }

    private R read(long version) {
        return layout.read(memory, versions.at(version));
    }

    @Override
    SegmentObject of(ElementType<?> type) {
        return new SegmentStruct<>(manager(), region(), RecordLayout.of(type.requiredClass()));
    }

    @Override
    public R get() {
        segment.ensureOpen();
        while (true) {
            final long version = versions.current();
            try {
                final R record = read(version);
                if (versions.isIntact(version)) {
                    return record;
                }
            } catch (RuntimeException | Error e) {
                // Of parts of two records a constructor may say, or do, anything.
                if (versions.isIntact(version)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void set(R record) {
        segment.ensureOpen();
        versions.enter();
        try {
            write(record);
        } finally {
            versions.leave();
        }
    }

    private void write(R record) {
        StoreProbe.beforeStore();
        layout.write(record, memory, versions.at(versions.current() + 1));
        versions.publish(layout.bytes());
    }

    private boolean replace(long version, R record) {
        versions.enter();
        try {
            if (versions.current() != version) {
                return false;
            }
            write(record);
            return true;
        } finally {
            versions.leave();
        }
    }

    @Override
    public boolean compareAndSet(R expected, R record) {
        while (true) {
            final long version = version();
            final R seen = get();
            if (version == version()) {
                if (!Objects.deepEquals(seen, expected)) { // Without a class, records are bytes.
                    return false;
                }
                if (replace(version, record)) {
                    return true;
                }
            }
        }
    }

    @Override
    public R update(UnaryOperator<R> function) {
        while (true) {
            final long version = version();
            final R next = Objects.requireNonNull(function.apply(get()), "the function's value");
            if (replace(version, next)) {
                return next;
            }
        }
    }

    @Override
    public Field field(String name) {
        return layout.field(name)
                .map(field -> new StructField(this, field))
                .orElseThrow(() -> new IllegalArgumentException(
                        "struct " + region() + " has no field " + name + ", only those of " + layout));
    }

    /// The integer at an offset of the record, of one instant.
    long look(StructField field) {
        segment.ensureOpen();
        while (true) {
            final long version = versions.current();
            final long bits = field.load(memory, versions.at(version));
            if (versions.isIntact(version)) {
                return bits;
            }
        }
    }

    /// Makes a new version that differs in what `change` does to it. If that throws, there is none.
    void change(Change change) {
        segment.ensureOpen();
        versions.enter();
        try {
            final long version = versions.current();
            final long next = versions.at(version + 1);
            StoreProbe.beforeStore();
            MemorySegment.copy(memory, versions.at(version), memory, next, layout.bytes());
            change.make(memory, next);
            versions.publish(layout.bytes());
        } finally {
            versions.leave();
        }
    }

    @Override
    public long version() {
        segment.ensureOpen();
        return versions.current();
    }

    @Override
    Object serialForm() {
        if (!layout.type().isRecord()) {
            throw new IllegalStateException(
                    "cannot serialize " + this + ": its record's class is not known here; send its name");
        }
        return new AttachOnRead(handle(), layout.type().getName());
    }

    @Override
    public String toString() {
        return super.toString() + ", version " + versions.current() + " of " + layout;
    }
}
