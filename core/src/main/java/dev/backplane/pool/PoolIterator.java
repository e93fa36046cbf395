package dev.backplane.pool;

import dev.backplane.pool.StreamJob.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Results of a function over a source that is read no further ahead than a few tasks. All is done in the
/// thread that asks for results: it reads the source, hands tasks out and waits.
final class PoolIterator<R extends @Nullable Object> implements Iterator<R> {
    /// For how many elements there is room in a task before any have come.
    private static final int USUAL_CHUNK = 1000;

    private final Iterator<? extends @Nullable Object> source;
    private final int chunkSize;
    private final int window;
    private final boolean ordered;
    private final StreamJob job;
    private final BiConsumer<Integer, List<@Nullable Object>> submit;
    private final PoolGuests guests;
    private final Runnable mayWait;
    private final Runnable end;
    private final Map<Integer, Outcome> early = new HashMap<>();
    private Iterator<?> current = Collections.emptyIterator();
    private int begun;
    private int finished;
    private boolean sourceEnded;
    private @Nullable Throwable sourceFailure;

    /// @param window how many tasks may be under way
    /// @param ordered whether results come in the source's order
    /// @param submit makes a task of that index and hands it out
    /// @param guests of the pool, whom the reader joins while it waits
    /// @param mayWait throws in a thread that would wait for ever
    /// @param end called when no more results will be asked for; may be called again
    PoolIterator(
            Iterator<? extends @Nullable Object> source,
            int chunkSize,
            int window,
            boolean ordered,
            StreamJob job,
            BiConsumer<Integer, List<@Nullable Object>> submit,
            PoolGuests guests,
            Runnable mayWait,
            Runnable end) {
        this.guests = guests;
        this.mayWait = mayWait;
        this.source = source;
        this.chunkSize = chunkSize;
        this.window = window;
        this.ordered = ordered;
        this.job = job;
        this.submit = submit;
        this.end = end;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            fill();
            if (finished == begun) {
                end.run();
                final Throwable failure = sourceFailure;
                if (failure != null) {
                    sourceFailure = null;
                    PoolIterator.<RuntimeException>rethrow(failure);
                }
                return false;
            }
            final Outcome outcome = next(ordered ? finished : Outcome.ALL);
            finished++;
            if (outcome.reason() != null) {
                throw ProcessPool.rethrown(outcome.reason());
            }
            current = Objects.requireNonNull(outcome.results()).iterator();
        }
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // The results are what the function returned, whose type is R.
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no more results");
        }
        return (R) current.next();
    }

    /// Makes tasks of what the source has, until enough are under way. What the source throws comes after
    /// the results of what it gave before.
    private void fill() {
        while (!sourceEnded && begun - finished < window) {
            final List<@Nullable Object> part = new ArrayList<>(Math.min(chunkSize, USUAL_CHUNK));
            try {
                while (part.size() < chunkSize && source.hasNext()) {
                    part.add(source.next());
                }
                sourceEnded = part.size() < chunkSize;
            } catch (Throwable t) { // Errors too, and what a source throws though it does not declare it.
                sourceEnded = true;
                sourceFailure = t;
            }
            if (!part.isEmpty()) {
                submit.accept(begun, part);
                begun++;
            }
        }
    }

    /// Throws what a source threw, as it did, even where that is checked.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The compiler is told something else.
    private static <X extends Throwable> void rethrow(Throwable failure) throws X {
        throw (X) failure;
    }

    /// The outcome of a task, or of whichever ends first.
    private Outcome next(int index) {
        final Outcome known = early.remove(index);
        if (known != null) {
            return known;
        }
        try {
            while (true) {
                mayWait.run();
                final Outcome outcome = guests.take(job);
                if (outcome.index() == Outcome.ALL) {
                    job.add(outcome); // It stays true.
                    return outcome;
                }
                if (index == Outcome.ALL || outcome.index() == index) {
                    return outcome;
                }
                early.put(outcome.index(), outcome);
            }
        } catch (InterruptedException e) {
            end.run();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a result of a pool");
        }
    }
}
