package dev.backplane;

import java.io.Serializable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// A task with a result that another JVM can run: a lambda of this type is serialized with what it captures.
///
/// @param <V> the type of the result
@FunctionalInterface
public interface SerializableCallable<V extends @Nullable Object> extends Callable<V>, Serializable {}
