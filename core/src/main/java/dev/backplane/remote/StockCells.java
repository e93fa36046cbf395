package dev.backplane.remote;

import dev.backplane.pickle.PythonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values and arrays of a server of Python's: its `Value` and `Array`.
final class StockCells {
    private StockCells() {}

    /// A `Value`: of a number, a truth, or of anything.
    static final class Cell extends StockObject {
        /// How often it was set.
        private long version;

        Cell(Origin origin) {
            super(origin);
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "get" -> python("get");
                case "set" -> inTurn(() -> set(args[0]));
                case "getAndSet" ->
                    together(method, () -> {
                        final Object before = python("get");
                        set(args[0]);
                        return before;
                    });
                case "getAndAdd" ->
                    together(method, () -> {
                        final Object before = python("get");
                        set(sum(before, args[0]));
                        return before;
                    });
                case "compareAndSet" ->
                    together(method, () -> {
                        final boolean same = isSame(python("get"), args[0]);
                        if (same) {
                            set(args[1]);
                        }
                        return same;
                    });
                case "version" -> together(method, () -> version);
                default -> throw unsupported(method + "()");
            };
        }

        private @Nullable Object set(@Nullable Object value) {
            python("set", value);
            version++;
            return null;
        }
    }

    /// Equal, and of floating-point numbers the same bits.
    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (b instanceof Double || b instanceof Float) {
            return a instanceof Number x
                    && Double.doubleToRawLongBits(x.doubleValue())
                            == Double.doubleToRawLongBits(((Number) b).doubleValue());
        }
        return RemoteElements.isSame(a, b);
    }

    private static Object sum(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Double x && b instanceof Number y) {
            return x + y.doubleValue();
        }
        return PythonValues.index(a) + PythonValues.index(b);
    }

    /// An `Array`.
    static final class Elements extends StockObject {
        private static final int BYTES_OF_RECONSTRUCTOR = 3;
        private static final int CODE_OF_RECONSTRUCTOR = 2;
        private static final long FIRST_WITH_ORDER = 2;

        private final ArrayType type;

        Elements(Origin origin, ArrayType type) {
            super(origin);
            this.type = type;
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            final long index = PythonValues.index(args[0]);
            return switch (method) {
                case "get" -> python("__getitem__", index);
                case "set" -> inTurn(() -> python("__setitem__", index, args[1]));
                case "getAndSet" ->
                    together(method, () -> {
                        final Object before = python("__getitem__", index);
                        python("__setitem__", index, args[1]);
                        return before;
                    });
                case "getAndAdd" ->
                    together(method, () -> {
                        final Object before = python("__getitem__", index);
                        python("__setitem__", index, wrapped(sum(before, args[1])));
                        return before;
                    });
                case "compareAndSet" ->
                    together(method, () -> {
                        final boolean same = isSame(python("__getitem__", index), args[1]);
                        if (same) {
                            python("__setitem__", index, args[2]);
                        }
                        return same;
                    });
                case "read" -> bytes(python("__getitem__", slice(index, index + PythonValues.index(args[1]))));
                case "write" -> {
                    final byte[] bytes = JvmReferent.bytes(args[1]);
                    yield inTurn(() -> python(
                            "__setitem__",
                            slice(index, index + bytes.length),
                            Opaque.call("array.array", type.code(), bytes)));
                }
                default -> throw unsupported(method + "()");
            };
        }

        /// A sum that has gone beyond the type, as Java has it.
        private Object wrapped(Object sum) {
            return type.element((Number) sum);
        }

        private PythonObject slice(long fromBytes, long toBytes) {
            return Opaque.call("builtins.slice", fromBytes / type.bytes(), toBytes / type.bytes(), null);
        }

        /// The bytes of an array as Python pickles it.
        private byte[] bytes(@Nullable Object array) {
            final List<@Nullable Object> made = Opaque.callOf(array, "array._array_reconstructor");
            if (made != null
                    && made.size() > BYTES_OF_RECONSTRUCTOR
                    && made.get(BYTES_OF_RECONSTRUCTOR) instanceof byte[] bytes
                    && made.get(CODE_OF_RECONSTRUCTOR) instanceof Long format
                    && (type.bytes() == 1 || format >= FIRST_WITH_ORDER && format % 2 == 0)) {
                return bytes;
            }
            final List<@Nullable Object> call = Opaque.callOf(array, "array.array");
            if (call != null && call.size() == 2 && call.get(1) instanceof byte[] bytes) {
                return bytes;
            }
            throw unsupported("reading several elements, which come in a form of a machine unlike this one,");
        }
    }
}
