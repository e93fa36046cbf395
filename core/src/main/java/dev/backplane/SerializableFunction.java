package dev.backplane;

import java.io.Serializable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A function of one argument that another JVM can run: a lambda of this type is serialized with what it
/// captures.
///
/// @param <T> the type of the argument
/// @param <R> the type of the result
@FunctionalInterface
public interface SerializableFunction<T extends @Nullable Object, R extends @Nullable Object>
        extends Function<T, R>, Serializable {}
