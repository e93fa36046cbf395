package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.SharedObject;
import dev.backplane.SharedTopic;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.Codecs;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.ObjectSpec;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import java.io.IOException;
import java.util.Map;

/// The part of a manager that knows channels, topics and values: what creates and attaches them.
final class DataObjects {
    private final SegmentManager manager;
    private final Segment segment;

    DataObjects(SegmentManager manager, Segment segment) {
        this.manager = manager;
        this.segment = segment;
    }

    private static ObjectSpec spec(String name, ObjectType type, long bytes, long param0, long param1) {
        return new ObjectSpec(name, type.code(), type.layoutVersion(), bytes, param0, param1);
    }

    SegmentChannel channel(String name, ChannelOptions options) throws IOException {
        final int capacity = options.capacityBytes();
        return channel(segment.catalog()
                .createOrAttach(
                        spec(
                                name,
                                ObjectType.CHANNEL,
                                ChannelLayout.bytes(capacity),
                                capacity,
                                ChannelState.parameter(options)),
                        memory -> {}));
    }

    private SegmentChannel channel(Region region) {
        return new SegmentChannel(
                manager, region, manager.local(region, ChannelState.class, () -> new ChannelState(region)));
    }

    <E> SegmentTopic<E> topic(String name, ElementType<E> elements, int capacityBytes) throws IOException {
        if (capacityBytes < SharedTopic.LEAST_CAPACITY
                || capacityBytes > SharedTopic.LARGEST_CAPACITY
                || Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("capacity of " + name + " is " + capacityBytes
                    + " bytes, must be a power of two of " + SharedTopic.LEAST_CAPACITY + " to "
                    + SharedTopic.LARGEST_CAPACITY);
        }
        return topic(
                segment.catalog()
                        .createOrAttach(
                                spec(name, ObjectType.TOPIC, TopicLayout.bytes(capacityBytes), capacityBytes, 0),
                                memory -> TopicBuffer.initialise(memory, capacityBytes)),
                elements);
    }

    private <E> SegmentTopic<E> topic(Region region, ElementType<E> elements) {
        return new SegmentTopic<>(
                manager, region, manager.local(region, TopicBuffer.class, () -> new TopicBuffer(region)), elements);
    }

    <E> SegmentValue<E> value(String name, ElementType<E> elements, int maxBytes) throws IOException {
        if (maxBytes < 1 || VersionsLayout.size(maxBytes) > segment.size()) {
            throw new IllegalArgumentException("maxBytes of " + name + " are " + maxBytes
                    + ", must be 1 to a quarter of what fits in the " + segment.size() + " bytes of " + segment.path());
        }
        final Region region = versions(name, maxBytes, 0, elements.codec().name());
        final SegmentValue<E> value = new SegmentValue<>(manager, region, elements);
        if (!value.isOfThisCodec()) {
            throw new SegmentException("object " + region + " has values of " + Versions.codecName(region.memory())
                    + ", asked for " + elements.codec().name() + ": use another name, or remove it first");
        }
        return value;
    }

    <R> SegmentStruct<R> struct(String name, RecordLayout<R> layout) throws IOException {
        final Region region = versions(name, layout.bytes(), Versions.STRUCT, SegmentStruct.codecName(layout));
        try {
            return new SegmentStruct<>(manager, region, layout);
        } catch (CodecException e) {
            throw new SegmentException("object " + region + " is another struct: " + e.getMessage(), e);
        }
    }

    private Region versions(String name, int maxBytes, int kind, String codecName) throws IOException {
        return segment.catalog()
                .createOrAttach(
                        spec(name, ObjectType.VALUE, VersionsLayout.size(maxBytes), maxBytes, kind),
                        memory -> Versions.initialise(memory, codecName));
    }

    /// The object in an existing region; one whose elements need a type is told it by [SegmentObject#of].
    SharedObject object(Region region, ObjectType type) {
        return switch (type) {
            case CHANNEL -> channel(region);
            case TOPIC -> topic(region, ElementType.of(Object.class));
            case VALUE -> attachedValue(region);
            default -> throw new AssertionError(type + " is no type of these");
        };
    }

    /// The value in an existing region, by the codec whose name stands in it, where this process can find that.
    /// A struct's records are maps.
    private SharedObject attachedValue(Region region) {
        final String codecName = Versions.codecName(region.memory());
        final RecordLayout<Map<String, Object>> layout =
                region.param1() == Versions.STRUCT ? SegmentStruct.layoutOf(codecName) : null;
        if (layout != null && Versions.hasCodec(region.memory(), codecName) && region.param0() == layout.bytes()) {
            return new SegmentStruct<>(manager, region, layout);
        }
        final Codec<?> codec = Codecs.named(codecName).orElse(null);
        return codec == null || !Versions.hasCodec(region.memory(), codecName)
                ? new SegmentValue<>(manager, region, ElementType.of(Object.class))
                : new SegmentValue<>(manager, region, ElementType.of(codec));
    }
}
