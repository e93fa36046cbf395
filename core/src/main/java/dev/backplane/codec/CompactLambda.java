package dev.backplane.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// The form of a lambda that captures nothing but simple values.
///
/// ```
///  +-----------+-----------------+------------------------------------+---------------+------------------+
///  | FORM  u8  | length  varint  | constant part: eight strings, kind  | count  varint | captured, tagged |
///  +-----------+-----------------+------------------------------------+---------------+------------------+
/// ```
///
/// It has what Java's own [SerializedLambda] has, and is made into a lambda as that is: by the method
/// `$deserializeLambda$`, which compilers put into each class that makes serializable lambdas. The constant
/// part is the same for all lambdas of one expression: it is made once for each, and looked up as a whole
/// where it is read, which is what makes this form cheap.
final class CompactLambda {
    /// Differs from the first byte of serialized Java objects, 0xAC.
    private static final int FORM = 1;

    private static final int STRINGS = 8;
    private static final int MOST_CAPTURED = 255;

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private CompactLambda() {}

    static boolean isOne(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == FORM;
    }

    /// The form of a function.
    ///
    /// @return null if it is no lambda, or captures what is not simple, or its class is not open to reflection
    static byte @Nullable [] write(Object function) {
        final SerializedLambda lambda = SHAPES.get(function.getClass()).describe(function);
        if (lambda == null || !capturesSimpleValues(lambda)) {
            return null;
        }
        final byte[] constant = SHAPES.get(function.getClass()).constantPart(lambda);
        final int captured = lambda.getCapturedArgCount();
        final CodecOutput out = CodecOutput.growing(constant.length + 16 * (captured + 1));
        out.putByte(FORM);
        out.putVarint(constant.length);
        out.putBytes(constant);
        out.putVarint(captured);
        final TaggedWriter values = new TaggedWriter(out, 1, null);
        for (int i = 0; i < captured; i++) {
            values.write(lambda.getCapturedArg(i));
        }
        return out.toByteArray();
    }

    private static boolean capturesSimpleValues(SerializedLambda lambda) {
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            if (!isSimple(lambda.getCapturedArg(i))) {
                return false;
            }
        }
        return lambda.getCapturedArgCount() <= MOST_CAPTURED;
    }

    /// Immutable, and the same to everybody whether it is one object or two.
    private static boolean isSimple(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case Long _, Integer _, Double _, String _, Boolean _, Byte _, Short _, Float _, Character _ -> true;
            default -> false;
        };
    }

    static byte[] constantPart(CodecInput in) {
        in.getByte();
        final long length = in.getVarint();
        if (length < 0 || length > in.remaining()) {
            throw new CodecException(
                    "a lambda's description has " + length + " bytes, of which " + in.remaining() + " are there");
        }
        return in.getBytes(length);
    }

    /// What makes the lambdas of one expression.
    ///
    /// @throws CodecException if the class that has the expression is missing, or another version
    static Maker maker(byte[] constantPart, ClassLoader loader) {
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
    record Maker(Class<?> capturing, String[] strings, int kind, MethodHandle handle) {
        Object make(CodecInput in, SerializationPolicy policy, ClassLoader loader) {
            final long count = in.getVarint();
            if (count < 0 || count > MOST_CAPTURED) {
                throw new CodecException("a lambda captures " + count + " values, at most " + MOST_CAPTURED);
            }
            final @Nullable Object[] captured = new Object[(int) count];
            final TaggedReader values = new TaggedReader(in, policy, loader);
            for (int i = 0; i < count; i++) {
                captured[i] = values.read();
            }
            if (in.remaining() > 0) {
                throw new CodecException("a lambda of " + capturing.getName() + " with its " + count
                        + " captured values ends " + in.remaining() + " bytes before the end; they are damaged");
            }
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

    /// What is known of a class whose objects are to be written.
    private static final class Shape {
        private static final Shape NOT_ONE = new Shape(null);

        private final @Nullable MethodHandle writeReplace;
        private volatile byte @Nullable [] constantPart;

        private Shape(@Nullable MethodHandle writeReplace) {
            this.writeReplace = writeReplace;
        }

        static Shape of(Class<?> type) {
            if (!type.isHidden() || !Serializable.class.isAssignableFrom(type)) {
                return NOT_ONE;
            }
            try {
                final Method method = type.getDeclaredMethod("writeReplace");
                method.setAccessible(true);
                return new Shape(MethodHandles.lookup()
                        .unreflect(method)
                        .asType(MethodType.methodType(Object.class, Object.class)));
            } catch (NoSuchMethodException | IllegalAccessException | InaccessibleObjectException _) {
                return NOT_ONE;
            }
        }

        @Nullable
        SerializedLambda describe(Object function) {
            if (writeReplace == null) {
                return null;
            }
            try {
                return (Object) writeReplace.invokeExact(function) instanceof SerializedLambda lambda ? lambda : null;
            } catch (Throwable t) {
                if (t instanceof Error error) {
                    throw error;
                }
                return null;
            }
        }

        byte[] constantPart(SerializedLambda lambda) {
            byte[] bytes = constantPart;
            if (bytes == null) {
                final CodecOutput out = CodecOutput.growing(256);
                out.putString(lambda.getCapturingClass());
                out.putString(lambda.getFunctionalInterfaceClass());
                out.putString(lambda.getFunctionalInterfaceMethodName());
                out.putString(lambda.getFunctionalInterfaceMethodSignature());
                out.putString(lambda.getImplClass());
                out.putString(lambda.getImplMethodName());
                out.putString(lambda.getImplMethodSignature());
                out.putString(lambda.getInstantiatedMethodType());
                out.putVarint(lambda.getImplMethodKind());
                bytes = out.toByteArray();
                constantPart = bytes;
            }
            return bytes;
        }
    }
}
