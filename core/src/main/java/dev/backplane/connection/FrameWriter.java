package dev.backplane.connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// Sends messages behind their lengths; see [FramedTransport] for the format. Not thread-safe.
final class FrameWriter {
    /// Up to here a message is copied behind its header, as Python does.
    static final int SMALL_BYTES = 16 << 10;
    /// What is longer is handed on in buffers of at most this length, whose positions are ints.
    private static final int PIECE_BYTES = 1 << 30;
    /// Memory that has no view as a buffer is copied in pieces.
    private static final int COPIED_PIECE_BYTES = 1 << 20;

    private final TimedSocket socket;
    private final ByteBuffer out = ByteBuffer.allocateDirect(Integer.BYTES + Long.BYTES + SMALL_BYTES);
    private final MemorySegment memory = MemorySegment.ofBuffer(out.duplicate().clear());

    FrameWriter(TimedSocket socket) {
        this.socket = socket;
    }

    /// Sends one message. Closes the socket if that fails with a part of it sent.
    void write(MemorySegment source, long offset, long lengthBytes) throws IOException, InterruptedException {
        out.clear();
        if (lengthBytes <= Integer.MAX_VALUE) {
            out.putInt((int) lengthBytes);
        } else {
            out.putInt(-1).putLong(lengthBytes);
        }
        final boolean small = lengthBytes <= SMALL_BYTES;
        if (small) {
            MemorySegment.copy(source, offset, memory, out.position(), lengthBytes);
            out.position(out.position() + (int) lengthBytes);
        }
        out.flip();
        boolean done = false;
        try {
            if (small) {
                socket.write(false, out);
            }
            for (long sent = small ? lengthBytes : 0; sent < lengthBytes; ) {
                final ByteBuffer piece = view(source, offset + sent, lengthBytes - sent);
                sent += piece.remaining();
                socket.write(sent > piece.remaining(), out, piece);
            }
            done = true;
        } finally {
            if (!done && out.position() > 0) {
                socket.socket().close();
            }
        }
    }

    /// The beginning of some memory as a buffer: the memory itself where it has such a view, a copy
    /// elsewhere.
    private static ByteBuffer view(MemorySegment memory, long offset, long length) {
        return isViewable(memory)
                ? memory.asSlice(offset, Math.min(length, PIECE_BYTES)).asByteBuffer()
                : ByteBuffer.wrap(memory.asSlice(offset, Math.min(length, COPIED_PIECE_BYTES))
                        .toArray(ValueLayout.JAVA_BYTE));
    }

    /// Whether memory can be seen as a buffer: not so arrays of anything but bytes.
    static boolean isViewable(MemorySegment memory) {
        return memory.isNative() || memory.heapBase().orElse(null) instanceof byte[];
    }
}
