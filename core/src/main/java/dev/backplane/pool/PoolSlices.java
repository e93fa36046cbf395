package dev.backplane.pool;

import dev.backplane.SerializableConsumer;
import dev.backplane.SerializableDoubleBinaryOperator;
import dev.backplane.SerializableDoubleUnaryOperator;
import dev.backplane.SerializableFunction;
import dev.backplane.SerializableIntBinaryOperator;
import dev.backplane.SerializableIntUnaryOperator;
import dev.backplane.SerializableLongBinaryOperator;
import dev.backplane.SerializableLongUnaryOperator;
import dev.backplane.SerializableSliceConsumer;
import dev.backplane.SharedArray;
import dev.backplane.SharedDoubleArray;
import dev.backplane.SharedHandle;
import dev.backplane.SharedIntArray;
import dev.backplane.SharedLongArray;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The maps of a pool over shared arrays and mapped files, in place: only handles travel, and each worker reads
/// and writes the memory itself. `mapInto` and `reduce` are for ints, longs and doubles; elements of other types are
/// worked on by `forEachSlice` and `mapSlices`.
///
/// A slice whose worker dies is done again from its beginning where [PoolBuilder#retries] were asked for.
/// What changes an array that it reads wants none: it would see its own changes. `mapInto` refuses that.
abstract sealed class PoolSlices extends PoolJournals permits ProcessPool {
    /// A part of an array.
    ///
    /// @param from its first index
    /// @param to the end of it
    record Range(long from, long to) implements Serializable {
        /// One of some ranges of nearly equal length that follow one another.
        static Range of(long length, long count, long index) {
            final long from = from(length, count, index);
            return new Range(from, from(length, count, index + 1));
        }

        private static long from(long length, long count, long index) {
            return length / count * index + Math.min(index, length % count);
        }
    }

    /// The same pool, with another number of retries.
    ///
    /// @param count how often a task is tried again whose worker ended, 0 or more
    /// @return the pool, for calls that are to be made so
    public abstract ProcessPool withRetries(int count);

