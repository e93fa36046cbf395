package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler.Action;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.BroadcastReceiver;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.broadcast.CopyBroadcastReceiver;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Agrona's ring and broadcast buffers, unchanged, over a file that writer and reader have mapped separately.
@Timeout(120)
class SegmentBufferRingTest {
    private static final int DATA_LENGTH = 4096; // Small: the rings go round hundreds of times.
    private static final int MESSAGES = 50_000;
    private static final int MAX_WORDS = 12;

    private final Arena arena = Arena.ofShared();
    private final ExecutorService writers = Executors.newFixedThreadPool(2);
    private SegmentBuffer writerSide = new SegmentBuffer(MemorySegment.NULL);
    private SegmentBuffer readerSide = new SegmentBuffer(MemorySegment.NULL);

    @BeforeEach
    void mapTwice(@TempDir Path directory) throws IOException {
        final long size = (long) DATA_LENGTH
                + Math.max(RingBufferDescriptor.TRAILER_LENGTH, BroadcastBufferDescriptor.TRAILER_LENGTH);
        try (FileChannel file = FileChannel.open(
                directory.resolve("ring"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            writerSide = new SegmentBuffer(file.map(FileChannel.MapMode.READ_WRITE, 0, size, arena));
            readerSide = new SegmentBuffer(file.map(FileChannel.MapMode.READ_WRITE, 0, size, arena));
        }
    }

    @AfterEach
    void close() {
        writers.shutdownNow();
        writers.close();
        arena.close();
    }

    private static SegmentBuffer ring(SegmentBuffer side) {
        return new SegmentBuffer(side.segment(), 0, DATA_LENGTH + RingBufferDescriptor.TRAILER_LENGTH);
    }

    private static SegmentBuffer broadcast(SegmentBuffer side) {
        return new SegmentBuffer(side.segment(), 0, DATA_LENGTH + BroadcastBufferDescriptor.TRAILER_LENGTH);
    }

    // A message is its number, then words that follow from it, as many as follow from it.

    private static int words(long number) {
        return 1 + (int) (number * 31 % MAX_WORDS);
    }

    private static long word(long number, int position) {
        return (number << 8) * 0x9e3779b97f4a7c15L + position;
    }

    private static int fill(SegmentBuffer buffer, int index, long number) {
        buffer.putLong(index, number);
        for (int i = 1; i < words(number); i++) {
            buffer.putLong(index + i * Long.BYTES, word(number, i));
        }
        return words(number) * Long.BYTES;
    }

    private static void verify(long number, DirectBuffer buffer, int index, int length) {
        assertEquals(words(number) * Long.BYTES, length);
        for (int i = 1; i < words(number); i++) {
            assertEquals(word(number, i), buffer.getLong(index + i * Long.BYTES));
        }
    }

    private static void pause() {
        if (Thread.interrupted()) {
            throw new AssertionError("interrupted before the other side went on");
        }
        YieldingIdleStrategy.INSTANCE.idle();
    }

    private Future<Integer> writing(RingBuffer ring, int type) {
        final SegmentBuffer message = new SegmentBuffer(arena.allocate((long) MAX_WORDS * Long.BYTES, 8));
        return writers.submit(counted(() -> {
            for (int number = 0; number < MESSAGES; number++) {
                final int length = fill(message, 0, number);
                while (!ring.write(type, message, 0, length)) {
                    pause();
                }
            }
        }));
    }

    private static Callable<Integer> counted(Runnable work) {
        return () -> {
            work.run();
            return MESSAGES;
        };
    }

    @Test
    void oneToOneRingDeliversEveryMessageInOrder() throws Exception {
        final OneToOneRingBuffer reader = new OneToOneRingBuffer(ring(readerSide));
        final Future<Integer> written = writing(new OneToOneRingBuffer(ring(writerSide)), 1);
        final AtomicInteger next = new AtomicInteger();
        while (next.get() < MESSAGES) {
            final int read = reader.read((type, buffer, index, length) -> {
                assertEquals(1, type);
                assertEquals(next.get(), buffer.getLong(index));
                verify(next.getAndIncrement(), buffer, index, length);
            });
            if (read == 0) {
                pause();
            }
        }
        assertEquals(MESSAGES, written.get());
        assertEquals(0, reader.size());
    }

    @Test
    void manyToOneRingDeliversEveryMessageOfEachWriterInOrder() throws Exception {
        final ManyToOneRingBuffer reader = new ManyToOneRingBuffer(ring(readerSide));
        final Future<Integer> first = writing(new ManyToOneRingBuffer(ring(writerSide)), 1);
        final Future<Integer> second = writing(new ManyToOneRingBuffer(ring(writerSide)), 2);
        final int[] next = new int[3];
        while (next[1] + next[2] < 2 * MESSAGES) {
            final int read = reader.controlledRead((type, buffer, index, length) -> {
                assertEquals(next[type], buffer.getLong(index));
                verify(next[type]++, buffer, index, length);
                return Action.CONTINUE;
            });
            if (read == 0) {
                pause();
            }
        }
        assertEquals(MESSAGES, first.get());
        assertEquals(MESSAGES, second.get());
        assertEquals(0, reader.size());
    }

    @Test
    void ringsClaimAbortCommitAndUnblockInPlace() {
        for (final boolean manyToOne : new boolean[] {false, true}) {
            writerSide.setMemory(0, writerSide.capacity(), (byte) 0);
            final RingBuffer writer =
                    manyToOne ? new ManyToOneRingBuffer(ring(writerSide)) : new OneToOneRingBuffer(ring(writerSide));
            final RingBuffer reader =
                    manyToOne ? new ManyToOneRingBuffer(ring(readerSide)) : new OneToOneRingBuffer(ring(readerSide));
            final int abandoned = writer.tryClaim(3, 8);
            writer.abort(abandoned);
            final int claimed = writer.tryClaim(7, 16);
            writer.buffer().putLong(claimed, 42);
            final List<Long> received = new ArrayList<>();
            assertEquals(0, reader.read((type, buffer, index, length) -> received.add(buffer.getLong(index))));
            writer.commit(claimed);
            assertEquals(1, reader.read((type, buffer, index, length) -> received.add(buffer.getLong(index) + type)));
            assertEquals(List.of(49L), received);
            assertEquals(0, writer.nextCorrelationId());
            assertEquals(1, reader.nextCorrelationId());
        }
    }

    @Test
    void aWriterThatDiesWithAClaimIsUnblocked() {
        final ManyToOneRingBuffer writer = new ManyToOneRingBuffer(ring(writerSide));
        final ManyToOneRingBuffer reader = new ManyToOneRingBuffer(ring(readerSide));
        final SegmentBuffer message = new SegmentBuffer(arena.allocate(8, 8));
        assertTrue(writer.tryClaim(3, 8) > 0); // And dies.
        assertTrue(writer.write(4, message, 0, 8));
        final List<Integer> types = new ArrayList<>();
        assertEquals(0, reader.read((type, buffer, index, length) -> types.add(type)));
        assertTrue(reader.unblock());
        while (types.isEmpty()) {
            pause();
            reader.read((type, buffer, index, length) -> types.add(type));
        }
        assertEquals(List.of(4), types);
    }

    @Test
    void broadcastReachesAReceiverThatKeepsUpInOrder() throws Exception {
        final BroadcastTransmitter transmitter = new BroadcastTransmitter(broadcast(writerSide));
        final BroadcastReceiver receiver = new BroadcastReceiver(broadcast(readerSide));
        final SegmentBuffer scratch = new SegmentBuffer(arena.allocate(4096, 8));
        final CopyBroadcastReceiver copying = new CopyBroadcastReceiver(receiver, scratch);
        final SegmentBuffer message = new SegmentBuffer(arena.allocate((long) MAX_WORDS * Long.BYTES, 8));
        final AtomicInteger next = new AtomicInteger();
        final Future<Integer> sent = writers.submit(counted(() -> {
            for (int number = 0; number < MESSAGES; number++) {
                while (number - next.get() >= 8) { // 8 of at most 112 bytes: never a whole buffer ahead.
                    pause();
                }
                transmitter.transmit(1, message, 0, fill(message, 0, number));
            }
        }));
        while (next.get() < MESSAGES) {
            final int received = copying.receive((type, buffer, index, length) -> {
                assertEquals(next.get(), buffer.getLong(index));
                verify(next.get(), buffer, index, length);
            });
            if (received == 0) {
                pause();
            } else {
                next.incrementAndGet();
            }
        }
        assertEquals(MESSAGES, sent.get());
        assertEquals(0, receiver.lappedCount());
    }

    @Test
    void aLappedBroadcastReceiverIsToldAndGoesOnWithTheLatest() {
        final BroadcastTransmitter transmitter = new BroadcastTransmitter(broadcast(writerSide));
        final BroadcastReceiver receiver = new BroadcastReceiver(broadcast(readerSide));
        final SegmentBuffer message = new SegmentBuffer(arena.allocate((long) MAX_WORDS * Long.BYTES, 8));
        assertFalse(receiver.receiveNext());
        for (int number = 0; number < 1000; number++) {
            transmitter.transmit(1, message, 0, fill(message, 0, number));
        }
        assertTrue(receiver.receiveNext());
        assertEquals(1, receiver.lappedCount());
        assertEquals(999, receiver.buffer().getLong(receiver.offset()));
        verify(999, receiver.buffer(), receiver.offset(), receiver.length());
        assertTrue(receiver.validate());
        assertFalse(receiver.receiveNext());
    }

    @Test
    void ringsRefuseAMisalignedBuffer() {
        final SegmentBuffer misaligned =
                new SegmentBuffer(writerSide.segment(), 4, 2048 + RingBufferDescriptor.TRAILER_LENGTH);
        assertThrows(IllegalStateException.class, () -> new OneToOneRingBuffer(misaligned));
        assertThrows(IllegalStateException.class, () -> new ManyToOneRingBuffer(misaligned));
    }

    @Test
    void aRingOverAClosedArenaThrowsInsteadOfCrashing() {
        final OneToOneRingBuffer ring;
        try (Arena own = Arena.ofShared()) {
            ring = new OneToOneRingBuffer(
                    new SegmentBuffer(own.allocate(1024L + RingBufferDescriptor.TRAILER_LENGTH, 64)));
        }
        assertThrows(IllegalStateException.class, () -> ring.tryClaim(1, 8));
        assertThrows(IllegalStateException.class, () -> ring.read((type, buffer, index, length) -> {}));
    }
}
