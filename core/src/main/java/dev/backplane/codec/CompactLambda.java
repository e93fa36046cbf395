package dev.backplane.codec;

import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/// The form of a lambda that captures nothing but simple values, objects that others find by a [Reference], such as
/// shared ones, and lambdas that have this form themselves.
///
/// ```
///  +-----------+--------------+
///  | FORM  u8  | lambda       |
///  +-----------+--------------+
///
///  lambda
///  +-----------------+------------------------------------+---------------+- - - - - - - - - - -+
///  | length  varint  | constant part: eight strings, kind | count  varint | captured values     |
///  +-----------------+------------------------------------+---------------+- - - - - - - - - - -+
///
///  captured value, one of
///  +-------------------------------+
///  | simple value, tagged          |
///  +---------------+---------------+----------------------------+
///  | REFERENCE  u8 | handle string | element type string, or "" |
///  +---------------+---------------+----------------------------+
///  | LAMBDA     u8 | lambda        |
///  +---------------+---------------+
/// ```
///
/// It has what Java's own [SerializedLambda] has, and is made into a lambda as that is: by the method
/// `$deserializeLambda$`, which compilers put into each class that makes serializable lambdas. The constant
/// part is the same for all lambdas of one expression: it is made once for each, and looked up as a whole
/// where it is read, see [LambdaReader], which is what makes this form cheap.
final class CompactLambda {
    /// Differs from the first byte of serialized Java objects, 0xAC.
    private static final int FORM = 1;

    static final int MOST_CAPTURED = 255;

    /// How deeply lambdas may capture one another; of more, the stack might be too short where they are read.
    static final int DEEPEST = 16;

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
    /// @return null if it is no lambda, or captures what has no form of its own, or its class is not open to
    ///     reflection
    static byte @Nullable [] write(Object function) {
        final SerializedLambda lambda = SHAPES.get(function.getClass()).describe(function);
        if (lambda == null) {
            return null;
        }
        final CodecOutput out = CodecOutput.growing(512);
        out.putByte(FORM);
        return write(function, lambda, out, 1) ? out.toByteArray() : null;
    }

    /// Writes a lambda.
    ///
    /// @return false if it has not this form; a part of it may be written then
    private static boolean write(Object function, SerializedLambda lambda, CodecOutput out, int depth) {
        final int captured = lambda.getCapturedArgCount();
        if (captured > MOST_CAPTURED || depth > DEEPEST) {
            return false;
        }
        final byte[] constant = SHAPES.get(function.getClass()).constantPart(lambda);
        out.putVarint(constant.length);
        out.putBytes(constant);
        out.putVarint(captured);
        final TaggedWriter values = new TaggedWriter(out, 1, null);
        for (int i = 0; i < captured; i++) {
            final Object value = lambda.getCapturedArg(i);
            if (isSimple(value)) {
                values.write(value);
            } else if (!writeLambda(value, out, depth) && !writeReference(value, out)) {
                return false;
            }
        }
        return true;
    }

    private static boolean writeLambda(Object value, CodecOutput out, int depth) {
        final SerializedLambda lambda = SHAPES.get(value.getClass()).describe(value);
        if (lambda == null) {
            return false;
        }
        out.putByte(Tag.LAMBDA);
        return write(value, lambda, out, depth + 1);
    }

    private static boolean writeReference(Object value, CodecOutput out) {
        final ReferenceProvider provider = ReferenceProvider.provider().orElse(null);
        final Reference reference = provider == null ? null : provider.referenceTo(value);
        if (reference == null) {
            return false;
        }
        out.putByte(Tag.REFERENCE);
        out.putString(reference.handle());
        out.putString(reference.elementType() == null ? "" : reference.elementType());
        return true;
    }

    /// Immutable, and the same to everybody whether it is one object or two.
    private static boolean isSimple(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case Long _, Integer _, Double _, String _, Boolean _, Byte _, Short _, Float _, Character _ -> true;
            default -> false;
        };
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
