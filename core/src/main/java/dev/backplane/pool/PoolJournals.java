package dev.backplane.pool;

import dev.backplane.SerializableFunction;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The maps of a pool that outlive their process: each chunk that is done is recorded on disk, and the same
/// call, made by another run of the program, does the rest.
///
/// Calls are the same if they have as many elements, the same chunk size, elements that serialize to the
/// same bytes, and the same function: of a lambda, the class and place in it where it was written, and what
/// it captures. What a hash table of objects without a hash of their own serializes to changes from run to
/// run, and so does a handle of an object in an anonymous segment; one in a named segment stays the same as
/// long as the segment does. The code of the function is not compared.
///
/// **Process death.** What is recorded is not done again; what was under way is, so a function with side
/// effects must bear to be called twice with an element. A task that fails fails the call; what was recorded
/// before stays, and the next call tries again what was not.
abstract sealed class PoolJournals extends PoolStarmaps permits PoolSlices {
    /// Into how many tasks work is cut if its caller does not say.
    abstract int tasksByDefault();

    final int chunkOf(int elements) {
        return Math.max(1, Math.ceilDiv(elements, tasksByDefault()));
    }

    /// Applies a function to each element and records on disk what is done: the same call goes on where this
    /// one was killed. The chunk size is the recorded one, or by the default rule if there is none yet.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param journal where to record
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order
    /// @throws dev.backplane.store.durable.JournalException if the journal is of another call, which the
    ///     message tells apart; if it is in use; if Chronicle Queue or a flag of the JVM is missing; if the
    ///     disk is full
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws IOException if the directory cannot be used
    /// @throws InterruptedException if interrupted
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements, SerializableFunction<? super T, ? extends R> function, MapJournal journal)
            throws IOException, InterruptedException {
        return recorded(elements, function, 0, journal);
    }

    /// [#map(Collection, SerializableFunction, MapJournal)] with a chunk size: what a kill can undo is the
    /// chunks that were under way.
    ///
    /// @param elements what to map; serializable, null allowed
    /// @param function a lambda, and what it captures, that can be serialized
    /// @param chunkSize how many elements make a task, at least 1
    /// @param journal where to record
    /// @param <T> the type of the elements
    /// @param <R> the type of the results
    /// @return the results, in the elements' order
    /// @throws dev.backplane.store.durable.JournalException as above
    /// @throws TaskException as [ProcessPool#map] does, and so for the others
    /// @throws IOException if the directory cannot be used
    /// @throws InterruptedException if interrupted
    public <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> elements,
            SerializableFunction<? super T, ? extends R> function,
            int chunkSize,
            MapJournal journal)
            throws IOException, InterruptedException {
        PoolCalls.checkChunk(chunkSize);
        return recorded(elements, function, chunkSize, journal);
    }

    @SuppressWarnings("unchecked") // The results are what the function returned, whose type is R.
    private <R extends @Nullable Object> List<R> recorded(
            Collection<? extends @Nullable Object> elements,
            SerializableFunction<?, ? extends R> function,
            int chunkSize,
            MapJournal journal)
            throws IOException, InterruptedException {
        return (List<R>) Arrays.asList(new RecordedMap(this, elements, function).run(chunkSize, journal));
    }
}
