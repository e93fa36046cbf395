package dev.backplane.shm;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.backplane.SharedStruct;
import dev.backplane.codec.RecordLayout;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One field of a struct, as 64 bits: an integer's value, or a double's bits.
final class StructField implements SharedStruct.Field {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(LITTLE_ENDIAN);

    /// The primitive types, for a switch that costs a jump.
    private enum Kind {
        BOOLEAN(boolean.class, 0, 1),
        BYTE(byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE),
        SHORT(short.class, Short.MIN_VALUE, Short.MAX_VALUE),
        CHAR(char.class, Character.MIN_VALUE, Character.MAX_VALUE),
        INT(int.class, Integer.MIN_VALUE, Integer.MAX_VALUE),
        LONG(long.class, Long.MIN_VALUE, Long.MAX_VALUE),
        FLOAT(float.class, Long.MIN_VALUE, Long.MAX_VALUE),
        DOUBLE(double.class, Long.MIN_VALUE, Long.MAX_VALUE);

        private final Class<?> type;
        private final long least;
        private final long most;

        Kind(Class<?> type, long least, long most) {
            this.type = type;
            this.least = least;
            this.most = most;
        }

        private static Kind of(Class<?> type) {
            for (Kind kind : values()) {
                if (kind.type == type) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(type.getName() + " is not primitive");
        }
    }

    private final SegmentStruct<?> struct;
    private final RecordLayout.Field field;
    private final Kind kind;

    StructField(SegmentStruct<?> struct, RecordLayout.Field field) {
        this.struct = struct;
        this.field = field;
        this.kind = Kind.of(field.type());
    }

    @Override
    public String name() {
        return field.name();
    }

    @Override
    public Class<?> type() {
        return field.type();
    }

    /// The field's 64 bits in a record at `base`.
    long load(MemorySegment memory, long base) {
        final long at = base + field.offset();
        return switch (kind) {
            case BOOLEAN, BYTE -> memory.get(ValueLayout.JAVA_BYTE, at);
            case SHORT -> memory.get(SHORT, at);
            case CHAR -> memory.get(CHAR, at);
            case INT -> memory.get(INT, at);
            case LONG, DOUBLE -> memory.get(LONG, at);
            case FLOAT -> Double.doubleToRawLongBits(Float.intBitsToFloat(memory.get(INT, at)));
        };
    }

    private void store(MemorySegment memory, long base, long bits) {
        final long at = base + field.offset();
        StoreProbe.beforeStore();
        switch (kind) {
            case BOOLEAN, BYTE -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) bits);
            case SHORT -> memory.set(SHORT, at, (short) bits);
            case CHAR -> memory.set(CHAR, at, (char) bits);
            case INT -> memory.set(INT, at, (int) bits);
            case LONG, DOUBLE -> memory.set(LONG, at, bits);
            case FLOAT -> memory.set(INT, at, Float.floatToRawIntBits((float) Double.longBitsToDouble(bits)));
        }
    }

    private void ensureInteger(boolean integer) {
        if ((kind != Kind.FLOAT && kind != Kind.DOUBLE) != integer) {
            throw new IllegalArgumentException("field " + field.name() + " of " + struct.name() + " is a "
                    + field.type().getName() + ": get and set it as a " + (integer ? "double" : "long"));
        }
    }

    private long checked(long value) {
        if (value < kind.least || value > kind.most) {
            throw new IllegalArgumentException("value " + value + " for field " + field.name() + " of " + struct.name()
                    + ", must be " + kind.least + " to " + kind.most + ", since it is a "
                    + field.type().getName());
        }
        return value;
    }

    private long sum(long value, long delta) {
        try {
            return checked(Math.addExact(value, delta));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "the sum of " + value + " and " + delta + " for field " + field.name() + " of " + struct.name()
                            + " does not fit into a long",
                    e);
        }
    }

    @Override
    public long getLong() {
        ensureInteger(true);
        return struct.look(this);
    }

    @Override
    public void setLong(long value) {
        ensureInteger(true);
        checked(value);
        struct.change((memory, base) -> store(memory, base, value));
    }

    @Override
    public long getAndAdd(long delta) {
        ensureInteger(true);
        final long[] before = new long[1];
        struct.change((memory, base) -> {
            before[0] = load(memory, base);
            store(memory, base, sum(before[0], delta));
        });
        return before[0];
    }

    @Override
    public double getDouble() {
        ensureInteger(false);
        return Double.longBitsToDouble(struct.look(this));
    }

    @Override
    public void setDouble(double value) {
        ensureInteger(false);
        struct.change((memory, base) -> store(memory, base, Double.doubleToRawLongBits(value)));
    }
}
