package dev.backplane.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A bar on standard error that shows how far a call is, if that is a terminal; silent in a pipe or a file.
///
/// ```java
/// try (ProgressBar bar = ProgressBar.of("resize")) {
///     pool.map(images, image -> resize(image), 10, bar);
/// }
/// ```
///
/// ```
/// resize  45 % [=============>                 ] 1,203 of 2,674, 311/s, 0:05 left
/// ```
///
/// It counts as a [ProgressMeter] does. The bar fits the terminal, is drawn ten times a second at most, and
/// once more when all is done or it is closed, which ends its line. What is printed to the terminal meanwhile
/// goes through [#println].
///
/// Thread-safe.
public final class ProgressBar implements Consumer<TaskDone>, AutoCloseable {
    private static final int SHORTEST_BAR = 10;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double TEN = 10;

    private final String label;
    private final TerminalLine line;
    private final ProgressMeter meter;
    private LongFunction<String> amounts = amount -> String.format(Locale.ROOT, "%,d", amount);
    private boolean counts = true;

    ProgressBar(String label, TerminalLine line, LongSupplier clock) {
        this.label = label;
        this.line = line;
        this.meter = new ProgressMeter(progress -> line.show(text(progress)), clock);
    }

    /// A bar whose time begins now.
    ///
    /// @param label what stands before it
    /// @return a new bar
    public static ProgressBar of(String label) {
        return new ProgressBar(label, TerminalLine.onStandardError(), System::nanoTime);
    }

    /// Says how amounts are written, if they are not numbers of things: of bytes, for instance. To be called
    /// first.
    ///
    /// @param format makes a text of an amount
    /// @return this
    public ProgressBar amounts(LongFunction<String> format) {
        amounts = format;
        counts = false;
        return this;
    }

    /// Says how much there is in all.
    ///
    /// @param count not negative
    /// @return this
    public ProgressBar total(long count) {
        meter.total(count);
        return this;
    }

    /// Counts the elements of a task, as [ProgressMeter#accept] does.
    ///
    /// @param task what is done
    @Override
    public void accept(TaskDone task) {
        meter.accept(task);
    }

    /// Counts one, whatever it is, as [ProgressMeter#count] does.
    ///
    /// @param element is not looked at
    public void count(@Nullable Object element) {
        meter.count(element);
    }

    /// Counts more.
    ///
    /// @param count how much more is done, not negative
    public void add(long count) {
        meter.add(count);
    }

    /// Prints a line to standard error, above the bar if it is there.
    ///
    /// @param text one line
    public void println(String text) {
        line.println(text);
    }

    /// Shows how far it got and ends the line.
    @Override
    public void close() {
        meter.close();
        line.finish();
    }

    private String text(Progress progress) {
        final String numbers = numbers(progress);
        if (progress.total().isEmpty()) {
            return label + " " + numbers;
        }
        final double part = part(progress.done(), progress.total());
        final String before = String.format(Locale.ROOT, "%s %3d %%", label, (int) (100 * part));
        final int bar = line.width() - before.length() - numbers.length() - " [] ".length();
        return bar < SHORTEST_BAR ? before + " " + numbers : before + " [" + bar(bar, part) + "] " + numbers;
    }

    private static double part(long done, OptionalLong total) {
        final long all = total.orElse(0);
        return all == 0 ? 1 : Math.clamp((double) done / all, 0, 1);
    }

    private static String bar(int length, double part) {
        final int full = (int) (length * part);
        final String head = full < length ? ">" : "";
        return "=".repeat(full) + head + " ".repeat(length - full - head.length());
    }

    private String numbers(Progress progress) {
        final String done = amounts.apply(progress.done());
        final String amount = progress.total().isEmpty()
                ? done
                : done + " of " + amounts.apply(progress.total().getAsLong());
        final String time = progress.isComplete()
                ? time(progress.elapsed())
                : progress.remaining().map(left -> time(left) + " left").orElse(time(progress.elapsed()));
        return amount + ", " + rate(progress.perSecond()) + ", " + time;
    }

    private String rate(double perSecond) {
        if (!counts || perSecond >= TEN || perSecond == 0) {
            return amounts.apply(Math.round(perSecond)) + "/s";
        }
        return perSecond >= 1
                ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                : String.format(
                        Locale.ROOT,
                        "%.1f/min",
                        perSecond * Duration.ofMinutes(1).toSeconds());
    }

    /// Minutes and seconds, and hours if there are any; a part of a second counts as one.
    private static String time(Duration time) {
        final Duration whole = Duration.ofSeconds((long) Math.ceil(time.toNanos() / NANOS_PER_SECOND));
        return whole.toHours() == 0
                ? String.format(Locale.ROOT, "%d:%02d", whole.toMinutes(), whole.toSecondsPart())
                : String.format(
                        Locale.ROOT, "%d:%02d:%02d", whole.toHours(), whole.toMinutesPart(), whole.toSecondsPart());
    }
}
