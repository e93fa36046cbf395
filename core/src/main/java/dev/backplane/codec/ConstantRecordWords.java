package dev.backplane.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;

/// The template of the hidden classes of [RecordWords#of]; not used under its own name, which has no class data.
final class ConstantRecordWords implements RecordWords<Object> {
    private static final Class<?> TYPE;
    private static final MethodHandle FIRST;
    private static final MethodHandle SECOND;
    private static final MethodHandle MAKER;

    static {
        try {
            final List<?> data = HiddenTemplate.constantsOf(MethodHandles.lookup());
            TYPE = (Class<?>) data.get(0);
            FIRST = (MethodHandle) data.get(1);
            SECOND = (MethodHandle) data.get(2);
            MAKER = (MethodHandle) data.get(3);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public long first(Object record) {
        try {
            return (long) FIRST.invokeExact(record);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw RecordAccess.unwritten(TYPE, record, e);
        }
    }

    @Override
    public long second(Object record) {
        try {
            return (long) SECOND.invokeExact(record);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw RecordAccess.unwritten(TYPE, record, e);
        }
    }

    @Override
    public Object of(long first, long second) {
        try {
            return (Object) MAKER.invokeExact(first, second);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CodecException("cannot make a " + TYPE.getName() + " of what was read: " + e, e);
        }
    }
}
