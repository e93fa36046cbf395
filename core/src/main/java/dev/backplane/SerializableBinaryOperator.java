package dev.backplane;

import java.io.Serializable;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// An operator on two values of one type that another JVM can run: a lambda of this type is serialized with
/// what it captures.
///
/// @param <T> the type of the argument
@FunctionalInterface
public interface SerializableBinaryOperator<T extends @Nullable Object> extends BinaryOperator<T>, Serializable {}