    /// Applies a function to each element.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param listener told of each task that is done
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order
    /// @throws InterruptedException if interrupted
    public abstract <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            Consumer<TaskDone> listener)
            throws InterruptedException;

    static List<Range> ranges(long length, int slices) {
        final long count = count(length, slices);
        return LongStream.range(0, count)
                .mapToObj(index -> Range.of(length, count, index))
                .toList();
    }

    private static long count(long length, int slices) {
        if (slices < 1) {
            throw new IllegalArgumentException("slices is " + slices + ", must be at least 1");
        }
        return Math.min(slices, length);
    }

    /// Applies a function to ranges of nearly equal length. What travels for each is its number only.
    private <R extends @Nullable Object> List<R> mapRanges(
            long length, int slices, SerializableFunction<Range, ? extends R> function, Consumer<TaskDone> listener)
            throws InterruptedException {
        final long count = count(length, slices);
        return map(
                LongStream.range(0, count).boxed().toList(),
                index -> function.apply(Range.of(length, count, index)),
                1,
                listener);
    }

    /// Has the workers do something with each of some things, one task for each.
    final <T> void forEach(Collection<T> things, SerializableConsumer<? super T> action, Consumer<TaskDone> listener)
            throws InterruptedException {
        final SerializableFunction<T, Integer> function = thing -> {
            action.accept(thing);
            return 0; // Something has to travel back, and a number is the least.
        };
        map(things, function, 1, listener);
    }

    /// The same, in as many ranges as are usual.
    private <R extends @Nullable Object> List<R> mapRanges(
            long length, SerializableFunction<Range, ? extends R> function) throws InterruptedException {
        return mapRanges(length, tasksByDefault(), function, done -> {});
    }

    /// Applies a function to slices of a shared array.
    ///
    /// @param array what to cut
    /// @param slices how many slices of nearly equal length; no more than the array has elements
    /// @param function gets each slice; a lambda, and what it captures, that can be serialized
    /// @param <A> the type of the array
    /// @param <R> the type of the results
    /// @return the results, in the slices' order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <A extends SharedArray, R extends @Nullable Object> List<R> mapSlices(
            A array, int slices, SerializableFunction<? super A, ? extends R> function) throws InterruptedException {
        return mapSlices(array, slices, function, done -> {});
    }

    /// [#mapSlices(SharedArray, int, SerializableFunction)], with a listener.
    ///
    /// @param array what to cut
    /// @param slices how many slices of nearly equal length; no more than the array has elements
    /// @param function gets each slice; a lambda, and what it captures, that can be serialized
    /// @param listener told of each slice that is done as of an element, on the thread that drives the pool: it
    ///     must be quick
    /// @param <A> the type of the array
    /// @param <R> the type of the results
    /// @return the results, in the slices' order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    @SuppressWarnings("unchecked") // Each shared type slices into itself: SharedArray.slice says so.
    public <A extends SharedArray, R extends @Nullable Object> List<R> mapSlices(
            A array, int slices, SerializableFunction<? super A, ? extends R> function, Consumer<TaskDone> listener)
            throws InterruptedException {
        return mapRanges(
                array.length(), slices, range -> function.apply((A) array.slice(range.from, range.to)), listener);
    }

    /// Has the workers go through a shared array, four slices for each.
    ///
    /// @param array what to cut
    /// @param action gets each slice and where it begins; a lambda, and what it captures, that can be
    ///     serialized
    /// @param <A> the type of the array
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <A extends SharedArray> void forEachSlice(A array, SerializableSliceConsumer<? super A> action)
            throws InterruptedException {
        forEachSlice(array, action, done -> {});
    }

    /// [#forEachSlice(SharedArray, SerializableSliceConsumer)], with a listener.
    ///
    /// @param array what to cut
    /// @param action gets each slice and where it begins; a lambda, and what it captures, that can be
    ///     serialized
    /// @param listener told of each slice that is done as of an element, on the thread that drives the pool: it
    ///     must be quick
    /// @param <A> the type of the array
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    @SuppressWarnings("unchecked") // Each shared type slices into itself: SharedArray.slice says so.
    public <A extends SharedArray> void forEachSlice(
            A array, SerializableSliceConsumer<? super A> action, Consumer<TaskDone> listener)
            throws InterruptedException {
        mapRanges(
                array.length(),
                tasksByDefault(),
                range -> {
                    action.accept((A) array.slice(range.from, range.to), range.from);
                    return 0; // Something has to travel back, and a number is the least.
                },
                listener);
    }

    /// Stores what an operator makes of each element of an array into another one, or into the same.
    ///
    /// @param in what is read
    /// @param out where the results go, as long as the other
    /// @param operator a lambda, and what it captures, that can be serialized
    /// @throws IllegalArgumentException if the lengths differ; or if both arrays are the same or overlap, and there
    ///     are retries, which would apply the operator twice to what a dead worker had stored
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public void mapInto(SharedDoubleArray in, SharedDoubleArray out, SerializableDoubleUnaryOperator operator)
            throws InterruptedException {
        checkArrays(in, out);
        mapRanges(
                in.length(),
                range -> Blocks.map(in.slice(range.from, range.to), out.slice(range.from, range.to), operator));
    }

    /// Combines all elements of an array.
    ///
    /// @param array what is read
    /// @param identity what changes no other value
    /// @param operator associative: slices are combined first, then their results, in order
    /// @return the result
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public double reduce(SharedDoubleArray array, double identity, SerializableDoubleBinaryOperator operator)
            throws InterruptedException {
        final List<Double> parts = mapRanges(
                array.length(), range -> Blocks.reduce(array.slice(range.from, range.to), identity, operator));
        double result = identity;
        for (double part : parts) {
            result = operator.applyAsDouble(result, part);
        }
        return result;
    }

    /// Stores what an operator makes of each element of an array into another one, or into the same.
    ///
    /// @param in what is read
    /// @param out where the results go, as long as the other
    /// @param operator a lambda, and what it captures, that can be serialized
    /// @throws IllegalArgumentException if the lengths differ; or if both arrays are the same or overlap, and there
    ///     are retries, which would apply the operator twice to what a dead worker had stored
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public void mapInto(SharedLongArray in, SharedLongArray out, SerializableLongUnaryOperator operator)
            throws InterruptedException {
        checkArrays(in, out);
        mapRanges(
                in.length(),
                range -> Blocks.map(in.slice(range.from, range.to), out.slice(range.from, range.to), operator));
    }

    /// Combines all elements of an array.
    ///
    /// @param array what is read
    /// @param identity what changes no other value
    /// @param operator associative: slices are combined first, then their results, in order
    /// @return the result
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public long reduce(SharedLongArray array, long identity, SerializableLongBinaryOperator operator)
            throws InterruptedException {
        final List<Long> parts = mapRanges(
                array.length(), range -> Blocks.reduce(array.slice(range.from, range.to), identity, operator));
        long result = identity;
        for (long part : parts) {
            result = operator.applyAsLong(result, part);
        }
        return result;
    }

    /// Stores what an operator makes of each element of an array into another one, or into the same.
    ///
    /// @param in what is read
    /// @param out where the results go, as long as the other
    /// @param operator a lambda, and what it captures, that can be serialized
    /// @throws IllegalArgumentException if the lengths differ; or if both arrays are the same or overlap, and there
    ///     are retries, which would apply the operator twice to what a dead worker had stored
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public void mapInto(SharedIntArray in, SharedIntArray out, SerializableIntUnaryOperator operator)
            throws InterruptedException {
        checkArrays(in, out);
        mapRanges(
                in.length(),
                range -> Blocks.map(in.slice(range.from, range.to), out.slice(range.from, range.to), operator));
    }

    /// Combines all elements of an array.
    ///
    /// @param array what is read
    /// @param identity what changes no other value
    /// @param operator associative: slices are combined first, then their results, in order
    /// @return the result
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public int reduce(SharedIntArray array, int identity, SerializableIntBinaryOperator operator)
            throws InterruptedException {
        final List<Integer> parts = mapRanges(
                array.length(), range -> Blocks.reduce(array.slice(range.from, range.to), identity, operator));
        int result = identity;
        for (int part : parts) {
            result = operator.applyAsInt(result, part);
        }
        return result;
    }

    /// Applies a function to slices of a file, which each worker maps.
    ///
    /// @param file what to cut; see [MappedFile#cutAfterLines] for where
    /// @param slices about how many slices
    /// @param function gets each slice; a lambda, and what it captures, that can be serialized
    /// @param <R> the type of the results
    /// @return the results, in the slices' order
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <R extends @Nullable Object> List<R> mapSlices(
            MappedFile file, int slices, SerializableFunction<? super MappedFile, ? extends R> function)
            throws InterruptedException {
        return map(file.slices(slices), function, 1, done -> {});
    }

    /// Has the workers go through a file, four slices for each.
    ///
    /// @param file what to cut; see [MappedFile#cutAfterLines] for where
    /// @param action gets each slice; a lambda, and what it captures, that can be serialized
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public void forEachSlice(MappedFile file, SerializableConsumer<? super MappedFile> action)
            throws InterruptedException {
        forEach(file.slices(tasksByDefault()), action, done -> {});
    }

    /// Combines what a function makes of the slices of a file, four for each worker.
    ///
    /// @param file what to cut; see [MappedFile#cutAfterLines] for where
    /// @param identity what changes no other value, and the result for an empty file
    /// @param function gets each slice; a lambda, and what it captures, that can be serialized
    /// @param operator associative: combines the slices' values here, in order
    /// @param <R> the type of the result
    /// @return the result
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws InterruptedException if interrupted
    public <R> R reduce(
            MappedFile file,
            R identity,
            SerializableFunction<? super MappedFile, ? extends R> function,
            BinaryOperator<R> operator)
            throws InterruptedException {
        R result = identity;
        for (R part : this.<R>mapSlices(file, tasksByDefault(), function)) {
            result = operator.apply(result, part);
        }
        return result;
    }

    /// Sorts an array, by [ParallelSort]: a call that fails leaves it as it was. Nobody else may write to it
    /// meanwhile.
    ///
    /// **Owner death.** Workers are replaced as ever, and what they were at is tried again, twice, whatever
    /// the pool does otherwise: it never writes what it reads. If the caller dies, the array is as it was,
    /// unless that happens while the result is copied back: then it has some elements twice, and others not
    /// at all.
    ///
    /// **Cost.** Twice the array's memory for the time of the call. Short arrays are sorted by the caller.
    ///
    /// @param array sorted in place, by the order of [java.util.Arrays#sort(int[])]
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws IOException if there is no room for the memory besides
    /// @throws InterruptedException if interrupted
    public void parallelSort(SharedIntArray array) throws IOException, InterruptedException {
        new ParallelSort(this).sort(array, SortKind.INTS);
    }

    /// [#parallelSort(SharedIntArray)] of longs.
    ///
    /// @param array sorted in place, by the order of [java.util.Arrays#sort(long[])]
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws IOException if there is no room for the memory besides
    /// @throws InterruptedException if interrupted
    public void parallelSort(SharedLongArray array) throws IOException, InterruptedException {
        new ParallelSort(this).sort(array, SortKind.LONGS);
    }

    /// [#parallelSort(SharedIntArray)] of doubles.
    ///
    /// @param array sorted in place, by the order of [java.util.Arrays#sort(double[])]: NaN last, -0.0
    ///     before 0.0
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws IOException if there is no room for the memory besides
    /// @throws InterruptedException if interrupted
    public void parallelSort(SharedDoubleArray array) throws IOException, InterruptedException {
        new ParallelSort(this).sort(array, SortKind.DOUBLES);
    }

    private void checkArrays(SharedArray in, SharedArray out) {
        if (in.length() != out.length()) {
            throw new IllegalArgumentException(
                    in + " has " + in.length() + " elements, " + out + " has " + out.length() + ": they must be equal");
        }
        final int retries = calls().retries();
        if (retries > 0 && share(in.handle(), out.handle())) {
            throw new IllegalArgumentException("the results would go to what is read, " + in + ", and a slice whose"
                    + " worker died is tried again, as retries is " + retries + ": what that worker had done would"
                    + " be done twice; call it withRetries(0), or with another array for the results");
        }
    }

    private static boolean share(SharedHandle one, SharedHandle other) {
        return one.segment().id().equals(other.segment().id())
                && one.object().equals(other.object())
                && (one.to() == SharedHandle.WHOLE || other.from() < one.to())
                && (other.to() == SharedHandle.WHOLE || one.from() < other.to());
    }
}
