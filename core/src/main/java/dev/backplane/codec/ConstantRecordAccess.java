package dev.backplane.codec;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/// The template of the hidden classes of [RecordAccess#of]; not used under its own name, which has no class data.
final class ConstantRecordAccess implements RecordAccess {
    private static final Class<?> TYPE;
    private static final MethodHandle WRITER;
    private static final MethodHandle READER;

    static {
        try {
            final List<?> data = HiddenTemplate.constantsOf(MethodHandles.lookup());
            TYPE = (Class<?>) data.get(0);
            WRITER = (MethodHandle) data.get(1);
            READER = (MethodHandle) data.get(2);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public void write(Object record, MemorySegment memory, long base) {
        try {
            WRITER.invokeExact(memory, base, record);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw RecordAccess.unwritten(TYPE, record, e);
        }
    }

    @Override
    public Object read(MemorySegment memory, long base) {
        try {
            return (Object) READER.invokeExact(memory, base);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CodecException("cannot make a " + TYPE.getName() + " of what was read: " + e, e);
        }
    }
}
