package dev.backplane;

import java.io.Serializable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A consumer that another JVM can run: a lambda of this type is serialized with what it captures.
///
/// @param <T> the type of the argument
@FunctionalInterface
public interface SerializableConsumer<T extends @Nullable Object> extends Consumer<T>, Serializable {}
