package dev.backplane.connection;

import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/// A message in the caller's memory, or in an array if that is too short.
final class MemorySink implements Sink {
    private final MemorySegment target;
    private final long most;
    private @Nullable ArraySink tooLong;
    private long position;
    private long length;

    /// @param target all of it may be used
    /// @param most the longest message that is received at all
    MemorySink(MemorySegment target, long most) {
        this.target = target;
        this.most = most;
    }

    @Override
    public void begin(long lengthBytes) throws ProtocolException {
        ArraySink.refuseAbove(most, lengthBytes);
        length = lengthBytes;
        if (lengthBytes > target.byteSize()) {
            final ArraySink array = new ArraySink(most);
            array.begin(lengthBytes);
            tooLong = array;
        }
    }

    @Override
    public MemorySegment room() {
        return tooLong != null ? tooLong.room() : target.asSlice(position, length - position);
    }

    @Override
    public void filled(long lengthBytes) {
        if (tooLong != null) {
            tooLong.filled(lengthBytes);
        }
        position += lengthBytes;
    }

    /// How long the complete message is.
    ///
    /// @throws BufferTooShortException if it did not fit
    long length() throws BufferTooShortException {
        if (tooLong != null) {
            throw new BufferTooShortException(tooLong.bytes(), target.byteSize());
        }
        return length;
    }
}
