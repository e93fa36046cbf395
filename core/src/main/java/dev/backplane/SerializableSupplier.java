package dev.backplane;

import java.io.Serializable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A supplier that another JVM can run: a lambda of this type is serialized with what it captures.
///
/// @param <T> the type of the result
@FunctionalInterface
public interface SerializableSupplier<T extends @Nullable Object> extends Supplier<T>, Serializable {}
