package dev.backplane.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A message whose length is no int: behind the long form of the header, from memory to memory.
final class LongMessageTest {
    private static final long LENGTH = (1L << 31) + 5;
    /// Its bytes at both ends, and as much again for everybody else.
    private static final long NEEDED_BYTES = 4 * LENGTH;
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final SegmentDirectoryExtension directory = new SegmentDirectoryExtension();

    private static long availableBytes() throws IOException {
        final Path info = Path.of("/proc/meminfo");
        Assumptions.assumeTrue(Files.exists(info), "nothing tells how much memory there is");
        final Matcher available = Pattern.compile("MemAvailable: +(\\d+) kB").matcher(Files.readString(info));
        return available.find() ? Long.parseLong(available.group(1)) << 10 : 0;
    }

    private MemorySegment memory(String name, Arena arena) throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return file.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
        }
    }

    @Test
    void messageAboveTwoGibibytesArrives() throws Exception {
        Assumptions.assumeTrue(
                availableBytes() > NEEDED_BYTES
                        && Files.getFileStore(directory.path()).getUsableSpace() > NEEDED_BYTES,
                "not enough memory");
        final ConnectionOptions options = ConnectionOptions.defaults().handshakeTimeout(LONG);
        try (Arena arena = Arena.ofShared();
                Listener listener = Listener.open(
                        "unix:" + directory.resolve("socket"), ListenerOptions.of(options.maxFrameBytes(LENGTH)))) {
            final MemorySegment source = memory("source", arena);
            final MemorySegment target = memory("target", arena);
            for (long at = 0; at < LENGTH - Long.BYTES; at += 1 << 20) {
                source.set(ValueLayout.JAVA_LONG_UNALIGNED, at, ~at);
            }
            source.set(ValueLayout.JAVA_BYTE, LENGTH - 1, (byte) 77);
            try (Connection client = Client.connect(listener.endpoint(), options);
                    Connection server = listener.accept()) {
                final FutureTask<Boolean> sending = Action.task(() -> client.sendBytes(source, 0, LENGTH));
                Thread.ofPlatform().daemon().start(sending);
                assertEquals(LENGTH, server.receiveBytesInto(target, 0));
                sending.get();
                assertEquals(-1, source.mismatch(target));
                // The connection is as good as before.
                client.sendBytes(new byte[] {1, 2});
                assertEquals(2, server.receiveBytes().length);
            }
            theHeaderIsTheLongOne(listener, source);
        }
    }

    private static void theHeaderIsTheLongOne(Listener listener, MemorySegment source) throws Exception {
        final FutureTask<Boolean> sending;
        try (Raw peer = Raw.to(listener.endpoint());
                Connection server = listener.accept()) {
            sending = Action.task(() -> server.sendBytes(source, 0, LENGTH));
            Thread.ofPlatform().daemon().start(sending);
            final ByteBuffer header = ByteBuffer.wrap(peer.read(Integer.BYTES + Long.BYTES));
            assertEquals(-1, header.getInt());
            assertEquals(LENGTH, header.getLong());
        }
        assertThrows(Exception.class, sending::get);
    }
}
