package dev.backplane.remote;

import dev.backplane.SharedArray;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An array of a server, or a slice of one, of any type of elements: what its interface's methods do.
///
/// Each call is one of the server, but for those of many elements, which move a megabyte at a time; they are
/// not atomic, as those of local arrays are not.
final class RemoteArray implements InvocationHandler {
    private static final int CHUNK_BYTES = 1 << 20;

    private final RemoteTarget target;
    private final ArrayType type;
    private final long from;
    private final long length;

    private RemoteArray(RemoteTarget target, ArrayType type, long from, long length) {
        this.target = target;
        this.type = type;
        this.from = from;
        this.length = length;
    }

    /// An array.
    ///
    /// @param target the server's object
    /// @param type of its elements
    /// @param length how many
    /// @return an object of the type's interface
    static SharedArray of(RemoteTarget target, ArrayType type, long length) {
        return new RemoteArray(target, type, 0, length).proxy();
    }

    private SharedArray proxy() {
        return (SharedArray) Proxy.newProxyInstance(
                RemoteArray.class.getClassLoader(), new Class<?>[] {type.api(), RemoteObject.class}, this);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Arrays are equal if they are the same.
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args) throws Throwable {
        final @Nullable Object[] given = args == null ? new Object[0] : args;
        return switch (method.getName()) {
            case "name" -> target.name();
            case "target" -> target;
            case "handle" -> InvocationHandler.invokeDefault(proxy, RemoteObject.class.getMethod("handle"));
            case "toString" -> toString();
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == given[0];
            case "length" -> length;
            case "byteLength" -> length * type.bytes();
            case "asSegment", "asWritableSegment" -> throw target.unsupported(method.getName() + "()");
            case "slice" -> slice((Long) arg(given, 0), (Long) arg(given, 1));
            case "clear" -> {
                fill(0);
                yield null;
            }
            case "fill" -> {
                fill((Number) arg(given, 0));
                yield null;
            }
            case "toArray" -> toArray();
            default -> element(method.getName(), given);
        };
    }

    private static Object arg(@Nullable Object[] args, int index) {
        return Objects.requireNonNull(args[index]);
    }

    private SharedArray slice(long begin, long end) {
        if (begin < 0 || end > length || begin >= end) {
            throw new IndexOutOfBoundsException("slice " + begin + " to " + end + " of " + this);
        }
        return new RemoteArray(target, type, from + begin, end - begin).proxy();
    }

    private @Nullable Object element(String method, @Nullable Object[] args) {
        final long index = (Long) arg(args, 0);
        return switch (method) {
            case "copyTo", "copyFrom" -> {
                copy(method, index, arg(args, 1), (Integer) arg(args, 2), (Integer) arg(args, 3));
                yield null;
            }
            case "get", "getAcquire", "getVolatile" -> number(target.call("get", at(index)), method);
            case "set", "setRelease", "setVolatile" -> target.call("set", at(index), arg(args, 1));
            case "getAndSet", "getAndAdd" -> number(target.call(method, at(index), arg(args, 1)), method);
            case "compareAndSet" -> target.test(method, at(index), arg(args, 1), arg(args, 2));
            default -> throw target.unsupported(method + "()");
        };
    }

    private void copy(String method, long index, Object array, int position, int count) {
        Objects.checkFromIndexSize(index, count, length);
        Objects.checkFromIndexSize(position, count, Array.getLength(array));
        if (method.equals("copyTo")) {
            read(index, array, position, count);
        } else {
            write(index, array, position, count);
        }
    }

    private long at(long index) {
        return from + Objects.checkIndex(index, length);
    }

    private Object number(@Nullable Object result, String method) {
        if (result instanceof Number number) {
            return type.element(number);
        }
        throw target.unexpected(result, method);
    }

    private Object toArray() {
        final int count = Math.toIntExact(length);
        final Object array = Array.newInstance(type.element(), count);
        read(0, array, 0, count);
        return array;
    }

    private void read(long index, Object array, int position, int count) {
        final int chunk = CHUNK_BYTES / type.bytes();
        for (int done = 0; done < count; done += chunk) {
            final int some = Math.min(chunk, count - done);
            final Object result = target.call("read", (from + index + done) * type.bytes(), some * type.bytes());
            if (!(result instanceof byte[] bytes) || bytes.length != some * type.bytes()) {
                throw target.unexpected(result, "read");
            }
            MemorySegment.copy(MemorySegment.ofArray(bytes), type.layout(), 0, array, position + done, some);
        }
    }

    private void write(long index, Object array, int position, int count) {
        final int chunk = CHUNK_BYTES / type.bytes();
        for (int done = 0; done < count; done += chunk) {
            final int some = Math.min(chunk, count - done);
            final byte[] bytes = new byte[some * type.bytes()];
            MemorySegment.copy(array, position + done, MemorySegment.ofArray(bytes), type.layout(), 0, some);
            target.call("write", (from + index + done) * type.bytes(), bytes);
        }
    }

    private void fill(Number value) {
        final int chunk = (int) Math.min(CHUNK_BYTES / type.bytes(), length);
        final Object array = Array.newInstance(type.element(), chunk);
        final Object element = type.element(value);
        for (int i = 0; i < chunk; i++) {
            Array.set(array, i, element);
        }
        for (long done = 0; done < length; done += chunk) {
            write(done, array, 0, (int) Math.min(chunk, length - done));
        }
    }

    @Override
    public String toString() {
        return "array " + target + ", " + length + " of " + type.element();
    }
}
