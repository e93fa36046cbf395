package dev.backplane.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Plain file reads and writes where a mapping could fault: a write through a channel fails with an exception.
final class Zeros {
    private static final int CHUNK = 1 << 20;

    private Zeros() {}

    /// Writes zeros over a range, so that it really has pages.
    static void write(FileChannel channel, long offset, long length) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK, length));
        long position = offset;
        while (position < offset + length) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), offset + length - position));
            position += channel.write(zeros, position);
        }
    }

    /// Reads from the start of a file into `target`; how many bytes there were.
    static long readStart(FileChannel channel, MemorySegment target) throws IOException {
        final ByteBuffer buffer = target.asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, buffer.position()) < 0) {
                break;
            }
        }
        return buffer.position();
    }
}
