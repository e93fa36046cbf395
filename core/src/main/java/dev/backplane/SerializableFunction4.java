package dev.backplane;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// A function of four arguments that another JVM can run: a lambda of this type is serialized with what it captures.
///
/// @param <A> the type of the first argument
/// @param <B> the type of the second argument
/// @param <C> the type of the third argument
/// @param <D> the type of the fourth argument
/// @param <R> the type of the result
@FunctionalInterface
public interface SerializableFunction4<
                A extends @Nullable Object,
                B extends @Nullable Object,
                C extends @Nullable Object,
                D extends @Nullable Object,
                R extends @Nullable Object>
        extends Serializable {
    /// Applies the function.
    ///
    /// @param a the first argument
    /// @param b the second argument
    /// @param c the third argument
    /// @param d the fourth argument
    /// @return the result
    R apply(A a, B b, C c, D d);
}
