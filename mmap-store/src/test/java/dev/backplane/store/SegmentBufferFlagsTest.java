package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An Agrona ring over a [SegmentBuffer] runs in a JVM without a single flag, and without a warning.
class SegmentBufferFlagsTest {

    @Test
    void aRingRunsInAJvmWithoutFlagsOrWarnings(@TempDir Path directory) throws IOException, InterruptedException {
        final FreshJvm jvm = FreshJvm.run(directory, List.of(), OneToOneMain.class);
        assertEquals(new FreshJvm(0, "ok" + System.lineSeparator(), ""), jvm);
    }

    /// What the other JVM runs: several laps of a ring in shared native memory, then `ok`.
    static final class OneToOneMain {
        private static final int LAPS = 1000;

        private OneToOneMain() {}

        public static void main(String[] arguments) {
            final List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
            if (!flags.isEmpty()) {
                throw new AssertionError("meant to run without flags: " + flags);
            }
            try (Arena arena = Arena.ofShared()) {
                final OneToOneRingBuffer ring = new OneToOneRingBuffer(
                        new SegmentBuffer(arena.allocate(1024L + RingBufferDescriptor.TRAILER_LENGTH, 64)));
                final SegmentBuffer message = new SegmentBuffer(arena.allocate(256, 8));
                for (int lap = 0; lap < LAPS; lap++) {
                    pass(ring, message, "message " + lap);
                }
            }
            System.out.println("ok");
        }

        private static void pass(OneToOneRingBuffer ring, SegmentBuffer message, String text) {
            final int length = message.putStringUtf8(0, text);
            if (!ring.write(1, message, 0, length)) {
                throw new AssertionError("the ring is full at " + text);
            }
            final MessageHandler verifier = (type, buffer, index, size) -> {
                if (type != 1 || size != length || !buffer.getStringUtf8(index).equals(text)) {
                    throw new AssertionError("got type " + type + ", length " + size + " for " + text);
                }
            };
            int read = ring.read(verifier);
            if (read == 0) { // The first read may have found nothing but the padding at the end of the ring.
                read = ring.read(verifier);
            }
            if (read != 1) {
                throw new AssertionError("read " + read + " messages at " + text);
            }
        }
    }
}
