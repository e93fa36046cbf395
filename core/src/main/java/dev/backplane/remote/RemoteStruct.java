package dev.backplane.remote;

import dev.backplane.SharedStruct;
import dev.backplane.codec.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// A struct on a server, see [JvmStruct]. Functions of [#update] may be called more than once.
///
/// @param target the server's object
/// @param layout of the record
/// @param <R> the record
record RemoteStruct<R>(RemoteTarget target, RecordLayout<R> layout) implements SharedStruct<R>, RemoteObject {
    private byte[] read() {
        final Object bytes = target.call("get");
        if (bytes instanceof byte[] record && record.length == layout.bytes()) {
            return record;
        }
        throw target.unexpected(bytes, "get");
    }

    private R recordOf(byte[] bytes) {
        return layout.read(MemorySegment.ofArray(bytes), 0);
    }

    private byte[] bytesOf(R record) {
        final byte[] bytes = new byte[layout.bytes()];
        layout.write(record, MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    @Override
    public R get() {
        return recordOf(read());
    }

    @Override
    public void set(R record) {
        target.call("set", bytesOf(record));
    }

    /// The record's own `equals` tells whether it is the expected one.
    @Override
    public boolean compareAndSet(R expected, R record) {
        final byte[] next = bytesOf(record);
        while (true) {
            final byte[] before = read();
            if (!Objects.equals(recordOf(before), expected)) {
                return false;
            }
            if (target.test("compareAndSet", before, next)) {
                return true;
            }
        }
    }

    @Override
    public R update(UnaryOperator<R> function) {
        while (true) {
            final byte[] before = read();
            final R after = Objects.requireNonNull(function.apply(recordOf(before)), "the function's value");
            if (target.test("compareAndSet", before, bytesOf(after))) {
                return after;
            }
        }
    }

    @Override
    public Field field(String name) {
        return layout.field(name)
                .map(field -> new OfField(target, field))
                .orElseThrow(() -> new IllegalArgumentException(
                        "struct " + target + " has no field " + name + ", only those of " + layout));
    }

    @Override
    public long version() {
        return target.number("version");
    }

    @Override
    public String toString() {
        return "struct " + target + " of " + layout;
    }

    /// One field; the server knows what it can hold.
    ///
    /// @param target the struct
    /// @param field of its record
    private record OfField(RemoteTarget target, RecordLayout.Field field) implements Field {
        @Override
        public String name() {
            return field.name();
        }

        @Override
        public Class<?> type() {
            return field.type();
        }

        @Override
        public long getLong() {
            return target.number("getLong", name());
        }

        @Override
        public void setLong(long value) {
            target.call("setLong", name(), value);
        }

        @Override
        public long getAndAdd(long delta) {
            return target.number("getAndAdd", name(), delta);
        }

        @Override
        public double getDouble() {
            final Object value = target.call("getDouble", name());
            if (value instanceof Double real) {
                return real;
            }
            throw target.unexpected(value, "getDouble");
        }

        @Override
        public void setDouble(double value) {
            target.call("setDouble", name(), value);
        }
    }
}
