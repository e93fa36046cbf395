package dev.backplane.benchmarks.message;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Of Aeron's channel within one host, `aeron:ipc`, as it comes: by a publication for many threads, or by one that a
/// thread has for itself. Its driver is part of the first JVM, with one thread.
final class AeronEnd implements Link.End, FragmentHandler {
    private static final String CHANNEL = "aeron:ipc";

    private final Aeron aeron;
    private final int stream;
    private final boolean exclusive;
    private final byte[] message;
    private final UnsafeBuffer source;
    private @Nullable Publication publication;
    private @Nullable Subscription subscription;

    private AeronEnd(Aeron aeron, int stream, boolean exclusive, Message message) {
        this.aeron = aeron;
        this.stream = stream;
        this.exclusive = exclusive;
        this.message = message.bytes();
        this.source = new UnsafeBuffer(message.bytes());
    }

    /// Starts what both JVMs need to reach each other.
    static AutoCloseable driver(String directory) {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
    }

    static AeronEnd open(String directory, int stream, boolean exclusive, Message message) {
        return new AeronEnd(
                Aeron.connect(new Aeron.Context().aeronDirectoryName(directory)), stream, exclusive, message);
    }

    @Override
    public boolean trySend() {
        Publication to = publication;
        if (to == null) {
            to = exclusive ? aeron.addExclusivePublication(CHANNEL, stream) : aeron.addPublication(CHANNEL, stream);
            publication = to;
        }
        return to.offer(source, 0, message.length) > 0;
    }

    @Override
    public int tryReceive(int most) {
        Subscription from = subscription;
        if (from == null) {
            from = aeron.addSubscription(CHANNEL, stream);
            subscription = from;
        }
        return from.poll(this, most);
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        buffer.getBytes(offset, message, 0, length);
    }

    @Override
    public void close() {
        aeron.close();
    }
}
