package dev.backplane.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_CHAR_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.jspecify.annotations.Nullable;

/// A fixed, little-endian window of at most 2 GiB on off-heap memory, in the form that Agrona's ring buffers
/// and broadcast buffers run on.
///
/// **Why it exists.** Agrona's own `UnsafeBuffer` reaches memory through `jdk.internal.misc.Unsafe`, which the
/// JVM grants only when started with `--add-exports`, and which turns a use after unmapping into a crash of the
/// process. This one goes through [MemorySegment]: it needs no JVM flag, and it checks every access against the
/// bounds and the life of the memory. `MemorySegment` alone would not do: Agrona's structures want an
/// [AtomicBuffer].
///
/// **Memory modes.** An order between two processes needs both sides: what a reader sees is settled by the
/// weaker of its own access and the writer's.
///
/// | methods, for X = `Int`, `Long`                   | mode                          | pairs with         |
/// |--------------------------------------------------|-------------------------------|--------------------|
/// | `getX`, `putX` and everything not named below    | plain                         | what orders it     |
/// | `getXOpaque`, `putXOpaque`                       | opaque: whole words, no order | each other         |
/// | `addXOpaque`                                     | opaque load, opaque store     | one writer only    |
/// | `getXAcquire`                                    | acquire                       | release and up     |
/// | `putXRelease`, `putXOrdered`                     | release                       | acquire and up     |
/// | `addXRelease`, `addXOrdered`                     | atomic, release               | acquire and up     |
/// | `getXVolatile`, `putXVolatile`                   | volatile                      | acquire or release |
/// | `compareAndSetX`, `compareAndExchangeX`          | atomic, volatile              | acquire or release |
/// | `getAndSetX`, `getAndAddX`                       | atomic, volatile              | acquire or release |
///
/// Plain access takes any index. Every other needs an *address* that is a multiple of the value's size and
/// refuses a different one with an [IllegalArgumentException], where `UnsafeBuffer` would tear;
/// [#verifyAlignment()] checks the first address once, after which aligned indexes are aligned addresses.
/// `Short`, `Char` and `Byte` have the volatile pair only. An addition returns the value before it.
///
/// **Byte order.** Values are little-endian on every machine, as the segment file is; the overloads with a
/// [ByteOrder] take the other order too. (`UnsafeBuffer` writes the machine's own.)
///
/// **Errors.** Out of bounds is an [IndexOutOfBoundsException] that names the index, the length and the
/// capacity; use after the memory's arena was closed is an [IllegalStateException]; a store into read-only
/// memory is an [IllegalArgumentException]. A refused store has changed nothing. Agrona's switch to turn bounds
/// checks off (`agrona.disable.bounds.checks`) has no effect.
///
/// **Sharing.** The object is immutable and can be used by any thread that the segment's arena admits; the
/// bytes are shared with whoever else maps them. A process killed between two stores leaves the first without
/// the second; a killed aligned store of at most 8 bytes is there or not, never torn, and a killed bulk copy
/// leaves any prefix or mixture of it.
///
/// **Cost.** A read or write of a number allocates nothing and inlines to a bounds check, a liveness check and
/// the instruction; a message through a ring pays for about a dozen of them. Strings are decoded through one
/// `byte[]`.
///
/// **Unlike Agrona.** It cannot be wrapped around other memory after construction, [#byteArray()] and
/// [#byteBuffer()] are always null, natural numbers must not be negative, and zero is written as `0` by
/// [#putNaturalIntAsciiFromEnd(int, int)] (Agrona writes nothing).
public final class SegmentBuffer implements AtomicBuffer {
    /*
     * Each store tells the StoreProbe first, so that tests can cut Agrona's algorithms off between any two.
     *
     * Two sets of handles, because the layout carries the alignment: plain access may be to any index (Agrona
     * puts fields behind byte-aligned headers), atomic access must be aligned or the hardware may tear it. All
     * are exact, so that an int offset or a boxed value is an error at once instead of a slow path; hence the
     * (long) casts.
     *
     * The accessors carry no bounds check of their own: the handle checks index and length against the segment,
     * and the segment is cut to exactly this buffer, so its message names index ("new offset"), length ("new
     * length") and capacity ("byteSize"). A check in front of it, for nicer words, would not be merged with it
     * by the JIT and be paid by every load and store of a ring. What loops or copies does check first, so that
     * a refusal writes nothing.
     */
    private static final VarHandle PLAIN_SHORT = exact(JAVA_SHORT_UNALIGNED);
    private static final VarHandle PLAIN_CHAR = exact(JAVA_CHAR_UNALIGNED);
    private static final VarHandle PLAIN_INT = exact(JAVA_INT_UNALIGNED);
    private static final VarHandle PLAIN_FLOAT = exact(JAVA_FLOAT_UNALIGNED);
    private static final VarHandle PLAIN_LONG = exact(JAVA_LONG_UNALIGNED);
    private static final VarHandle PLAIN_DOUBLE = exact(JAVA_DOUBLE_UNALIGNED);
    private static final VarHandle BYTE = exact(JAVA_BYTE);
    private static final VarHandle SHORT = exact(JAVA_SHORT);
    private static final VarHandle CHAR = exact(JAVA_CHAR);
    private static final VarHandle INT = exact(JAVA_INT);
    private static final VarHandle LONG = exact(JAVA_LONG);

