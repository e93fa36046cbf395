package dev.backplane.codec;

import org.jspecify.annotations.Nullable;

/// Functions as bytes, between processes of one user that have the same classes.
///
/// Lambdas and method references that capture nothing but boxed primitives, strings, shared objects and others of
/// their kind have a form of their own, [CompactLambda], at a fraction of the cost of Java serialization;
/// everything else is serialized Java objects. What is read is run: so never from strangers. Thread-safe.
public final class FunctionCodec {
    private final ClassLoader loader;
    private final SerializationPolicy policy;
    private final LambdaReader lambdas;

    /// Reads what others of this user have written.
    ///
    /// @param loader where classes are found
    public FunctionCodec(ClassLoader loader) {
        this.loader = loader;
        this.policy = SerializationPolicy.sameUser();
        this.lambdas = new LambdaReader(loader, policy);
    }

    /// Writes a function.
    ///
    /// @param function a serializable lambda, or any serializable object
    /// @return its bytes
    /// @throws CodecException if it, or something that it captures, is not serializable; the message names
    ///     the class
    public static byte[] write(Object function) {
        final byte[] compact = CompactLambda.write(function);
        return compact == null ? JavaSerialization.serialize(function) : compact;
    }

    /// Reads what [#write] wrote.
    ///
    /// @param bytes one function
    /// @return the function
    /// @throws CodecException if the bytes are damaged, or of a class that is missing, or a shared object that it
    ///     captures cannot be attached
    public @Nullable Object read(byte[] bytes) {
        return CompactLambda.isOne(bytes) ? lambdas.read(bytes) : JavaSerialization.deserialize(bytes, loader, policy);
    }
}
