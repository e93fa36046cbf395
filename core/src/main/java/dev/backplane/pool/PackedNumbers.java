package dev.backplane.pool;

import dev.backplane.codec.CodecException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// Boxed numbers of one kind as bytes: a byte that says which, then each number, little-endian. What most maps of
/// numbers are about, at a tenth of the cost of a tag and a length for each.
final class PackedNumbers {
    private static final int LONGS = 2;
    private static final int INTEGERS = 3;
    private static final int DOUBLES = 4;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private PackedNumbers() {}

    /// The bytes of some numbers.
    ///
    /// @return null unless all are [Long]s, all [Integer]s, or all [Double]s, and not too many for one array
    static byte @Nullable [] write(@Nullable Object[] elements) {
        if (elements.length == 0 || elements.length > (Integer.MAX_VALUE - 64) / Long.BYTES) {
            return null;
        }
        return switch (elements[0]) {
            case Long _ -> longs(elements);
            case Integer _ -> integers(elements);
            case Double _ -> doubles(elements);
            case null, default -> null;
        };
    }

    private static byte @Nullable [] longs(@Nullable Object[] elements) {
        final byte[] bytes = new byte[1 + elements.length * Long.BYTES];
        bytes[0] = LONGS;
        for (int i = 0; i < elements.length; i++) {
            if (!(elements[i] instanceof Long number)) {
                return null;
            }
            LONG.set(bytes, 1 + i * Long.BYTES, (long) number);
        }
        return bytes;
    }

    private static byte @Nullable [] integers(@Nullable Object[] elements) {
        final byte[] bytes = new byte[1 + elements.length * Integer.BYTES];
        bytes[0] = INTEGERS;
        for (int i = 0; i < elements.length; i++) {
            if (!(elements[i] instanceof Integer number)) {
                return null;
            }
            INT.set(bytes, 1 + i * Integer.BYTES, (int) number);
        }
        return bytes;
    }

    private static byte @Nullable [] doubles(@Nullable Object[] elements) {
        final byte[] bytes = new byte[1 + elements.length * Double.BYTES];
        bytes[0] = DOUBLES;
        for (int i = 0; i < elements.length; i++) {
            if (!(elements[i] instanceof Double number)) {
                return null;
            }
            DOUBLE.set(bytes, 1 + i * Double.BYTES, (double) number);
        }
        return bytes;
    }

    /// Whether bytes are some that [#write] made.
    static boolean areIn(byte[] bytes) {
        return bytes.length > 0 && bytes[0] >= LONGS && bytes[0] <= DOUBLES;
    }

    /// How many numbers there are.
    private static int count(byte[] bytes) {
        final int width = bytes[0] == INTEGERS ? Integer.BYTES : Long.BYTES;
        if ((bytes.length - 1) % width != 0) {
            throw new CodecException(bytes.length + " bytes are no numbers of " + width + " bytes each behind a byte");
        }
        return (bytes.length - 1) / width;
    }

    /// What [#write] wrote, as a list that boxes a number when somebody asks for it.
    ///
    /// @param bytes which nobody changes any more
    /// @throws CodecException if a number is cut off
    static List<@Nullable Object> list(byte[] bytes) {
        return new Packed(bytes, count(bytes));
    }

    private static final class Packed extends AbstractList<@Nullable Object> implements RandomAccess {
        private final byte[] bytes;
        private final int size;

        Packed(byte[] bytes, int size) {
            this.bytes = bytes;
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Object get(int index) {
            Objects.checkIndex(index, size);
            return switch (bytes[0]) {
                case LONGS -> (Object) (long) LONG.get(bytes, 1 + index * Long.BYTES);
                case INTEGERS -> (Object) (int) INT.get(bytes, 1 + index * Integer.BYTES);
                default -> (Object) (double) DOUBLE.get(bytes, 1 + index * Double.BYTES);
            };
        }
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws CodecException if a number is cut off
    static @Nullable Object[] read(byte[] bytes) {
        final @Nullable Object[] elements = new Object[count(bytes)];
        switch (bytes[0]) {
            case LONGS -> {
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = (long) LONG.get(bytes, 1 + i * Long.BYTES);
                }
            }
            case INTEGERS -> {
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = (int) INT.get(bytes, 1 + i * Integer.BYTES);
                }
            }
            default -> {
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = (double) DOUBLE.get(bytes, 1 + i * Double.BYTES);
                }
            }
        }
        return elements;
    }
}
