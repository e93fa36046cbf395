package dev.backplane.pool;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// Arguments of one call of a function, for [ProcessPool#starmap]: what a tuple is in Python.
public sealed interface Arguments extends Serializable {
    /// Two of them.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    record Two<A extends @Nullable Object, B extends @Nullable Object>(A a, B b) implements Arguments {}

    /// Two arguments.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @return them together
    static <A extends @Nullable Object, B extends @Nullable Object> Two<A, B> of(A a, B b) {
        return new Two<>(a, b);
    }

    /// Three of them.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    record Three<A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>(A a, B b, C c)
            implements Arguments {}

    /// Three arguments.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @return them together
    static <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object> Three<A, B, C> of(
            A a, B b, C c) {
        return new Three<>(a, b, c);
    }

    /// Four of them.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param d the fourth, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @param <D> the type of the fourth
    record Four<
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object>(
            A a, B b, C c, D d) implements Arguments {}

    /// Four arguments.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param d the fourth, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @param <D> the type of the fourth
    /// @return them together
    static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object>
            Four<A, B, C, D> of(A a, B b, C c, D d) {
        return new Four<>(a, b, c, d);
    }

    /// Five of them.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param d the fourth, serializable
    /// @param e the fifth, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @param <D> the type of the fourth
    /// @param <E> the type of the fifth
    record Five<
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object>(
            A a, B b, C c, D d, E e) implements Arguments {}

    /// Five arguments.
    ///
    /// @param a the first, serializable
    /// @param b the second, serializable
    /// @param c the third, serializable
    /// @param d the fourth, serializable
    /// @param e the fifth, serializable
    /// @param <A> the type of the first
    /// @param <B> the type of the second
    /// @param <C> the type of the third
    /// @param <D> the type of the fourth
    /// @param <E> the type of the fifth
    /// @return them together
    static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object>
            Five<A, B, C, D, E> of(A a, B b, C c, D d, E e) {
        return new Five<>(a, b, c, d, e);
    }
}
