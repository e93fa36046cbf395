package dev.backplane.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads the form that [CompactLambda] writes, and remembers the expressions whose lambdas it has made, and the
/// objects that they captured, which cost more to find than all else. Thread-safe.
final class LambdaReader {
    /// A program has so many lambdas and objects that it sends, or fewer; of more, some are looked up again.
    private static final int MOST_KNOWN = 4096;

    private static final int STRINGS = 8;

    private final ClassLoader loader;
    private final SerializationPolicy policy;
    private final Map<Key, Maker> known = new ConcurrentHashMap<>();
    private final Map<Reference, ReferenceProvider.Resolved> referents = new ConcurrentHashMap<>();

    /// The constant part of a lambda's form.
    private record Key(byte[] bytes, int hash) {
        Key(byte[] bytes) {
            this(bytes, Arrays.hashCode(bytes));
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
        }
    }

    LambdaReader(ClassLoader loader, SerializationPolicy policy) {
        this.loader = loader;
        this.policy = policy;
    }

    /// Reads a lambda.
    ///
    /// @throws CodecException if the bytes are damaged, a class that has an expression is missing, or another
    ///     version, or an object that it captures is not to be found
    Object read(byte[] bytes) {
        final CodecInput in = CodecInput.of(bytes);
        in.getByte();
        final Object lambda = lambda(in, 1);
        if (in.remaining() > 0) {
            throw new CodecException(lambda.getClass().getName() + " with what it captures ends " + in.remaining()
                    + " bytes before the end; they are damaged");
        }
        return lambda;
    }

    private Object lambda(CodecInput in, int depth) {
        if (depth > CompactLambda.DEEPEST) {
            throw new CodecException("lambdas capture one another deeper than " + CompactLambda.DEEPEST
                    + " levels before position " + in.position() + "; the bytes are damaged");
        }
        final Maker maker = maker(constantPart(in));
        final long count = in.getVarint();
        if (count < 0 || count > CompactLambda.MOST_CAPTURED || count > in.remaining()) {
            throw new CodecException("a lambda captures " + count + " values, at most " + CompactLambda.MOST_CAPTURED
                    + ", in the " + in.remaining() + " bytes that are left");
        }
        final @Nullable Object[] captured = new Object[(int) count];
        final TaggedReader values = new TaggedReader(in, policy, loader);
        for (int i = 0; i < count; i++) {
            final int tag = in.getByte();
            captured[i] = switch (tag) {
                case Tag.LAMBDA -> lambda(in, depth + 1);
                case Tag.REFERENCE -> referent(in);
                default -> values.read(tag);
            };
        }
        return maker.make(captured);
    }

    private Object referent(CodecInput in) {
        final String handle = in.getString();
        final String elementType = in.getString();
        final Reference reference = new Reference(handle, elementType.isEmpty() ? null : elementType);
        ReferenceProvider.Resolved known = referents.get(reference);
        if (known == null || !known.isCurrent()) {
            referents.remove(reference);
            known = resolve(reference);
            if (referents.size() >= MOST_KNOWN) {
                referents.clear();
            }
            referents.put(reference, known);
        }
        return known.object();
    }

    private static ReferenceProvider.Resolved resolve(Reference reference) {
        final ReferenceProvider provider = ReferenceProvider.provider()
                .orElseThrow(() -> new CodecException("cannot attach " + reference.handle() + ": no "
                        + ReferenceProvider.class.getName() + " on the class path: the jar of core is incomplete"));
        return provider.resolve(reference);
    }

    private static byte[] constantPart(CodecInput in) {
        final long length = in.getVarint();
        if (length < 0 || length > in.remaining()) {
            throw new CodecException(
                    "a lambda's description has " + length + " bytes, of which " + in.remaining() + " are there");
        }
        return in.getBytes(length);
    }

    private Maker maker(byte[] constantPart) {
        final Key key = new Key(constantPart);
        Maker maker = known.get(key);
        if (maker == null) {
            maker = newMaker(constantPart);
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            known.put(key, maker);
        }
        return maker;
    }

    private Maker newMaker(byte[] constantPart) {
        final CodecInput in = CodecInput.of(constantPart);
        final String[] strings = new String[STRINGS];
        for (int i = 0; i < STRINGS; i++) {
            strings[i] = in.getString().intern(); // As constants are, which it is compared with.
        }
        final int kind = (int) in.getVarint();
        final String capturing = strings[0].replace('/', '.');
        try {
            final Class<?> type = Class.forName(capturing, false, loader);
            final Method method = type.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
            method.setAccessible(true);
            final MethodHandle handle = MethodHandles.lookup()
                    .unreflect(method)
                    .asType(MethodType.methodType(Object.class, SerializedLambda.class));
            return new Maker(type, strings, kind, handle);
        } catch (ClassNotFoundException e) {
            throw new CodecException("cannot read a lambda: class " + capturing + " is missing here", e);
        } catch (NoSuchMethodException | IllegalAccessException | InaccessibleObjectException e) {
            throw new CodecException("cannot read a lambda: class " + capturing + " here does not make it: " + e, e);
        }
    }

    /// Makes the lambdas of one expression.
    ///
    /// @param capturing the class that has the expression
    /// @param strings as in the constant part
    /// @param kind of the method that implements it
    /// @param handle the capturing class's `$deserializeLambda$`
    private record Maker(Class<?> capturing, String[] strings, int kind, MethodHandle handle) {
        Object make(@Nullable Object[] captured) {
            final SerializedLambda lambda = new SerializedLambda(
                    capturing,
                    strings[1],
                    strings[2],
                    strings[3],
                    kind,
                    strings[4],
                    strings[5],
                    strings[6],
                    strings[7],
                    captured);
            try {
                return (Object) handle.invokeExact(lambda);
            } catch (Throwable t) {
                if (t instanceof Error error) {
                    throw error;
                }
                throw new CodecException("cannot read a lambda of " + capturing.getName() + ": " + t, t);
            }
        }
    }
}
