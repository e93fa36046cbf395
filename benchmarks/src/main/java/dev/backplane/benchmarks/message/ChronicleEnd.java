package dev.backplane.benchmarks.message;

import net.openhft.chronicle.bytes.BytesIn;
import net.openhft.chronicle.bytes.BytesOut;
import net.openhft.chronicle.bytes.ReadBytesMarshallable;
import net.openhft.chronicle.bytes.WriteBytesMarshallable;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/// Of a Chronicle Queue as it comes.
record ChronicleEnd(ChronicleQueue queue, ExcerptAppender appender, ExcerptTailer tailer, byte[] message)
        implements Link.End, WriteBytesMarshallable, ReadBytesMarshallable {
    static ChronicleEnd open(String directory, Message message) {
        final ChronicleQueue queue =
                SingleChronicleQueueBuilder.single(directory).build();
        return new ChronicleEnd(queue, queue.createAppender(), queue.createTailer(), message.bytes());
    }

    @Override
    public boolean trySend() {
        appender.writeBytes(this);
        return true;
    }

    @Override
    public int tryReceive(int most) {
        int count = 0;
        while (count < most && tailer.readBytes(this)) {
            count++;
        }
        return count;
    }

    @Override
    public void writeMarshallable(BytesOut<?> bytes) {
        bytes.write(message);
    }

    @Override
    public void readMarshallable(BytesIn<?> bytes) {
        bytes.read(message);
    }

    @Override
    public void close() {
        queue.close();
    }
}
