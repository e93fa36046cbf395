package dev.backplane.shm;

import dev.backplane.SharedTopic;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecOutput;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// [SharedTopic]: values as records of a [TopicBuffer].
///
/// @param <E> the type of the values
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentTopic<E> extends SegmentObject implements SharedTopic<E> {
    private static final int TYPE_MASK = (1 << 30) - 1;
    private static final int FIRST_BYTES = 256;

    private final Segment segment;
    private final Waiting waiting;
    private final TopicBuffer buffer;
    private final ElementType<E> elements;
    private final int messageType;

    SegmentTopic(SegmentManager manager, Region region, TopicBuffer buffer, ElementType<E> elements) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.buffer = buffer;
        this.elements = elements;
        this.messageType = TopicLayout.LEAST_VALUE + (elements.codec().name().hashCode() & TYPE_MASK);
    }

    @Override
    public void publish(E value) {
        Objects.requireNonNull(value, "value");
        segment.ensureOpen();
        final Codec<E> codec = elements.codec();
        final CodecOutput out = CodecOutput.growing(FIRST_BYTES);
        codec.encode(value, out);
        final MemorySegment bytes = out.written();
        if (bytes.byteSize() > maxValueBytes()) {
            throw new IllegalArgumentException("value of " + bytes.byteSize() + " bytes for " + region()
                    + ", must be 0 to " + maxValueBytes() + ", an eighth of the capacity less 8");
        }
        if (!buffer.publish(messageType, bytes)) {
            throw new IllegalStateException("topic " + region() + " was shut down: nothing more can be published");
        }
    }

    @Override
    public Subscription<E> subscribe() {
        segment.ensureOpen();
        return new TopicReader<>(segment, buffer, waiting, elements.codec(), messageType);
    }

    @Override
    public int maxValueBytes() {
        return buffer.maxValueBytes();
    }

    @Override
    public void shutdown() {
        segment.ensureOpen();
        buffer.shutDown();
    }

    @Override
    public boolean isShutDown() {
        segment.ensureOpen();
        return buffer.isShutDown();
    }

    @Override
    Object serialForm() {
        return elements.serialForm(handle());
    }

    @Override
    SegmentObject of(ElementType<?> type) {
        return new SegmentTopic<>(manager(), region(), buffer, type);
    }

    @Override
    public String toString() {
        return super.toString() + " of " + elements.codec().name() + (buffer.isShutDown() ? ", shut down" : "");
    }
}
