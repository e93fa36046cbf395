package dev.backplane.shm;

import dev.backplane.SharedValue;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// [SharedValue]: a codec's bytes in [Versions].
///
/// @param <E> the type of the value
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentValue<E> extends SegmentObject implements SharedValue<E> {
    private static final int FIRST_BYTES = 256;

    private final Segment segment;
    private final MemorySegment memory;
    private final Versions versions;
    private final ElementType<E> elements;
    private final boolean ofThisCodec;

    SegmentValue(SegmentManager manager, Region region, ElementType<E> elements) {
        super(manager, region);
        this.segment = region.segment();
        this.memory = region.memory();
        this.versions = new Versions(region);
        this.elements = elements;
        this.ofThisCodec = Versions.hasCodec(memory, elements.codec().name());
    }

    /// The value of a version.
    private record Seen<E>(long version, @Nullable E value) {}

    /// Whether the value was created with this object's codec.
    boolean isOfThisCodec() {
        return ofThisCodec;
    }

    private void ensureUsable() {
        segment.ensureOpen();
        if (!ofThisCodec) {
            throw new CodecException("value " + region() + " was created with the codec " + Versions.codecName(memory)
                    + ", not " + elements.codec().name() + ": obtain it by its own type");
        }
    }

    private Seen<E> see() {
        while (true) {
            final long version = versions.current();
            if (version == 0) {
                return new Seen<>(version, null);
            }
            final int length = versions.length(version);
            final boolean sound = length >= 0 && length <= versions.mostBytes();
            final byte[] bytes = new byte[sound ? length : 0];
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, versions.at(version), bytes, 0, bytes.length);
            if (versions.isIntact(version)) {
                if (!sound) {
                    throw versions.damaged(length);
                }
                return new Seen<>(version, decode(bytes));
            }
        }
    }

    private E decode(byte[] bytes) {
        final @Nullable E value = elements.codec().fromBytes(bytes);
        if (value == null) {
            throw new CodecException("value " + region()
                    + " has the bytes of null, which nobody can set: the segment is damaged, remove the value");
        }
        return value;
    }

    private MemorySegment encode(E value) {
        final CodecOutput out = CodecOutput.growing(Math.min(FIRST_BYTES, versions.mostBytes()));
        elements.codec().encode(Objects.requireNonNull(value, "value"), out);
        final MemorySegment bytes = out.written();
        if (bytes.byteSize() > versions.mostBytes()) {
            throw new IllegalArgumentException("value of " + bytes.byteSize() + " bytes for " + region()
                    + ", must be at most " + versions.mostBytes() + ", as it was created");
        }
        return bytes;
    }

    private void publish(MemorySegment bytes) {
        StoreProbe.beforeStore();
        MemorySegment.copy(bytes, 0, memory, versions.at(versions.current() + 1), bytes.byteSize());
        versions.publish((int) bytes.byteSize());
    }

    /// Replaces the value unless it was replaced since a version.
    private boolean replace(long version, MemorySegment bytes) {
        versions.enter();
        try {
            if (versions.current() != version) {
                return false;
            }
            publish(bytes);
            return true;
        } finally {
            versions.leave();
        }
    }

    @Override
    public @Nullable E get() {
        ensureUsable();
        return see().value();
    }

    @Override
    public void set(E value) {
        ensureUsable();
        final MemorySegment bytes = encode(value);
        versions.enter();
        try {
            publish(bytes);
        } finally {
            versions.leave();
        }
    }

    @Override
    public boolean compareAndSet(@Nullable E expected, E value) {
        ensureUsable();
        final MemorySegment bytes = encode(value);
        while (true) {
            final Seen<E> seen = see();
            if (!Objects.deepEquals(seen.value(), expected)) {
                return false;
            }
            if (replace(seen.version(), bytes)) {
                return true;
            }
        }
    }

    @Override
    public E update(UnaryOperator<@Nullable E> function) {
        ensureUsable();
        while (true) {
            final Seen<E> seen = see();
            final E next = Objects.requireNonNull(function.apply(seen.value()), "the function's value");
            if (replace(seen.version(), encode(next))) {
                return next;
            }
        }
    }

    @Override
    public long version() {
        segment.ensureOpen();
        return versions.current();
    }

    @Override
    public Codec<E> codec() {
        return elements.codec();
    }

    @Override
    public int maxBytes() {
        return versions.mostBytes();
    }

    @Override
    Object serialForm() {
        return elements.serialForm(handle());
    }

    @Override
    SegmentObject of(ElementType<?> type) {
        return region().param1() == Versions.STRUCT
                ? new SegmentStruct<>(manager(), region(), RecordLayout.of(type.requiredClass()))
                : new SegmentValue<>(manager(), region(), type);
    }

    @Override
    public String toString() {
        return super.toString() + ", version " + versions.current() + " of " + Versions.codecName(memory);
    }
}
