package dev.backplane.benchmarks.message;

import net.openhft.chronicle.bytes.BytesIn;
import net.openhft.chronicle.bytes.BytesOut;
import net.openhft.chronicle.bytes.ReadBytesMarshallable;
import net.openhft.chronicle.bytes.WriteBytesMarshallable;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/// Chronicle Queue as it comes.
final class ChronicleLink implements Link {
    private static final long serialVersionUID = 1;

    private final String directory;
    private transient @Nullable ChronicleQueue queue;
    private transient @Nullable ExcerptAppender appender;
    private transient @Nullable ExcerptTailer tailer;
    private transient @Nullable Copies copies;

    ChronicleLink(String directory) {
        this.directory = directory;
    }

    private record Copies(Message message) implements WriteBytesMarshallable, ReadBytesMarshallable {
        @Override
        public void writeMarshallable(BytesOut<?> bytes) {
            bytes.write(message.bytes());
        }

        @Override
        public void readMarshallable(BytesIn<?> bytes) {
            bytes.read(message.bytes());
        }
    }

    private ChronicleQueue queue() {
        ChronicleQueue there = queue;
        if (there == null) {
            there = SingleChronicleQueueBuilder.single(directory).build();
            queue = there;
        }
        return there;
    }

    private Copies of(Message message) {
        Copies of = copies;
        if (of == null || of.message != message) {
            of = new Copies(message);
            copies = of;
        }
        return of;
    }

    @Override
    public boolean trySend(Message message) {
        ExcerptAppender to = appender;
        if (to == null) {
            to = queue().createAppender();
            appender = to;
        }
        to.writeBytes(of(message));
        return true;
    }

    @Override
    public boolean tryReceive(Message message) {
        ExcerptTailer from = tailer;
        if (from == null) {
            from = queue().createTailer();
            tailer = from;
        }
        return from.readBytes(of(message));
    }

    @Override
    public void close() {
        final ChronicleQueue there = queue;
        if (there != null) {
            there.close();
        }
    }
}
