package dev.backplane.connection;

import dev.backplane.SharedChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/// The pieces of a message as a channel hands them over: to where the message goes, or, while nobody
/// receives, aside.
final class PipeArrival implements SharedChannel.Handler {
    private @Nullable Sink sink;
    /// A piece that came while somebody only polled.
    private @Nullable MemorySegment ahead;
    private @Nullable IOException failure;
    private boolean begun;
    private long left;

    boolean isAhead() {
        return ahead != null;
    }

    /// A message is to be received.
    void begin(Sink target) {
        sink = target;
        begun = false;
        left = 0;
        failure = null;
        final MemorySegment piece = ahead;
        if (piece != null) {
            ahead = null;
            accept(target, piece, 0, piece.byteSize());
        }
    }

    boolean hasBegun() {
        return begun;
    }

    boolean isComplete() {
        return begun && left == 0 && failure == null;
    }

    /// Throws what a piece was refused for.
    void check(PipeEnd end) throws IOException {
        if (failure != null) {
            throw new ProtocolException("the " + end + ": " + failure.getMessage());
        }
    }

    void end() {
        sink = null;
    }

    @Override
    public void onMessage(MemorySegment memory, long offset, int lengthBytes) {
        final Sink target = sink;
        if (target == null) {
            ahead = MemorySegment.ofArray(memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
        } else {
            accept(target, memory, offset, lengthBytes);
        }
    }

    private void accept(Sink target, MemorySegment memory, long offset, long lengthBytes) {
        try {
            final long header = lengthBytes < PipeTransport.HEADER_BYTES ? 0 : memory.get(PipeTransport.HEADER, offset);
            final boolean first = header < 0;
            final long all = header & Long.MAX_VALUE;
            final long length = lengthBytes - PipeTransport.HEADER_BYTES;
            if (length < 0 || length > all || first == begun || !first && all != left) {
                begun = true;
                throw new ProtocolException("a message was not sent to its end, or what follows is none");
            }
            begun = true;
            if (first) {
                left = all;
                target.begin(all);
            }
            put(target, memory, offset + PipeTransport.HEADER_BYTES, length);
        } catch (IOException e) {
            failure = e;
        }
    }

    private void put(Sink target, MemorySegment memory, long offset, long length) {
        long done = 0;
        while (done < length) {
            final MemorySegment room = target.room();
            final long some = Math.min(room.byteSize(), length - done);
            MemorySegment.copy(memory, offset + done, room, 0, some);
            target.filled(some);
            done += some;
        }
        left -= length;
    }
}
