package dev.backplane.pool;

import dev.backplane.SerializableFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The maps of a pool over sources of any length, which are read as their results are.
abstract sealed class PoolStreams extends PoolExecutor permits PoolCountedStarmaps {
    /// Applies a function to a source of any length, which is read no further ahead than two tasks for each
    /// worker and one more, by the thread that reads the results.
    ///
    /// A task that fails is thrown where its results would come; an iterator over the stream may go on
    /// after it. What the source throws comes after the results of what it gave before.
    ///
    /// @param source what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the source's order; sequential, to be closed if it is not read to its end
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> imap(
            Iterable<? extends T> source, SerializableFunction<? super T, ? extends R> function, int chunkSize) {
        return imap(source, function, chunkSize, done -> {});
    }

    /// [#imap(Iterable, SerializableFunction, int)], with a listener.
    ///
    /// @param source what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener told of each task that is done, before its results can be read, on the thread that drives
    ///     the pool: it must be quick. It is not told how many elements there are in all
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the source's order; sequential, to be closed if it is not read to its end
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> imap(
            Iterable<? extends T> source,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener) {
        return calls().stream(source, function, chunkSize, true, listener);
    }

    /// [#imap], but the results come in the order in which tasks end.
    ///
    /// @param source what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results; sequential, to be closed if it is not read to its end
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> imapUnordered(
            Iterable<? extends T> source, SerializableFunction<? super T, ? extends R> function, int chunkSize) {
        return imapUnordered(source, function, chunkSize, done -> {});
    }

    /// [#imapUnordered(Iterable, SerializableFunction, int)], with a listener.
    ///
    /// @param source what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener as that of [#imap(Iterable, SerializableFunction, int, Consumer)]
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results; sequential, to be closed if it is not read to its end
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> imapUnordered(
            Iterable<? extends T> source,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener) {
        return calls().stream(source, function, chunkSize, false, listener);
    }
}
