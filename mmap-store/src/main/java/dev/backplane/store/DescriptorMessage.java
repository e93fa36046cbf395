package dev.backplane.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;

/// A `struct msghdr` with bytes and a descriptor, as sendmsg(2) and recvmsg(2) have it on 64-bit Linux.
///
/// ```
///   msghdr    name i64 | name length i32, 4 zeros | iovec* i64 | iovecs i64 | control* i64
///             | control length i64 | flags i32, 4 zeros
///   iovec     bytes* i64 | length i64
///   cmsghdr   length i64, with these 16 bytes | level i32 | type i32 | descriptors i32 each, padded to 8
/// ```
final class DescriptorMessage implements AutoCloseable {
    static final int EBADF = 9;

    private static final int SCM_RIGHTS = 1;
    /// The kernel takes no more in one message.
    private static final int MOST_DESCRIPTORS = 253;

    private static final long HEADER_BYTES = 56;
    private static final long HEADER_PIECES = 16;
    private static final long HEADER_PIECE_COUNT = 24;
    private static final long HEADER_CONTROL = 32;
    private static final long HEADER_CONTROL_LENGTH = 40;
    private static final long HEADER_FLAGS = 48;
    private static final long PIECE_BYTES = 16;
    private static final long CONTROL_LEVEL = 8;
    private static final long CONTROL_TYPE = 12;
    private static final long CONTROL_DATA = 16;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(HEADER_BYTES, Long.BYTES);
    private final MemorySegment control;

    private DescriptorMessage(MemorySegment bytes, int descriptors) {
        final MemorySegment piece = arena.allocate(PIECE_BYTES, Long.BYTES);
        piece.set(ADDRESS, 0, bytes);
        piece.set(JAVA_LONG, Long.BYTES, bytes.byteSize());
        control = arena.allocate(padded(CONTROL_DATA + (long) Integer.BYTES * descriptors), Long.BYTES);
        header.set(ADDRESS, HEADER_PIECES, piece);
        header.set(JAVA_LONG, HEADER_PIECE_COUNT, 1);
        header.set(ADDRESS, HEADER_CONTROL, control);
        header.set(JAVA_LONG, HEADER_CONTROL_LENGTH, control.byteSize());
    }

    private static long padded(long bytes) {
        return Math.ceilDiv(bytes, Long.BYTES) * Long.BYTES;
    }

    /// A message that carries one descriptor.
    static DescriptorMessage toSend(MemorySegment bytes, int descriptor) {
        final DescriptorMessage message = new DescriptorMessage(bytes, 1);
        message.control.set(JAVA_LONG, 0, CONTROL_DATA + Integer.BYTES);
        message.control.set(JAVA_INT, CONTROL_LEVEL, SocketCalls.SOL_SOCKET);
        message.control.set(JAVA_INT, CONTROL_TYPE, SCM_RIGHTS);
        message.control.set(JAVA_INT, CONTROL_DATA, descriptor);
        return message;
    }

    /// A message with room for as many descriptors as may come: what did not fit would be lost without a
    /// trace.
    static DescriptorMessage toReceive(MemorySegment bytes) {
        return new DescriptorMessage(bytes, MOST_DESCRIPTORS);
    }

    MemorySegment header() {
        return header;
    }

    /// The descriptor that came, or -1. Others that came with it are closed, and all if some were lost.
    ///
    /// @throws IOException if the system had to leave descriptors out
    int take(SocketCalls calls, String peer) throws IOException {
        final boolean isCut = (header.get(JAVA_INT, HEADER_FLAGS) & SocketCalls.MSG_CTRUNC) != 0;
        final long end = Math.min(header.get(JAVA_LONG, HEADER_CONTROL_LENGTH), control.byteSize());
        int taken = -1;
        long offset = 0;
        while (offset + CONTROL_DATA <= end) {
            final long length = control.get(JAVA_LONG, offset);
            if (length < CONTROL_DATA || length > end - offset) {
                break;
            }
            if (control.get(JAVA_INT, offset + CONTROL_LEVEL) == SocketCalls.SOL_SOCKET
                    && control.get(JAVA_INT, offset + CONTROL_TYPE) == SCM_RIGHTS) {
                for (long at = offset + CONTROL_DATA; at + Integer.BYTES <= offset + length; at += Integer.BYTES) {
                    final int descriptor = control.get(JAVA_INT, at);
                    if (taken < 0 && !isCut) {
                        taken = descriptor;
                    } else {
                        calls.close(descriptor);
                    }
                }
            }
            offset += padded(length);
        }
        if (isCut) {
            throw new SocketException("descriptors that came from " + peer
                    + " were lost: this process has too many open files; raise `ulimit -n`");
        }
        return taken;
    }

    @Override
    public void close() {
        arena.close();
    }
}
