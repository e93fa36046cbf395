package dev.backplane.codec;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/// Puts the components of a record class into words, and takes them out, by handles that compile to shifts.
final class WordHandles {
    private static final MethodHandles.Lookup OWN = MethodHandles.lookup();

    private final MethodHandles.Lookup lookup;
    private final Class<?> type;
    private final List<RecordLayout.Field> fields;

    WordHandles(MethodHandles.Lookup lookup, Class<?> type, List<RecordLayout.Field> fields) {
        this.lookup = lookup;
        this.type = type;
        this.fields = fields;
    }

    /// `(record) → component << shift | …`, of the components in one word.
    ///
    /// @param index of the word
    MethodHandle word(int index) throws ReflectiveOperationException {
        final MethodHandle either =
                OWN.findStatic(WordHandles.class, "either", methodType(long.class, long.class, long.class));
        MethodHandle word = MethodHandles.dropArguments(MethodHandles.constant(long.class, 0L), 0, type);
        for (RecordLayout.Field field : fields) {
            if (wordOf(field) == index) {
                final MethodHandle both =
                        MethodHandles.filterArguments(MethodHandles.filterArguments(either, 0, placed(field)), 1, word);
                word = MethodHandles.permuteArguments(both, methodType(long.class, type), 0, 0);
            }
        }
        return word.asType(methodType(long.class, Object.class));
    }

    /// `(first, second) → new Record(first >>> shift, …)`
    MethodHandle maker() throws ReflectiveOperationException {
        final Class<?>[] components =
                fields.stream().map(RecordLayout.Field::type).toArray(Class<?>[]::new);
        MethodHandle maker = lookup.findConstructor(type, methodType(void.class, components));
        for (int i = 0; i < components.length; i++) {
            maker = MethodHandles.filterArguments(maker, i, taken(fields.get(i)));
        }
        final int[] order = fields.stream().mapToInt(WordHandles::wordOf).toArray();
        return MethodHandles.permuteArguments(maker, methodType(type, long.class, long.class), order)
                .asType(methodType(Object.class, long.class, long.class));
    }

    private static int wordOf(RecordLayout.Field field) {
        return field.offset() / Long.BYTES;
    }

    private static int shiftOf(RecordLayout.Field field) {
        return field.offset() % Long.BYTES * Byte.SIZE;
    }

    /// `(record) → component << shift`
    private MethodHandle placed(RecordLayout.Field field) throws ReflectiveOperationException {
        MethodHandle component = lookup.findVirtual(type, field.name(), methodType(field.type()));
        if (field.type() == float.class) {
            component = MethodHandles.filterReturnValue(
                    component, OWN.findStatic(Float.class, "floatToRawIntBits", methodType(int.class, float.class)));
        } else if (field.type() == double.class) {
            component = MethodHandles.filterReturnValue(
                    component,
                    OWN.findStatic(Double.class, "doubleToRawLongBits", methodType(long.class, double.class)));
        }
        final MethodHandle place =
                OWN.findStatic(WordHandles.class, "placed", methodType(long.class, long.class, int.class, int.class));
        return MethodHandles.filterReturnValue(
                MethodHandles.explicitCastArguments(component, methodType(long.class, type)),
                MethodHandles.insertArguments(place, 1, field.bytes(), shiftOf(field)));
    }

    /// `(word) → component`
    private static MethodHandle taken(RecordLayout.Field field) throws ReflectiveOperationException {
        final MethodHandle taken = MethodHandles.insertArguments(
                OWN.findStatic(WordHandles.class, "taken", methodType(long.class, long.class, int.class)),
                1,
                shiftOf(field));
        if (field.type() == float.class) {
            return MethodHandles.filterReturnValue(
                    MethodHandles.explicitCastArguments(taken, methodType(int.class, long.class)),
                    OWN.findStatic(Float.class, "intBitsToFloat", methodType(float.class, int.class)));
        }
        if (field.type() == double.class) {
            return MethodHandles.filterReturnValue(
                    taken, OWN.findStatic(Double.class, "longBitsToDouble", methodType(double.class, long.class)));
        }
        return MethodHandles.explicitCastArguments(taken, methodType(field.type(), long.class));
    }

    @SuppressWarnings("UnusedMethod") // Through its handle.
    private static long either(long one, long other) {
        return one | other;
    }

    @SuppressWarnings("UnusedMethod") // Through its handle.
    private static long placed(long value, int bytes, int shift) {
        return (value & -1L >>> Long.SIZE - bytes * Byte.SIZE) << shift;
    }

    @SuppressWarnings("UnusedMethod") // Through its handle.
    private static long taken(long word, int shift) {
        return word >>> shift;
    }
}
