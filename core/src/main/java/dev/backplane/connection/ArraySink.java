package dev.backplane.connection;

import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.util.Arrays;

/// A message in an array of its own, which grows as the bytes arrive: whoever only claims a length gets no
/// memory.
final class ArraySink implements Sink {
    private static final int FIRST_BYTES = 64 << 10;
    private static final int GROWTH = 4;

    /// The longest array.
    static final int LONGEST = Integer.MAX_VALUE - 8;

    private final long most;
    private byte[] bytes = {};
    private int position;
    private int length;

    /// @param most the longest message
    ArraySink(long most) {
        this.most = Math.min(most, LONGEST);
    }

    @Override
    public void begin(long lengthBytes) throws ProtocolException {
        refuseAbove(most, lengthBytes);
        length = (int) lengthBytes;
        bytes = new byte[Math.min(length, FIRST_BYTES)];
    }

    static void refuseAbove(long most, long lengthBytes) throws ProtocolException {
        if (lengthBytes > most) {
            throw new ProtocolException("a message of " + lengthBytes + " bytes begins, at most " + most
                    + " are allowed: the connection is closed; if it is no attack, raise maxFrameBytes or what was"
                    + " given to receiveBytes");
        }
    }

    @Override
    public MemorySegment room() {
        if (position == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, (long) GROWTH * bytes.length));
        }
        return MemorySegment.ofArray(bytes).asSlice(position);
    }

    @Override
    public void filled(long lengthBytes) {
        position += (int) lengthBytes;
    }

    /// The message, once it is complete.
    byte[] bytes() {
        return bytes;
    }
}
