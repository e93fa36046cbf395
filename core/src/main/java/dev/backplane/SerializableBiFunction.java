package dev.backplane;

import java.io.Serializable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A function of two arguments that another JVM can run: a lambda of this type is serialized with what it
/// captures.
///
/// @param <T> the type of the argument
/// @param <U> the type of the second argument
/// @param <R> the type of the result
@FunctionalInterface
public interface SerializableBiFunction<
                T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
        extends BiFunction<T, U, R>, Serializable {}
