package dev.backplane.pool;

import dev.backplane.codec.Failure;
import dev.backplane.shm.Doorbell;
import dev.backplane.store.SegmentBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.jspecify.annotations.Nullable;

/// Frames of any length through a single-producer single-consumer ring of limited size, in pieces.
///
/// ```
///   0        8          16            20             24
///  +--------+----------+-------------+--------------+----------------+
///  | id     | about    | body length | piece offset | piece of body  |
///  +--------+----------+-------------+--------------+----------------+
/// ```
///
/// One thread writes or reads. A writer killed in a frame leaves a piece that is never completed or never
/// committed; the frames before it can still be read, and the ring is then given up with its worker.
final class FrameRing {
    private static final int ID = 0;
    private static final int ABOUT = 8;
    private static final int LENGTH = 16;
    private static final int OFFSET = 20;
    private static final int HEADER_BYTES = 24;
    private static final int LONGEST = Integer.MAX_VALUE - 64;

    private final OneToOneRingBuffer ring;
    private final int pieceBytes;
    private final Queue<Frame> received = new ArrayDeque<>();
    private byte @Nullable [] partial;
    private boolean tooLarge;

    private final Doorbell reader;
    private final Doorbell writer;

    /// A ring in `buffer`.
    ///
    /// @param buffer a power of two and the trailer long
    /// @param reader rung when there is something to read
    /// @param writer rung when there is room again
    FrameRing(SegmentBuffer buffer, Doorbell reader, Doorbell writer) {
        this.ring = new OneToOneRingBuffer(buffer);
        this.reader = reader;
        this.writer = writer;
        this.pieceBytes = ring.maxMsgLength() - HEADER_BYTES;
    }

    /// Writes what there is room for, from `offset` of the body on; where to go on, or the body's length + 1
    /// when done.
    int write(Frame frame, int offset) {
        final int length = frame.body().length;
        int at = offset;
        while (at <= length) {
            final int piece = Math.min(pieceBytes, length - at);
            final int index = ring.tryClaim(frame.type().code(), HEADER_BYTES + piece);
            if (index < 0) {
                break;
            }
            final MutableDirectBuffer buffer = ring.buffer();
            buffer.putLong(index + ID, frame.id());
            buffer.putLong(index + ABOUT, frame.about());
            buffer.putInt(index + LENGTH, length);
            buffer.putInt(index + OFFSET, at);
            buffer.putBytes(index + HEADER_BYTES, frame.body(), at, piece);
            ring.commit(index);
            at += piece;
            if (at == length) {
                at++;
            }
        }
        if (at > offset) {
            reader.ring();
        }
        return at;
    }

    static boolean isWritten(Frame frame, int offset) {
        return offset > frame.body().length;
    }

    /// The next complete frame, or null.
    @Nullable
    Frame read() {
        // A read stops at the ring's end, and may pass nothing but padding there: only the position tells.
        boolean moved = true;
        while (received.isEmpty() && moved) {
            final long before = ring.consumerPosition();
            ring.read(this::onPiece);
            moved = ring.consumerPosition() != before;
            if (moved) {
                writer.ring();
            }
        }
        return received.poll();
    }

    /// Room for a frame's body. If this JVM's heap has none, the frame is passed over, piece by piece, and
    /// the next one is none the worse for it.
    private byte @Nullable [] bodyOf(int length) {
        tooLarge = false;
        try {
            return new byte[length];
        } catch (OutOfMemoryError _) {
            tooLarge = true;
            return null;
        }
    }

    /// What takes the place of a result that was too large. A worker never gets here: it ends when it has no
    /// memory.
    private static Frame refused(long id, int length) {
        return new Frame(
                Frame.Type.FAILURE,
                id,
                0,
                Failure.of(new IllegalStateException("a result of " + length
                                + " bytes does not fit in the heap of the JVM that asked for it, of "
                                + Runtime.getRuntime().maxMemory() + " bytes"))
                        .toBytes());
    }

    private void onPiece(int messageType, MutableDirectBuffer buffer, int index, int bytes) {
        final Frame.Type type = Frame.Type.of(messageType);
        final int length = buffer.getInt(index + LENGTH);
        final int offset = buffer.getInt(index + OFFSET);
        final int piece = bytes - HEADER_BYTES;
        if (piece < 0 || length < 0 || length > LONGEST || offset < 0 || offset > length - piece) {
            throw new IllegalStateException(
                    "a ring holds a damaged piece: body of " + length + " bytes, piece of " + piece + " at " + offset);
        }
        if (offset == 0) {
            partial = bodyOf(length);
        }
        if (tooLarge) {
            if (offset + piece == length) {
                received.add(refused(buffer.getLong(index + ID), length));
            }
            return;
        }
        final byte[] body = partial;
        if (body == null || body.length != length) {
            throw new IllegalStateException("a ring holds a piece of a frame whose beginning is missing");
        }
        buffer.getBytes(index + HEADER_BYTES, body, offset, piece);
        if (offset + piece == length) {
            partial = null;
            received.add(new Frame(type, buffer.getLong(index + ID), buffer.getLong(index + ABOUT), body));
        }
    }
}
