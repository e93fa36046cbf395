package dev.backplane.pool;

import dev.backplane.SerializableBiFunction;
import dev.backplane.SerializableFunction;
import dev.backplane.SerializableFunction3;
import dev.backplane.SerializableFunction4;
import dev.backplane.SerializableFunction5;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The maps of a pool over functions of several arguments: each is one of a function of one, [Arguments] or an array.
abstract sealed class PoolStarmaps extends PoolCountedStarmaps permits PoolJournals {
    /// Applies a function to each element.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return completes with the results, in the elements' order
    public abstract <T extends @Nullable Object, R extends @Nullable Object> CompletableFuture<List<R>> mapAsync(
            Collection<? extends T> elements, SerializableFunction<? super T, ? extends R> function);

    /// Applies a function to each array of arguments.
    ///
    /// @param arguments of each call; serializable
    /// @param function gets the array
    /// @param <R> the type of the results
    /// @return the results, in order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <R extends @Nullable Object> List<R> starmap(
            Collection<@Nullable Object[]> arguments, SerializableFunction<@Nullable Object[], ? extends R> function)
            throws InterruptedException {
        return ProcessPool.await(starmapAsync(arguments, function));
    }

    /// Applies a function to each array of arguments, without waiting.
    ///
    /// @param arguments of each call; serializable
    /// @param function gets the array
    /// @param <R> the type of the results
    /// @return completes with the results, in order
    public <R extends @Nullable Object> CompletableFuture<List<R>> starmapAsync(
            Collection<@Nullable Object[]> arguments, SerializableFunction<@Nullable Object[], ? extends R> function) {
        return mapAsync(arguments, function);
    }

    /// Applies a function of two arguments.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <R> the type of the results
    /// @return the results, in order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> List<R> starmap(
            Collection<Arguments.Two<A, B>> arguments,
            SerializableBiFunction<? super A, ? super B, ? extends R> function)
            throws InterruptedException {
        return ProcessPool.await(starmapAsync(arguments, function));
    }

    /// Applies a function of two arguments, without waiting.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <R> the type of the results
    /// @return completes with the results, in order
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            CompletableFuture<List<R>> starmapAsync(
                    Collection<Arguments.Two<A, B>> arguments,
                    SerializableBiFunction<? super A, ? super B, ? extends R> function) {
        return mapAsync(arguments, of -> function.apply(of.a(), of.b()));
    }

    /// Applies a function of three arguments.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <R> the type of the results
    /// @return the results, in order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            List<R> starmap(
                    Collection<Arguments.Three<A, B, C>> arguments,
                    SerializableFunction3<? super A, ? super B, ? super C, ? extends R> function)
                    throws InterruptedException {
        return ProcessPool.await(starmapAsync(arguments, function));
    }

    /// Applies a function of three arguments, without waiting.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <R> the type of the results
    /// @return completes with the results, in order
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            CompletableFuture<List<R>> starmapAsync(
                    Collection<Arguments.Three<A, B, C>> arguments,
                    SerializableFunction3<? super A, ? super B, ? super C, ? extends R> function) {
        return mapAsync(arguments, of -> function.apply(of.a(), of.b(), of.c()));
    }

    /// Applies a function of four arguments.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <D> the type of the fourth argument
    /// @param <R> the type of the results
    /// @return the results, in order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            List<R> starmap(
                    Collection<Arguments.Four<A, B, C, D>> arguments,
                    SerializableFunction4<? super A, ? super B, ? super C, ? super D, ? extends R> function)
                    throws InterruptedException {
        return ProcessPool.await(starmapAsync(arguments, function));
    }

    /// Applies a function of four arguments, without waiting.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <D> the type of the fourth argument
    /// @param <R> the type of the results
    /// @return completes with the results, in order
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            CompletableFuture<List<R>> starmapAsync(
                    Collection<Arguments.Four<A, B, C, D>> arguments,
                    SerializableFunction4<? super A, ? super B, ? super C, ? super D, ? extends R> function) {
        return mapAsync(arguments, of -> function.apply(of.a(), of.b(), of.c(), of.d()));
    }

    /// Applies a function of five arguments.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <D> the type of the fourth argument
    /// @param <E> the type of the fifth argument
    /// @param <R> the type of the results
    /// @return the results, in order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            List<R> starmap(
                    Collection<Arguments.Five<A, B, C, D, E>> arguments,
                    SerializableFunction5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R> function)
                    throws InterruptedException {
        return ProcessPool.await(starmapAsync(arguments, function));
    }

    /// Applies a function of five arguments, without waiting.
    ///
    /// @param arguments of each call; serializable
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the first argument
    /// @param <B> the type of the second argument
    /// @param <C> the type of the third argument
    /// @param <D> the type of the fourth argument
    /// @param <E> the type of the fifth argument
    /// @param <R> the type of the results
    /// @return completes with the results, in order
    public <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            CompletableFuture<List<R>> starmapAsync(
                    Collection<Arguments.Five<A, B, C, D, E>> arguments,
                    SerializableFunction5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R>
                            function) {
        return mapAsync(arguments, of -> function.apply(of.a(), of.b(), of.c(), of.d(), of.e()));
    }
}
