package dev.backplane.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// Java serialization behind an allow-list: for lambdas and for classes that no other codec writes.
///
/// Thread-safe; the only place in this library that reads serialized Java objects.
public final class JavaSerialization {
    private JavaSerialization() {}

    /// Writes a value.
    ///
    /// @param value any serializable object, or null
    /// @return its bytes
    /// @throws CodecException if it, or something that it refers to, is not serializable; the message names the
    ///     class
    public static byte[] serialize(@Nullable Object value) {
        return serialize(value, null);
    }

    /// Writes a value of nothing but allowed classes.
    static byte[] serialize(@Nullable Object value, @Nullable AllowedClasses allowed) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = allowed == null ? new ObjectOutputStream(bytes) : new Allowed(bytes, allowed)) {
            out.writeObject(value);
        } catch (CodecException e) {
            throw e;
        } catch (NotSerializableException e) {
            throw new CodecException(notSerializable(value, e), e);
        } catch (IOException | RuntimeException e) {
            throw new CodecException("cannot serialize " + nameOf(value) + ": " + e, e);
        } catch (StackOverflowError e) {
            throw new CodecException("cannot serialize " + nameOf(value) + ": it is nested too deeply", e);
        }
        if (allowed != null && bytes.size() > allowed.policy().maxBytes()) {
            throw new CodecException("cannot write " + bytes.size() + " serialized bytes: the policy allows "
                    + allowed.policy().maxBytes() + ", so nobody with this codec could read them");
        }
        return bytes.toByteArray();
    }

    /// Asks about every class that it names, as its reader will.
    private static final class Allowed extends ObjectOutputStream {
        private final AllowedClasses allowed;

        Allowed(OutputStream out, AllowedClasses allowed) throws IOException {
            super(out);
            this.allowed = allowed;
        }

        @Override
        protected void annotateClass(Class<?> type) {
            allowed.require(type);
        }

        @Override
        protected void annotateProxyClass(Class<?> type) {
            throw new ClassRefusedException(
                    "dynamic proxies are not allowed in serialized objects: " + type.getTypeName());
        }
    }

    private static String notSerializable(@Nullable Object value, NotSerializableException e) {
        final String culprit = e.getMessage();
        if (value != null && value.getClass().isSynthetic() && !(value instanceof Serializable)) {
            return "cannot serialize the lambda " + culprit + ": its target type is not Serializable; use a"
                    + " Serializable interface such as dev.backplane.SerializableFunction";
        }
        return "cannot serialize " + nameOf(value) + ": class " + culprit
                + " is not Serializable; make it so, or do not capture or contain it";
    }

    private static String nameOf(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    /// Reads what [#serialize] wrote.
    ///
    /// @param bytes one serialized value
    /// @param loader where classes are found
    /// @param policy which classes may be built
    /// @return the value
    /// @throws CodecException if the bytes are damaged, too many, of a class that is missing or not allowed
    public static @Nullable Object deserialize(byte[] bytes, ClassLoader loader, SerializationPolicy policy) {
        if (bytes.length > policy.maxBytes()) {
            throw new ValueRefusedException(
                    "refused to read " + bytes.length + " serialized bytes, the policy allows " + policy.maxBytes());
        }
        try (LoadedFrom in = new LoadedFrom(bytes, loader, policy)) {
            return in.readObject();
        } catch (InvalidClassException e) {
            throw refused(e, policy);
        } catch (ClassNotFoundException e) {
            throw new ClassRefusedException(
                    "cannot read a serialized object: class " + e.getMessage() + " is missing here", e);
        } catch (IOException | RuntimeException e) {
            throw new CodecException("cannot read a serialized object: " + e.getMessage(), e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new ValueRefusedException("cannot read a serialized object: it is too deep or too large", e);
        }
    }

    private static CodecException refused(InvalidClassException e, SerializationPolicy policy) {
        final String reason = String.valueOf(e.getMessage());
        return reason.startsWith("filter status")
                ? new ValueRefusedException(
                        "refused a serialized object beyond the limits of the policy: depth " + policy.maxDepth() + ", "
                                + policy.maxReferences() + " references, arrays of " + policy.maxArrayLength() + ", "
                                + policy.maxBytes() + " bytes",
                        e)
                : new ClassRefusedException("refused a serialized object: " + reason, e);
    }

    /// Finds classes where the caller said, and asks the policy before it loads any.
    private static final class LoadedFrom extends ObjectInputStream {
        private final ClassLoader loader;
        private final SerializationPolicy policy;

        LoadedFrom(byte[] bytes, ClassLoader loader, SerializationPolicy policy) throws IOException {
            super(new ByteArrayInputStream(bytes));
            this.loader = loader;
            this.policy = policy;
            setObjectInputFilter(policy.limits(bytes.length));
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            final String name = description.getName();
            final String element = elementName(name);
            if (!element.isEmpty() && !policy.allowsName(element)) {
                throw new InvalidClassException(
                        "class " + element + " is not allowed: add it with SerializationPolicy.allowing");
            }
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description); // Primitive types are found there.
            }
        }

        /// The class name in an array's name, empty for arrays of primitives and primitives themselves.
        private static String elementName(String name) {
            if (!name.startsWith("[")) {
                return name.indexOf('.') < 0 && isPrimitive(name) ? "" : name;
            }
            return name.endsWith(";") ? name.substring(name.indexOf('L') + 1, name.length() - 1) : "";
        }

        private static boolean isPrimitive(String name) {
            return switch (name) {
                case "boolean", "byte", "char", "short", "int", "long", "float", "double", "void" -> true;
                default -> false;
            };
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws InvalidClassException {
            throw new InvalidClassException("dynamic proxies are not allowed in serialized objects");
        }
    }
}