    private final MemorySegment segment;
    private final int capacity;

    /// A buffer over all of `segment`.
    ///
    /// @param segment native or mapped memory of at most [Integer#MAX_VALUE] bytes; read-only memory can be
    ///     read
    /// @throws IllegalArgumentException if the segment is larger or lives on the heap
    public SegmentBuffer(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    "SegmentBuffer needs native or mapped memory (heap memory has no address and no aligned words): "
                            + segment);
        }
        if (segment.byteSize() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("SegmentBuffer capacity is an int: byteSize=" + segment.byteSize()
                    + " is beyond " + Integer.MAX_VALUE + "; take a part of " + segment);
        }
        this.segment = segment;
        this.capacity = (int) segment.byteSize();
    }

    /// A buffer over a part of `segment`; index 0 is the byte at `offset`.
    ///
    /// @param segment native or mapped memory of any size
    /// @param offset of the first byte, in bytes from the start of `segment`
    /// @param length in bytes, which becomes the capacity
    /// @throws IndexOutOfBoundsException if the part is not within the segment
    /// @throws IllegalArgumentException if the segment lives on the heap
    public SegmentBuffer(MemorySegment segment, long offset, int length) {
        this(segment.asSlice(offset, length));
    }

    private static VarHandle exact(ValueLayout layout) {
        return layout.withOrder(LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();
    }

    // What the buffer is.

    /// The memory, cut to this buffer: index 0 is its offset 0.
    MemorySegment segment() {
        return segment;
    }

    /// The native address of index 0. Reading or writing there by address goes past every check of this class,
    /// and is good only as long as the arena is open.
    ///
    /// @throws IllegalStateException if the arena is closed: the address is nobody's any more
    @Override
    public long addressOffset() {
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("no address: the arena of " + this + " is closed");
        }
        return segment.address();
    }

    /// Always null: the memory is not on the heap.
    @Override
    public byte @Nullable [] byteArray() {
        return null;
    }

    /// Always null: a `ByteBuffer` over the same memory would be one more object for each buffer, and nothing
    /// here needs it; [MemorySegment#asByteBuffer()] makes one.
    @Override
    public @Nullable ByteBuffer byteBuffer() {
        return null;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    /// Always false.
    @Override
    public boolean isExpandable() {
        return false;
    }

    /// Always 0: there is no wrapped array or buffer whose indexes could differ.
    @Override
    public int wrapAdjustment() {
        return 0;
    }

    @Override
    public void checkLimit(int limit) {
        if (limit > capacity) {
            throw new IndexOutOfBoundsException("limit=" + limit + " is beyond capacity=" + capacity);
        }
    }

    @Override
    public void boundsCheck(int index, int length) {
        // Each operand of the subtraction is non-negative when it is reached, so it cannot overflow.
        if (index < 0 || length < 0 || index > capacity - length) {
            throw new IndexOutOfBoundsException(
                    "index=" + index + " length=" + length + " is out of bounds for capacity=" + capacity);
        }
    }

    /// Checks that index 0 is at an address divisible by 8, which Agrona's ring and broadcast buffers demand.
    ///
    /// @throws IllegalStateException if it is not
    @Override
    public void verifyAlignment() {
        if ((segment.address() & (ALIGNMENT - 1)) != 0) {
            throw new IllegalStateException("AtomicBuffer is not correctly aligned: addressOffset=" + segment.address()
                    + " is not divisible by " + ALIGNMENT);
        }
    }

    // A view that changes under a running reader or writer would need a fence for every access, or be wrong.

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(byte[] buffer) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(byte[] buffer, int offset, int length) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(ByteBuffer buffer) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(ByteBuffer buffer, int offset, int length) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(DirectBuffer buffer) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(DirectBuffer buffer, int offset, int length) {
        throw fixedView();
    }

    /// Refused: the view is fixed.
    ///
    /// @throws UnsupportedOperationException always
    @Override
    public void wrap(long address, int length) {
        throw fixedView();
    }

    private static UnsupportedOperationException fixedView() {
        return new UnsupportedOperationException("a SegmentBuffer is a fixed view, so that threads can share it without"
                + " synchronisation: construct a new SegmentBuffer over the other memory instead of wrapping it");
    }
    // Plain access.

    @Override
    public byte getByte(int index) {
        return (byte) BYTE.get(segment, (long) index);
    }

    @Override
    public void putByte(int index, byte value) {
        StoreProbe.beforeStore();
        BYTE.set(segment, (long) index, value);
    }

    @Override
    public short getShort(int index) {
        return (short) PLAIN_SHORT.get(segment, (long) index);
    }

    @Override
    public void putShort(int index, short value) {
        StoreProbe.beforeStore();
        PLAIN_SHORT.set(segment, (long) index, value);
    }

    @Override
    public short getShort(int index, ByteOrder byteOrder) {
        final short value = getShort(index);
        return byteOrder == LITTLE_ENDIAN ? value : Short.reverseBytes(value);
    }

    @Override
    public void putShort(int index, short value, ByteOrder byteOrder) {
        putShort(index, byteOrder == LITTLE_ENDIAN ? value : Short.reverseBytes(value));
    }

    @Override
    public char getChar(int index) {
        return (char) PLAIN_CHAR.get(segment, (long) index);
    }

    @Override
    public void putChar(int index, char value) {
        StoreProbe.beforeStore();
        PLAIN_CHAR.set(segment, (long) index, value);
    }

    @Override
    public char getChar(int index, ByteOrder byteOrder) {
        final char value = getChar(index);
        return byteOrder == LITTLE_ENDIAN ? value : Character.reverseBytes(value);
    }

    @Override
    public void putChar(int index, char value, ByteOrder byteOrder) {
        putChar(index, byteOrder == LITTLE_ENDIAN ? value : Character.reverseBytes(value));
    }

    @Override
    public int getInt(int index) {
        return (int) PLAIN_INT.get(segment, (long) index);
    }

    @Override
    public void putInt(int index, int value) {
        StoreProbe.beforeStore();
        PLAIN_INT.set(segment, (long) index, value);
    }

    @Override
    public int getInt(int index, ByteOrder byteOrder) {
        final int value = getInt(index);
        return byteOrder == LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
    }

    @Override
    public void putInt(int index, int value, ByteOrder byteOrder) {
        putInt(index, byteOrder == LITTLE_ENDIAN ? value : Integer.reverseBytes(value));
    }

    @Override
    public long getLong(int index) {
        return (long) PLAIN_LONG.get(segment, (long) index);
    }

    @Override
    public void putLong(int index, long value) {
        StoreProbe.beforeStore();
        PLAIN_LONG.set(segment, (long) index, value);
    }

    @Override
    public long getLong(int index, ByteOrder byteOrder) {
        final long value = getLong(index);
        return byteOrder == LITTLE_ENDIAN ? value : Long.reverseBytes(value);
    }

    @Override
    public void putLong(int index, long value, ByteOrder byteOrder) {
        putLong(index, byteOrder == LITTLE_ENDIAN ? value : Long.reverseBytes(value));
    }

    @Override
    public float getFloat(int index) {
        return (float) PLAIN_FLOAT.get(segment, (long) index);
    }

    @Override
    public void putFloat(int index, float value) {
        StoreProbe.beforeStore();
        PLAIN_FLOAT.set(segment, (long) index, value);
    }

    @Override
    public float getFloat(int index, ByteOrder byteOrder) {
        return Float.intBitsToFloat(getInt(index, byteOrder));
    }

    @Override
    public void putFloat(int index, float value, ByteOrder byteOrder) {
        putInt(index, Float.floatToRawIntBits(value), byteOrder);
    }

    @Override
    public double getDouble(int index) {
        return (double) PLAIN_DOUBLE.get(segment, (long) index);
    }

    @Override
    public void putDouble(int index, double value) {
        StoreProbe.beforeStore();
        PLAIN_DOUBLE.set(segment, (long) index, value);
    }

    @Override
    public double getDouble(int index, ByteOrder byteOrder) {
        return Double.longBitsToDouble(getLong(index, byteOrder));
    }

    @Override
    public void putDouble(int index, double value, ByteOrder byteOrder) {
        putLong(index, Double.doubleToRawLongBits(value), byteOrder);
    }

    // Atomic access.

    @Override
    public long getLongOpaque(int index) {
        return (long) LONG.getOpaque(segment, (long) index);
    }

    @Override
    public long getLongAcquire(int index) {
        return (long) LONG.getAcquire(segment, (long) index);
    }

    @Override
    public long getLongVolatile(int index) {
        return (long) LONG.getVolatile(segment, (long) index);
    }

    @Override
    public void putLongOpaque(int index, long value) {
        StoreProbe.beforeStore();
        LONG.setOpaque(segment, (long) index, value);
    }

    @Override
    public void putLongRelease(int index, long value) {
        StoreProbe.beforeStore();
        LONG.setRelease(segment, (long) index, value);
    }

    @Override
    public void putLongVolatile(int index, long value) {
        StoreProbe.beforeStore();
        LONG.setVolatile(segment, (long) index, value);
    }

    @Override
    public void putLongOrdered(int index, long value) {
        putLongRelease(index, value);
    }

    @Override
    public long addLongOpaque(int index, long increment) {
        final long previous = getLongOpaque(index);
        putLongOpaque(index, previous + increment);
        return previous;
    }

    @Override
    public long addLongRelease(int index, long increment) {
        StoreProbe.beforeStore();
        return (long) LONG.getAndAddRelease(segment, (long) index, increment);
    }

    @Override
    public long addLongOrdered(int index, long increment) {
        return addLongRelease(index, increment);
    }

    @Override
    public long getAndAddLong(int index, long delta) {
        StoreProbe.beforeStore();
        return (long) LONG.getAndAdd(segment, (long) index, delta);
    }

    @Override
    public long getAndSetLong(int index, long value) {
        StoreProbe.beforeStore();
        return (long) LONG.getAndSet(segment, (long) index, value);
    }

    @Override
    public boolean compareAndSetLong(int index, long expectedValue, long updateValue) {
        StoreProbe.beforeStore();
        return LONG.compareAndSet(segment, (long) index, expectedValue, updateValue);
    }

    @Override
    public long compareAndExchangeLong(int index, long expectedValue, long updateValue) {
        StoreProbe.beforeStore();
        return (long) LONG.compareAndExchange(segment, (long) index, expectedValue, updateValue);
    }

    @Override
    public int getIntOpaque(int index) {
        return (int) INT.getOpaque(segment, (long) index);
    }

    @Override
    public int getIntAcquire(int index) {
        return (int) INT.getAcquire(segment, (long) index);
    }

    @Override
    public int getIntVolatile(int index) {
        return (int) INT.getVolatile(segment, (long) index);
    }

    @Override
    public void putIntOpaque(int index, int value) {
        StoreProbe.beforeStore();
        INT.setOpaque(segment, (long) index, value);
    }

    @Override
    public void putIntRelease(int index, int value) {
        StoreProbe.beforeStore();
        INT.setRelease(segment, (long) index, value);
    }

    @Override
    public void putIntVolatile(int index, int value) {
        StoreProbe.beforeStore();
        INT.setVolatile(segment, (long) index, value);
    }

    @Override
    public void putIntOrdered(int index, int value) {
        putIntRelease(index, value);
    }

    @Override
    public int addIntOpaque(int index, int increment) {
        final int previous = getIntOpaque(index);
        putIntOpaque(index, previous + increment);
        return previous;
    }

    @Override
    public int addIntRelease(int index, int increment) {
        StoreProbe.beforeStore();
        return (int) INT.getAndAddRelease(segment, (long) index, increment);
    }

    @Override
    public int addIntOrdered(int index, int increment) {
        return addIntRelease(index, increment);
    }

    @Override
    public int getAndAddInt(int index, int delta) {
        StoreProbe.beforeStore();
        return (int) INT.getAndAdd(segment, (long) index, delta);
    }

    @Override
    public int getAndSetInt(int index, int value) {
        StoreProbe.beforeStore();
        return (int) INT.getAndSet(segment, (long) index, value);
    }

    @Override
    public boolean compareAndSetInt(int index, int expectedValue, int updateValue) {
        StoreProbe.beforeStore();
        return INT.compareAndSet(segment, (long) index, expectedValue, updateValue);
    }

    @Override
    public int compareAndExchangeInt(int index, int expectedValue, int updateValue) {
        StoreProbe.beforeStore();
        return (int) INT.compareAndExchange(segment, (long) index, expectedValue, updateValue);
    }

    @Override
    public short getShortVolatile(int index) {
        return (short) SHORT.getVolatile(segment, (long) index);
    }

    @Override
    public void putShortVolatile(int index, short value) {
        StoreProbe.beforeStore();
        SHORT.setVolatile(segment, (long) index, value);
    }

    @Override
    public char getCharVolatile(int index) {
        return (char) CHAR.getVolatile(segment, (long) index);
    }

    @Override
    public void putCharVolatile(int index, char value) {
        StoreProbe.beforeStore();
        CHAR.setVolatile(segment, (long) index, value);
    }

    @Override
    public byte getByteVolatile(int index) {
        return (byte) BYTE.getVolatile(segment, (long) index);
    }

    @Override
    public void putByteVolatile(int index, byte value) {
        StoreProbe.beforeStore();
        BYTE.setVolatile(segment, (long) index, value);
    }

    // Bytes. The copies behave like memmove where source and destination overlap.

    @Override
    public void setMemory(int index, int length, byte value) {
        StoreProbe.beforeStore();
        segment.asSlice(index, length).fill(value);
    }

    @Override
    public void getBytes(int index, byte[] dst) {
        getBytes(index, dst, 0, dst.length);
    }

    @Override
    public void getBytes(int index, byte[] dst, int offset, int length) {
        boundsCheck(index, length);
        MemorySegment.copy(segment, JAVA_BYTE, index, dst, offset, length);
    }

    @Override
    public void getBytes(int index, MutableDirectBuffer dstBuffer, int dstIndex, int length) {
        BufferCopy.copy(this, index, dstBuffer, dstIndex, length);
    }

    /// {@inheritDoc}
    ///
    /// @throws IndexOutOfBoundsException if less than `length` remains in `dstBuffer`
    /// @throws java.nio.ReadOnlyBufferException if `dstBuffer` is read-only
    @Override
    public void getBytes(int index, ByteBuffer dstBuffer, int length) {
        final int position = dstBuffer.position();
        BufferCopy.checkRemaining(dstBuffer, length);
        getBytes(index, dstBuffer, position, length);
        dstBuffer.position(position + length);
    }

    /// {@inheritDoc}
    ///
    /// Position and limit of `dstBuffer` play no part: its capacity bounds the copy.
    ///
    /// @throws java.nio.ReadOnlyBufferException if `dstBuffer` is read-only
    @Override
    public void getBytes(int index, ByteBuffer dstBuffer, int dstOffset, int length) {
        boundsCheck(index, length);
        MemorySegment.copy(segment, index, BufferCopy.writable(dstBuffer), dstOffset, length);
    }

    @Override
    public void putBytes(int index, byte[] src) {
        putBytes(index, src, 0, src.length);
    }

    @Override
    public void putBytes(int index, byte[] src, int offset, int length) {
        boundsCheck(index, length);
        StoreProbe.beforeStore();
        MemorySegment.copy(src, offset, segment, JAVA_BYTE, index, length);
    }

    /// {@inheritDoc}
    ///
    /// @throws IndexOutOfBoundsException if less than `length` remains in `srcBuffer`
    @Override
    public void putBytes(int index, ByteBuffer srcBuffer, int length) {
        final int position = srcBuffer.position();
        BufferCopy.checkRemaining(srcBuffer, length);
        putBytes(index, srcBuffer, position, length);
        srcBuffer.position(position + length);
    }

    /// {@inheritDoc}
    ///
    /// Position and limit of `srcBuffer` play no part: its capacity bounds the copy.
    @Override
    public void putBytes(int index, ByteBuffer srcBuffer, int srcIndex, int length) {
        boundsCheck(index, length);
        StoreProbe.beforeStore();
        MemorySegment.copy(BufferCopy.whole(srcBuffer), srcIndex, segment, index, length);
    }

    @Override
    public void putBytes(int index, DirectBuffer srcBuffer, int srcIndex, int length) {
        if (srcBuffer instanceof SegmentBuffer that) { // The path of every ring's write.
            StoreProbe.beforeStore();
            MemorySegment.copy(that.segment, srcIndex, segment, index, length);
        } else {
            BufferCopy.copy(srcBuffer, srcIndex, this, index, length);
        }
    }

    // Strings, prefixed with an int length or bare.

    @Override
    public String getStringAscii(int index) {
        return getStringAscii(index, getInt(index));
    }

    @Override
    public String getStringAscii(int index, ByteOrder byteOrder) {
        return getStringAscii(index, getInt(index, byteOrder));
    }

    @Override
    public String getStringAscii(int index, int length) {
        return BufferStrings.ascii(this, BufferStrings.afterPrefix(this, index), length);
    }

    @Override
    public int getStringAscii(int index, Appendable appendable) {
        return getStringAscii(index, getInt(index), appendable);
    }

    @Override
    public int getStringAscii(int index, Appendable appendable, ByteOrder byteOrder) {
        return getStringAscii(index, getInt(index, byteOrder), appendable);
    }

    @Override
    public int getStringAscii(int index, int length, Appendable appendable) {
        return BufferStrings.appendAscii(this, BufferStrings.afterPrefix(this, index), length, appendable);
    }

    @Override
    public String getStringWithoutLengthAscii(int index, int length) {
        return BufferStrings.ascii(this, index, length);
    }

    @Override
    public int getStringWithoutLengthAscii(int index, int length, Appendable appendable) {
        return BufferStrings.appendAscii(this, index, length, appendable);
    }

    @Override
    public int putStringAscii(int index, @Nullable String value) {
        return BufferStrings.putPrefixedAscii(this, index, value, LITTLE_ENDIAN);
    }

    @Override
    public int putStringAscii(int index, @Nullable String value, ByteOrder byteOrder) {
        return BufferStrings.putPrefixedAscii(this, index, value, byteOrder);
    }

    @Override
    public int putStringWithoutLengthAscii(int index, @Nullable String value) {
        return BufferStrings.putAscii(this, index, value, 0, Integer.MAX_VALUE);
    }

    @Override
    public int putStringWithoutLengthAscii(int index, @Nullable String value, int valueOffset, int length) {
        return BufferStrings.putAscii(this, index, value, valueOffset, length);
    }

    @Override
    public int putStringAscii(int index, @Nullable CharSequence value) {
        return BufferStrings.putPrefixedAscii(this, index, value, LITTLE_ENDIAN);
    }

    @Override
    public int putStringAscii(int index, @Nullable CharSequence value, ByteOrder byteOrder) {
        return BufferStrings.putPrefixedAscii(this, index, value, byteOrder);
    }

    @Override
    public int putStringWithoutLengthAscii(int index, @Nullable CharSequence value) {
        return BufferStrings.putAscii(this, index, value, 0, Integer.MAX_VALUE);
    }

    @Override
    public int putStringWithoutLengthAscii(int index, @Nullable CharSequence value, int valueOffset, int length) {
        return BufferStrings.putAscii(this, index, value, valueOffset, length);
    }

    @Override
    public String getStringUtf8(int index) {
        return getStringUtf8(index, getInt(index));
    }

    @Override
    public String getStringUtf8(int index, ByteOrder byteOrder) {
        return getStringUtf8(index, getInt(index, byteOrder));
    }

    @Override
    public String getStringUtf8(int index, int length) {
        return BufferStrings.utf8(this, BufferStrings.afterPrefix(this, index), length);
    }

    @Override
    public String getStringWithoutLengthUtf8(int index, int length) {
        return BufferStrings.utf8(this, index, length);
    }

    @Override
    public int putStringUtf8(int index, @Nullable String value) {
        return putStringUtf8(index, value, LITTLE_ENDIAN, Integer.MAX_VALUE);
    }

    @Override
    public int putStringUtf8(int index, @Nullable String value, ByteOrder byteOrder) {
        return putStringUtf8(index, value, byteOrder, Integer.MAX_VALUE);
    }

    @Override
    public int putStringUtf8(int index, @Nullable String value, int maxEncodedLength) {
        return putStringUtf8(index, value, LITTLE_ENDIAN, maxEncodedLength);
    }

    @Override
    public int putStringUtf8(int index, @Nullable String value, ByteOrder byteOrder, int maxEncodedLength) {
        return BufferStrings.putPrefixedUtf8(this, index, value, byteOrder, maxEncodedLength);
    }

    @Override
    public int putStringWithoutLengthUtf8(int index, @Nullable String value) {
        return BufferStrings.putUtf8(this, index, value);
    }

    // Numbers as decimal ASCII digits.

    @Override
    public int parseNaturalIntAscii(int index, int length) {
        return BufferNumbers.parseNaturalInt(this, index, length);
    }

    @Override
    public long parseNaturalLongAscii(int index, int length) {
        return BufferNumbers.parseNaturalLong(this, index, length);
    }

    @Override
    public int parseIntAscii(int index, int length) {
        return BufferNumbers.parseInt(this, index, length);
    }

    @Override
    public long parseLongAscii(int index, int length) {
        return BufferNumbers.parseLong(this, index, length);
    }

    @Override
    public int putIntAscii(int index, int value) {
        return BufferNumbers.put(this, index, value);
    }

    @Override
    public int putLongAscii(int index, long value) {
        return BufferNumbers.put(this, index, value);
    }

    /// {@inheritDoc}
    ///
    /// @throws NumberFormatException if `value` is negative
    @Override
    public int putNaturalIntAscii(int index, int value) {
        return BufferNumbers.putNatural(this, index, value);
    }

    /// {@inheritDoc}
    ///
    /// @throws NumberFormatException if `value` is negative
    @Override
    public int putNaturalLongAscii(int index, long value) {
        return BufferNumbers.putNatural(this, index, value);
    }

    /// {@inheritDoc}
    ///
    /// Nothing is written if the value does not fit.
    ///
    /// @throws NumberFormatException if `value` is negative or has more than `length` digits
    @Override
    public void putNaturalPaddedIntAscii(int index, int length, int value) {
        BufferNumbers.putNaturalPadded(this, index, length, value);
    }

    /// {@inheritDoc}
    ///
    /// @throws NumberFormatException if `value` is negative
    @Override
    public int putNaturalIntAsciiFromEnd(int value, int endExclusive) {
        return BufferNumbers.putNaturalFromEnd(this, value, endExclusive);
    }

    // Comparison, by content at the moment of the call.

    /// Orders buffers as Agrona's own do: as signed little-endian longs from the start, then signed bytes, then
    /// by capacity. It is a total order, not the lexicographic one.
    @Override
    public int compareTo(DirectBuffer that) {
        if (this == that) {
            return 0;
        }
        final int length = Math.min(capacity, that.capacity());
        final int wordsEnd = length & -Long.BYTES;
        for (int i = 0; i < wordsEnd; i += Long.BYTES) {
            final int order = Long.compare(getLong(i), that.getLong(i, LITTLE_ENDIAN));
            if (order != 0) {
                return order;
            }
        }
        for (int i = wordsEnd; i < length; i++) {
            final int order = Byte.compare(getByte(i), that.getByte(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(capacity, that.capacity());
    }

    /// Whether `other` is a `SegmentBuffer` of the same capacity and, now, the same bytes.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof SegmentBuffer that && segment.mismatch(that.segment) == -1);
    }

    /// A hash of the bytes as they are now, by Agrona's formula: a buffer that others write to is no key for a
    /// map.
    @Override
    public int hashCode() {
        final int wordsEnd = capacity & -Long.BYTES;
        int hash = 19;
        for (int i = 0; i < wordsEnd; i += Long.BYTES) {
            hash = 31 * hash + Long.hashCode(getLong(i));
        }
        for (int i = wordsEnd; i < capacity; i++) {
            hash = 31 * hash + getByte(i);
        }
        return hash;
    }

    @Override
    public String toString() {
        return "SegmentBuffer{addressOffset=" + segment.address() + ", capacity=" + capacity
                + (segment.scope().isAlive() ? "}" : ", closed}");
    }
}
