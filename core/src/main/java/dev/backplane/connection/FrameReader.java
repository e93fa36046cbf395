package dev.backplane.connection;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// Receives messages behind their lengths; see [FramedTransport] for the format. Not thread-safe.
///
/// What is read ahead of a message is kept, so that small messages take one call of the system.
final class FrameReader {
    private static final int AHEAD_BYTES = 16 << 10;
    private static final int SHORT_HEADER = Integer.BYTES;
    private static final int LONG_HEADER = Integer.BYTES + Long.BYTES;
    /// From here on, bytes go straight to where they belong.
    private static final int DIRECT_BYTES = AHEAD_BYTES / 2;
    private static final int PIECE_BYTES = 1 << 30;

    private static final long ENDED = -1;

    private final TimedSocket socket;
    private final ByteBuffer in = ByteBuffer.allocateDirect(AHEAD_BYTES).limit(0);
    private final MemorySegment memory = MemorySegment.ofBuffer(in.duplicate().clear());

    FrameReader(TimedSocket socket) {
        this.socket = socket;
    }

    /// Waits until bytes are at hand, or the end, which is read again then. Reads ahead: a message that was waited for
    /// takes no more calls of the system than one that was not.
    ///
    /// @return false if the time was up first
    boolean poll(long timeoutNanos) throws IOException, InterruptedException {
        if (in.hasRemaining()) {
            return true;
        }
        in.clear();
        try {
            return socket.readWithin(in, timeoutNanos) != 0;
        } finally {
            in.flip();
        }
    }

    /// Receives one message. Closes the socket if that fails with a part of it received, unless an interrupt
    /// comes within the header, which is kept.
    ///
    /// @return false at the end
    boolean read(Sink sink) throws IOException, InterruptedException {
        boolean begun = false;
        boolean sound = false;
        try {
            final long length = takeHeader();
            if (length != ENDED) {
                begun = true;
                sink.begin(length);
                readInto(sink, length);
            }
            sound = true;
            return length != ENDED;
        } catch (InterruptedException e) {
            sound = !begun;
            throw e;
        } finally {
            if (!sound) {
                socket.socket().close(); // Nobody could tell where the next message begins.
            }
        }
    }

    /// Nothing is taken out of the buffer before the header is complete.
    private long takeHeader() throws IOException, InterruptedException {
        if (!fill(false, SHORT_HEADER)) {
            return ENDED;
        }
        final int first = in.getInt(in.position());
        if (first >= 0) {
            return in.getInt();
        }
        if (first != -1) {
            throw new ProtocolException("a message of " + first + " bytes begins, which is no length: " + peer()
                    + " does not speak this protocol; the connection is closed");
        }
        fill(false, LONG_HEADER);
        in.getInt();
        final long length = in.getLong();
        if (length < 0) {
            throw new ProtocolException("a message of " + Long.toUnsignedString(length) + " bytes begins, at most "
                    + Long.MAX_VALUE + " are possible; the connection is closed");
        }
        return length;
    }

    private String peer() {
        return socket.socket().peer();
    }

    /// Makes sure that so many bytes are at hand.
    ///
    /// @param begun whether they are within a message, behind its length
    /// @return false if the stream has ended before the first of them
    private boolean fill(boolean begun, int bytes) throws IOException, InterruptedException {
        while (in.remaining() < bytes) {
            final boolean some;
            in.compact();
            try {
                some = socket.read(begun, in);
            } finally {
                in.flip();
            }
            if (!some) {
                if (!in.hasRemaining()) {
                    return false;
                }
                throw endedWithin("its length");
            }
        }
        return true;
    }

    private ProtocolException endedWithin(String what) {
        return new ProtocolException(
                "the connection to " + peer() + " ended in the midst of a message, within " + what);
    }

    private void readInto(Sink sink, long length) throws IOException, InterruptedException {
        long left = length;
        while (left > 0) {
            final MemorySegment room = sink.room();
            final long some;
            if (in.hasRemaining()) {
                some = Math.min(in.remaining(), Math.min(left, room.byteSize()));
                MemorySegment.copy(memory, in.position(), room, 0, some);
                in.position(in.position() + (int) some);
            } else if (left >= DIRECT_BYTES && FrameWriter.isViewable(room)) {
                final ByteBuffer view =
                        room.asSlice(0, Math.min(room.byteSize(), PIECE_BYTES)).asByteBuffer();
                if (!socket.read(true, view)) {
                    throw endedWithin("its last " + left + " of " + length + " bytes");
                }
                some = view.position();
            } else {
                if (!fill(true, 1)) {
                    throw endedWithin("its last " + left + " of " + length + " bytes");
                }
                continue;
            }
            sink.filled(some);
            left -= some;
        }
    }
}
