package dev.backplane.codec;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/// Writes and reads the records of one class, whose components are at fixed places.
interface RecordAccess {
    /// Stores each component, for which there is room in memory.
    void write(Object record, MemorySegment memory, long base);

    /// Loads each component, all of which are in memory, and makes a record of them.
    Object read(MemorySegment memory, long base);

    /// Access to the records of a class.
    ///
    /// Each class gets [ConstantRecordAccess] anew with its own handles, see [HiddenTemplate].
    static RecordAccess of(Class<?> type, List<RecordLayout.Field> fields) {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            return (RecordAccess) HiddenTemplate.instance(
                    ConstantRecordAccess.class, type, writer(lookup, type, fields), reader(lookup, type, fields));
        } catch (IOException | ReflectiveOperationException e) {
            throw unreachable(type, e);
        }
    }

    static CodecException unreachable(Class<?> type, Exception cause) {
        return new CodecException(
                "cannot reach the components of record " + type.getName() + ": open its package "
                        + type.getPackageName() + " to dev.backplane.codec, or give it a codec of its own",
                cause);
    }

    /// What a record that could not be written is refused by: one of another class as a cast refuses it, since a map
    /// is asked for any object.
    ///
    /// @param e what its accessors threw, or the cast in front of them
    static RuntimeException unwritten(Class<?> type, Object record, Throwable e) {
        return e instanceof ClassCastException cast && !type.isInstance(record)
                ? cast
                : new CodecException("cannot write a " + type.getName() + ": " + e, e);
    }

    /// `(memory, base, record) → set(memory, base + offset, record.component()), …`
    private static MethodHandle writer(MethodHandles.Lookup lookup, Class<?> type, List<RecordLayout.Field> fields)
            throws ReflectiveOperationException {
        final MethodType signature = MethodType.methodType(void.class, MemorySegment.class, long.class, type);
        MethodHandle handle = MethodHandles.empty(signature);
        for (RecordLayout.Field field : fields.reversed()) {
            final MethodHandle component = lookup.findVirtual(type, field.name(), MethodType.methodType(field.type()));
            handle = MethodHandles.foldArguments(
                    handle, MethodHandles.filterArguments(access(field, VarHandle.AccessMode.SET), 2, component));
        }
        return handle.asType(signature.changeParameterType(2, Object.class));
    }

    /// `(memory, base) → new Record(get(memory, base + offset), …)`
    private static MethodHandle reader(MethodHandles.Lookup lookup, Class<?> type, List<RecordLayout.Field> fields)
            throws ReflectiveOperationException {
        final Class<?>[] components =
                fields.stream().map(RecordLayout.Field::type).toArray(Class<?>[]::new);
        MethodHandle handle = MethodHandles.dropArguments(
                lookup.findConstructor(type, MethodType.methodType(void.class, components)),
                components.length,
                MemorySegment.class,
                long.class);
        for (int i = components.length - 1; i >= 0; i--) {
            // The last component that is open is loaded from the memory and base that follow it.
            final MethodHandle loaded =
                    MethodHandles.collectArguments(handle, i, access(fields.get(i), VarHandle.AccessMode.GET));
            handle =
                    MethodHandles.permuteArguments(loaded, handle.type().dropParameterTypes(i, i + 1), lastTwoTwice(i));
        }
        return handle.asType(MethodType.methodType(Object.class, MemorySegment.class, long.class));
    }

    private static int[] lastTwoTwice(int before) {
        final int[] order = new int[before + 4];
        Arrays.setAll(order, at -> at < before + 2 ? at : at - 2);
        return order;
    }

    /// `(memory, base, …) → access(memory, base + offset, …)`
    private static MethodHandle access(RecordLayout.Field field, VarHandle.AccessMode mode)
            throws ReflectiveOperationException {
        final MethodHandle sum = MethodHandles.lookup()
                .findStatic(Long.class, "sum", MethodType.methodType(long.class, long.class, long.class));
        return MethodHandles.filterArguments(
                RecordLayout.primitive(field.type()).varHandle().toMethodHandle(mode),
                1,
                MethodHandles.insertArguments(sum, 1, (long) field.offset()));
    }
}
