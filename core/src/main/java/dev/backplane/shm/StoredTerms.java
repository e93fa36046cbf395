package dev.backplane.shm;

import dev.backplane.ChannelOptions;
import dev.backplane.ListOptions;
import dev.backplane.MapOptions;
import dev.backplane.ObjectTerms;
import dev.backplane.ObjectTerms.StoredCodec;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The [ObjectTerms] of an object, from its parameters and the names of codecs in its bytes. No class is looked
/// for.
final class StoredTerms {
    private static final int MOST_SLOT_BYTES = 1 << 30;

    private StoredTerms() {}

    /// What must be said to obtain the object in a region.
    ///
    /// @param manager whose object it is
    /// @param region of the object
    /// @param type of the object
    /// @return null if it is none of those that need a codec or options, or is a struct whose components were
    ///     not kept
    /// @throws SegmentException if the region is damaged
    static @Nullable ObjectTerms of(SegmentManager manager, Region region, ObjectType type) {
        return switch (type) {
            case QUEUE -> queue(region);
            case MAP -> {
                final MapLayout.Shape shape = MapTable.shape(region);
                yield new ObjectTerms.OfMap(
                        stored(region, MapLayout.KEY_CODEC_OFFSET),
                        stored(region, MapLayout.VALUE_CODEC_OFFSET),
                        new MapOptions(shape.entries(), shape.keyBytes(), shape.valueBytes()));
            }
            case LIST -> {
                final ListLayout.Shape shape = new ListTable(region).shape();
                yield new ObjectTerms.OfList(
                        stored(region, ListLayout.CODEC_OFFSET),
                        new ListOptions(shape.elements(), shape.elementBytes()));
            }
            case VALUE -> value(region);
            case CHANNEL -> {
                manager.local(region, ChannelState.class, () -> new ChannelState(region)); // Checks the capacity.
                yield new ObjectTerms.OfChannel(
                        new ChannelOptions(region.param1() == ChannelState.MANY, (int) region.param0()));
            }
            case TOPIC -> {
                manager.local(region, TopicBuffer.class, () -> new TopicBuffer(region)); // Checks the capacity.
                yield new ObjectTerms.OfTopic((int) region.param0());
            }
            default -> null;
        };
    }

    private static StoredCodec stored(Region region, long offset) {
        final MemorySegment memory = region.memory();
        return new StoredCodec(CodecName.text(memory, offset), CodecNameLayout.LENGTH.get(memory, offset));
    }

    private static ObjectTerms queue(Region region) {
        final QueueShape shape = QueueShape.of(region);
        final MemorySegment memory = region.memory();
        return new ObjectTerms.OfQueue(
                new StoredCodec(QueueCodec.name(memory), QueueLayout.CODEC_BYTES.get(memory, 0)),
                shape.capacity(),
                Math.min(shape.payloadBytes(), MOST_SLOT_BYTES), // The largest slot is rounded up beyond that.
                shape.joinable());
    }

    private static @Nullable ObjectTerms value(Region region) {
        final int most = new Versions(region).mostBytes();
        final MemorySegment memory = region.memory();
        final String codec = Versions.codecName(memory);
        if (region.param1() != Versions.STRUCT) {
            return new ObjectTerms.OfValue(new StoredCodec(codec, VersionsLayout.CODEC_BYTES.get(memory, 0)), most);
        }
        final RecordLayout<Map<String, Object>> layout = SegmentStruct.layoutOf(codec);
        return layout == null ? null : new ObjectTerms.OfStruct(layout);
    }
}
