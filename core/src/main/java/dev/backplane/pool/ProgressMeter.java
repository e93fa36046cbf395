package dev.backplane.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts what is done and tells a listener how far it is: at most ten times a second, when all is done, and
/// at the end.
///
/// It is the listener that a map takes, and knows the total from it:
///
/// ```java
/// try (ProgressMeter meter = ProgressMeter.to(progress -> log(progress.perSecond()))) {
///     pool.map(images, image -> resize(image), 10, meter);
/// }
/// ```
///
/// Streams take it too, or their results are counted as they are read, `pool.imap(…).peek(meter::count)`; where one
/// says what there is in all, it tells the time remaining for these too. Of several calls under one meter the total has
/// to be [#total given][#total(long)].
///
/// The rate is that of the last ten seconds, so that a slow beginning, such as workers that start, is
/// forgotten.
///
/// Thread-safe. The listener is called by whoever counts, one at a time: for a map, that is the thread that
/// drives the pool, so it must be quick.
public final class ProgressMeter implements Consumer<TaskDone>, AutoCloseable {
    private static final long WINDOW_NANOS = 10_000_000_000L;
    /// Points in the window that a rate can be counted from: more of them would tell nobody more.
    private static final int MARKS = 50;

    private static final long PAUSE_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /// How much was done when.
    private record Mark(long nanos, long done) {}

    private final Consumer<? super Progress> listener;
    private final LongSupplier clock;
    private final long startNanos;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private OptionalLong total = OptionalLong.empty();
    private long done;
    private @Nullable Mark told;

    /// A meter whose time begins now.
    ///
    /// @param clock as [System#nanoTime]
    ProgressMeter(Consumer<? super Progress> listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
        this.startNanos = clock.getAsLong();
        marks.add(new Mark(startNanos, 0));
    }

    /// A meter whose time begins now.
    ///
    /// @param listener told how far it is
    /// @return a new meter
    public static ProgressMeter to(Consumer<? super Progress> listener) {
        return new ProgressMeter(listener, System::nanoTime);
    }

    /// Says how much there is in all.
    ///
    /// @param count not negative
    /// @return this
    public synchronized ProgressMeter total(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("total is " + count + ", must not be negative");
        }
        total = OptionalLong.of(count);
        return this;
    }

    /// Counts the elements of a task. The first one tells the total, unless it is known, or that of a stream.
    ///
    /// @param task what is done
    @Override
    public synchronized void accept(TaskDone task) {
        if (total.isEmpty() && task.elements() != TaskDone.UNKNOWN) {
            total = OptionalLong.of(task.elements());
        }
        add(task.to() - task.from());
    }

    /// Counts one, whatever it is: for `peek`.
    ///
    /// @param element is not looked at
    public void count(@Nullable Object element) {
        add(1);
    }

    /// Counts more.
    ///
    /// @param count how much more is done, not negative
    public synchronized void add(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count is " + count + ", must not be negative");
        }
        final long now = clock.getAsLong();
        done += count;
        mark(now);
        final boolean complete = total.isPresent() && done >= total.getAsLong();
        if (told == null || complete || now - told.nanos >= PAUSE_NANOS) {
            tell(now);
        }
    }

    /// Remembers where the rate can be counted from: one point at or before the window's beginning, and those
    /// in it.
    private void mark(long now) {
        if (now - marks.getLast().nanos >= WINDOW_NANOS / MARKS) {
            marks.add(new Mark(now, done));
        }
        while (marks.size() > 1 && now - second().nanos >= WINDOW_NANOS) {
            marks.removeFirst();
        }
    }

    private Mark second() {
        final var iterator = marks.iterator();
        iterator.next();
        return iterator.next();
    }

    private void tell(long now) {
        told = new Mark(now, done);
        final Mark from = marks.getFirst();
        final double seconds = (now - from.nanos) / NANOS_PER_SECOND;
        listener.accept(Progress.of(done, total, now - startNanos, seconds > 0 ? (done - from.done) / seconds : 0));
    }

    /// Tells of what has not been told yet.
    @Override
    public synchronized void close() {
        if (told == null || told.done != done) {
            tell(clock.getAsLong());
        }
    }
}
