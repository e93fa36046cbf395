package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// The copying half of [SegmentBuffer]: to and from buffers of any class, without touching a raw address.
///
/// A segment, an array or a direct `ByteBuffer` behind a buffer is copied in one piece. A buffer that has none
/// of them (one around a bare address, say) is asked for byte after byte, so that its own checks hold. Source
/// and destination may overlap.
final class BufferCopy {
    private BufferCopy() {}

    /// Copies `length` bytes of `src` into `dst`, which grows if it can. Nothing is written unless both have
    /// room.
    static void copy(DirectBuffer src, int srcIndex, MutableDirectBuffer dst, int dstIndex, int length) {
        src.boundsCheck(srcIndex, length);
        if (dst.isExpandable()) {
            dst.checkLimit(dstIndex + length); // Grows it, and so must come before storage(dst), which is replaced.
        }
        dst.boundsCheck(dstIndex, length);
        final MemorySegment from = storage(src);
        final MemorySegment to = storage(dst);
        if (from != null && to != null) {
            MemorySegment.copy(from, storageOffset(src, srcIndex), to, storageOffset(dst, dstIndex), length);
        } else {
            copyByteByByte(src, srcIndex, dst, dstIndex, length);
        }
    }

    // Both may lie over the same memory: backwards when the source starts below the destination, every byte is
    // read before it is overwritten, as memmove does it. Where the addresses mean nothing, either direction is
    // right.
    private static void copyByteByByte(
            DirectBuffer src, int srcIndex, MutableDirectBuffer dst, int dstIndex, int length) {
        if (src.addressOffset() + srcIndex < dst.addressOffset() + dstIndex) {
            for (int i = length - 1; i >= 0; i--) {
                dst.putByte(dstIndex + i, src.getByte(srcIndex + i));
            }
        } else {
            for (int i = 0; i < length; i++) {
                dst.putByte(dstIndex + i, src.getByte(srcIndex + i));
            }
        }
    }

    /// All of `buffer`, from 0 to its capacity whatever its position and limit.
    static MemorySegment whole(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer.duplicate().clear());
    }

    /// All of `buffer`, to be written to.
    ///
    /// @throws ReadOnlyBufferException if it cannot be
    static MemorySegment writable(ByteBuffer buffer) {
        if (buffer.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        return whole(buffer);
    }

    /// Refuses a relative copy that would run past the limit before a byte of it is done.
    static void checkRemaining(ByteBuffer buffer, int length) {
        if (length > buffer.remaining()) {
            throw new IndexOutOfBoundsException("length=" + length + " from position=" + buffer.position()
                    + " is beyond limit=" + buffer.limit() + " of the ByteBuffer");
        }
    }

    /// The memory behind `buffer`, or null if only `buffer` itself can reach it. (A heap `ByteBuffer` without
    /// its array says nothing about where index 0 lies.)
    private static @Nullable MemorySegment storage(DirectBuffer buffer) {
        if (buffer instanceof SegmentBuffer ours) {
            return ours.segment();
        }
        final byte[] array = buffer.byteArray();
        if (array != null) {
            return MemorySegment.ofArray(array);
        }
        final ByteBuffer byteBuffer = buffer.byteBuffer();
        return byteBuffer != null && byteBuffer.isDirect() ? whole(byteBuffer) : null;
    }

    private static long storageOffset(DirectBuffer buffer, int index) {
        return (long) buffer.wrapAdjustment() + index;
    }
}
