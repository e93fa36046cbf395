package dev.backplane.remote;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An interface that clients call, with a parameter of each kind.
public interface Counter {
    /// A record of it.
    ///
    /// @param x a whole number
    /// @param y another
    record Point(int x, double y) {}

    /// An enum of it.
    enum Level {
        LOW,
        HIGH
    }

    /// What no Python knows.
    final class StrangeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Adds.
    long add(long delta);

    /// The count.
    long get();

    /// Adds numbers up.
    double sum(List<Double> numbers);

    /// Keys in order.
    List<String> names(Map<String, Integer> numbers);

    /// The record as text.
    String describe(Point point);

    /// A record.
    Point point(int x);

    /// The other level.
    Level level(Level level);

    /// A name if it is there.
    Optional<String> find(String name);

    /// Bytes backwards.
    byte[] bytes(byte[] forwards);

    /// Throws.
    void fail(String how);

    /// Another counter, always the same.
    Counter child();

    /// The count of another.
    long adopt(Counter other);

    /// What it gets.
    Object echo(Object value);

    /// Waits.
    void waitForEver() throws InterruptedException;

    /// Waits until somebody waits.
    void awaitWaiting() throws InterruptedException;

    /// Waits until somebody was interrupted.
    void awaitInterrupted() throws InterruptedException;

    /// A counter.
    final class Plain implements Counter {
        private static final long SECONDS = 60;
        private static final CountDownLatch NEVER = new CountDownLatch(1);

        private final CountDownLatch waiting;
        private final CountDownLatch interrupted;
        private long count;
        private @Nullable Counter child;

        Plain(CountDownLatch waiting, CountDownLatch interrupted) {
            this.waiting = waiting;
            this.interrupted = interrupted;
        }

        @Override
        public synchronized long add(long delta) {
            count += delta;
            return count;
        }

        @Override
        public synchronized long get() {
            return count;
        }

        @Override
        public double sum(List<Double> numbers) {
            return numbers.stream().mapToDouble(Double::doubleValue).sum();
        }

        @Override
        public List<String> names(Map<String, Integer> numbers) {
            return numbers.keySet().stream().sorted().toList();
        }

        @Override
        public String describe(Point point) {
            return point.x() + "/" + point.y();
        }

        @Override
        public Point point(int x) {
            return new Point(x, x);
        }

        @Override
        public Level level(Level level) {
            return level == Level.HIGH ? Level.LOW : Level.HIGH;
        }

        @Override
        public Optional<String> find(String name) {
            return Optional.of(name).filter("here"::equals);
        }

        @Override
        public byte[] bytes(byte[] forwards) {
            final byte[] backwards = Arrays.copyOf(forwards, forwards.length);
            for (int i = 0; i < forwards.length; i++) {
                backwards[i] = forwards[forwards.length - 1 - i];
            }
            return backwards;
        }

        @Override
        public void fail(String how) {
            throw how.equals("argument") ? new IllegalArgumentException("wrong argument") : new StrangeException();
        }

        @Override
        public synchronized Counter child() {
            if (child == null) {
                child = new Plain(waiting, interrupted);
            }
            return child;
        }

        @Override
        public long adopt(Counter other) {
            return other.get();
        }

        @Override
        public Object echo(Object value) {
            return value;
        }

        @Override
        public void waitForEver() throws InterruptedException {
            waiting.countDown();
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }

        @Override
        public void awaitWaiting() throws InterruptedException {
            await(waiting);
        }

        @Override
        public void awaitInterrupted() throws InterruptedException {
            await(interrupted);
        }

        private static void await(CountDownLatch latch) throws InterruptedException {
            if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not happen");
            }
        }

        @Override
        public String toString() {
            return "counter at " + get();
        }
    }
}
