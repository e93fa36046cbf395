package dev.backplane.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// A [MutableDirectBuffer] of another class, as far as copying asks: Agrona's own need JVM flags, this one does
/// not. It counts the single bytes asked of it.
final class ForeignBuffer implements InvocationHandler {
    /// What the buffer says is behind it; index 0 lies 5 bytes into it.
    enum Backing {
        ARRAY,
        HEAP_BYTE_BUFFER,
        DIRECT_BYTE_BUFFER,
        ADDRESS;

        /// Whether the bytes can be reached without the buffer.
        boolean storage() {
            return this == ARRAY || this == DIRECT_BYTE_BUFFER;
        }
    }

    private static final int ADJUSTMENT = 5;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Backing backing;
    private final MemorySegment address;
    private final boolean expandable;
    private final MutableDirectBuffer buffer = (MutableDirectBuffer) Proxy.newProxyInstance(
            ForeignBuffer.class.getClassLoader(), new Class<?>[] {MutableDirectBuffer.class}, this);
    private byte[] array;
    private ByteBuffer byteBuffer;
    private int capacity;
    private int singleBytes;

    ForeignBuffer(Backing backing, MemorySegment address, int capacity) {
        this(backing, address, capacity, false);
    }

    private ForeignBuffer(Backing backing, MemorySegment address, int capacity, boolean expandable) {
        this.backing = backing;
        this.address = address;
        this.capacity = capacity;
        this.expandable = expandable;
        this.array = new byte[ADJUSTMENT + capacity];
        this.byteBuffer = backing == Backing.HEAP_BYTE_BUFFER
                ? ByteBuffer.allocate(ADJUSTMENT + capacity)
                : ByteBuffer.allocateDirect(ADJUSTMENT + capacity);
        byteBuffer.position(2).limit(4); // Which are none of the copier's business.
    }

    static ForeignBuffer expandable(MemorySegment address, int capacity) {
        return new ForeignBuffer(Backing.ARRAY, address, capacity, true);
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    int singleBytes() {
        return singleBytes;
    }

    byte[] bytes(int index, int length) {
        return memory().asSlice(index, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private MemorySegment memory() {
        return switch (backing) {
            case ARRAY -> MemorySegment.ofArray(array).asSlice(ADJUSTMENT);
            case HEAP_BYTE_BUFFER, DIRECT_BYTE_BUFFER ->
                MemorySegment.ofBuffer(byteBuffer.duplicate().clear()).asSlice(ADJUSTMENT);
            case ADDRESS -> address;
        };
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "isExpandable" -> expandable;
            case "capacity" -> capacity;
            case "wrapAdjustment" -> ADJUSTMENT;
            case "addressOffset" -> address.address();
            case "byteArray" -> backing == Backing.ARRAY ? array : null;
            case "byteBuffer" ->
                backing == Backing.HEAP_BYTE_BUFFER || backing == Backing.DIRECT_BYTE_BUFFER ? byteBuffer : null;
            case "boundsCheck" -> Objects.checkFromIndexSize(integer(arguments, 0), integer(arguments, 1), capacity);
            case "checkLimit" -> grow(integer(arguments, 0));
            case "getLong" -> memory().get(WORD, integer(arguments, 0));
            case "getByte" -> {
                singleBytes++;
                yield memory().get(ValueLayout.JAVA_BYTE, integer(arguments, 0));
            }
            case "putByte" -> {
                singleBytes++;
                memory().set(ValueLayout.JAVA_BYTE, integer(arguments, 0), (byte) argument(arguments, 1));
                yield null;
            }
            default -> throw new AssertionError("unexpected call of " + method);
        };
    }

    private @Nullable Object grow(int limit) {
        if (expandable && limit > capacity) {
            capacity = 2 * limit;
            array = Arrays.copyOf(array, ADJUSTMENT + capacity);
        }
        return null;
    }

    private static int integer(Object @Nullable [] arguments, int position) {
        return (int) argument(arguments, position);
    }

    private static Object argument(Object @Nullable [] arguments, int position) {
        return Objects.requireNonNull(arguments)[position];
    }
}
