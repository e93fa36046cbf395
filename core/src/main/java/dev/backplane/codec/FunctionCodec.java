package dev.backplane.codec;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Functions as bytes, between processes of one user that have the same classes.
///
/// Lambdas and method references whose captured values are boxed primitives and strings, or that capture
/// nothing, have a form of their own, [CompactLambda], at a fraction of the cost of Java serialization;
/// everything else is serialized Java objects. What is read is run: so never from strangers. Thread-safe.
public final class FunctionCodec {
    /// A program has so many lambdas that it sends, or fewer; of more, some are looked up again.
    private static final int MOST_KNOWN = 4096;

    private final ClassLoader loader;
    private final SerializationPolicy policy;
    private final Map<Key, CompactLambda.Maker> known = new ConcurrentHashMap<>();

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

    /// Reads what others of this user have written.
    ///
    /// @param loader where classes are found
    public FunctionCodec(ClassLoader loader) {
        this.loader = loader;
        this.policy = SerializationPolicy.sameUser();
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
    /// @throws CodecException if the bytes are damaged, or of a class that is missing
    public @Nullable Object read(byte[] bytes) {
        if (!CompactLambda.isOne(bytes)) {
            return JavaSerialization.deserialize(bytes, loader, policy);
        }
        final CodecInput in = CodecInput.of(bytes);
        final Key key = new Key(CompactLambda.constantPart(in));
        CompactLambda.Maker maker = known.get(key);
        if (maker == null) {
            maker = CompactLambda.maker(key.bytes, loader);
            if (known.size() >= MOST_KNOWN) {
                known.clear();
            }
            known.put(key, maker);
        }
        return maker.make(in, policy, loader);
    }
}
