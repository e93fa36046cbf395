package dev.backplane.shm;

import dev.backplane.ListOptions;
import dev.backplane.MapOptions;
import dev.backplane.QueueOptions;
import dev.backplane.SharedObject;
import dev.backplane.codec.Codec;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import java.io.IOException;

/// The part of a manager that knows queues, maps and lists: what creates and attaches them.
final class CollectionObjects {
    private final SegmentManager manager;
    private final Segment segment;

    CollectionObjects(SegmentManager manager, Segment segment) {
        this.manager = manager;
        this.segment = segment;
    }

    <E> SegmentQueue<E> queue(String name, QueueOptions<E> options) throws IOException {
        final Region region = segment.catalog()
                .createOrAttach(
                        QueueShape.spec(name, options), memory -> QueueCodec.initialise(memory, options.codec()));
        return new SegmentQueue<>(manager, region, options.codec());
    }

    <K, V> SegmentMap<K, V> map(String name, Codec<K> keyCodec, Codec<V> valueCodec, MapOptions options)
            throws IOException {
        final NewMap asked = new NewMap(name, keyCodec, valueCodec, options);
        return map(segment.catalog().createOrAttach(asked.spec(), asked::initialise), keyCodec, valueCodec);
    }

    private <K, V> SegmentMap<K, V> map(Region region, Codec<K> keyCodec, Codec<V> valueCodec) {
        final MapTable table = manager.local(region, MapTable.class, () -> new MapTable(region));
        return new SegmentMap<>(manager, region, new MapEntries<>(region, table, keyCodec, valueCodec));
    }

    <E> SegmentList<E> list(String name, Codec<E> codec, ListOptions options) throws IOException {
        final NewList asked = new NewList(name, codec, options);
        return list(segment.catalog().createOrAttach(asked.spec(), asked::initialise), codec);
    }

    private <E> SegmentList<E> list(Region region, Codec<E> codec) {
        final ListTable table = manager.local(region, ListTable.class, () -> new ListTable(region));
        return new SegmentList<>(manager, region, new ListElements<>(region, table, codec));
    }

    /// The object in an existing region, with the codecs whose names stand in it.
    SharedObject object(Region region, ObjectType type) {
        return switch (type) {
            case QUEUE -> new SegmentQueue<>(manager, region, QueueCodec.of(region));
            case MAP ->
                map(
                        region,
                        CodecName.resolve(region, MapLayout.KEY_CODEC_OFFSET),
                        CodecName.resolve(region, MapLayout.VALUE_CODEC_OFFSET));
            case LIST -> list(region, CodecName.resolve(region, ListLayout.CODEC_OFFSET));
            default -> throw new AssertionError(type + " is no type of these");
        };
    }
}
