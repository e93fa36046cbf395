package dev.backplane.connection;

import dev.backplane.process.JvmProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// Waiting for the first of many: connections, listeners and processes together.
public final class Connections {
    /*
     * All are asked in turn first. If none is ready, each gets a virtual thread that waits for it; the first to
     * succeed ends the wait, the others are interrupted, which loses nothing, and all have ended before the things are
     * asked once more for the result. So nobody else uses a thing when its caller has it back.
     */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final long SLICE_NANOS = 50_000_000;

    private Connections() {}

    /// Waits until at least one of several things is ready.
    ///
    /// | thing                                          | ready when                                             |
    /// |------------------------------------------------|--------------------------------------------------------|
    /// | [Connection]                                   | something has arrived, or its end, or it is closed     |
    /// | [Listener]                                     | `accept` would return at once, or throw                |
    /// | [JvmProcess], [Process], [ProcessHandle]       | it has ended                                           |
    /// | [Future]                                       | it is done, failed and cancelled included              |
    ///
    /// **Fairness.** All that are ready are returned, in the order of the collection.
    ///
    /// **Interruption.** Noticed within 50 ms; the status is cleared.
    ///
    /// **Cost.** While it waits, a virtual thread for each thing.
    ///
    /// @param things any mix of these, hundreds if need be
    /// @param timeout the longest wait; zero or less does not wait
    /// @param <T> what they have in common
    /// @return those that are ready; empty if the time was up first
    /// @throws IllegalArgumentException if one of the things is none of these
    /// @throws InterruptedException if interrupted
    public static <T> List<T> await(Collection<? extends T> things, Duration timeout) throws InterruptedException {
        final List<T> all = List.copyOf(things);
        for (T each : all) {
            if (!isKnown(each)) {
                throw new IllegalArgumentException("cannot wait for a "
                        + each.getClass().getName()
                        + ": it is no Connection, Listener, JvmProcess, Process, ProcessHandle or Future");
            }
        }
        final long nanos = TimeUnit.NANOSECONDS.convert(timeout);
        final long start = System.nanoTime();
        while (true) {
            final List<T> ready = ready(all);
            final long left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
            if (!ready.isEmpty() || left <= 0) {
                return ready;
            }
            awaitAny(all, left);
        }
    }

    /// Waits until at least one of several things is ready, however long that takes.
    ///
    /// @param things as for [#await(Collection, Duration)], at least one
    /// @param <T> what they have in common
    /// @return those that are ready
    /// @throws IllegalArgumentException if there are none, or one of the things is of no known kind
    /// @throws InterruptedException if interrupted
    public static <T> List<T> await(Collection<? extends T> things) throws InterruptedException {
        if (things.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to wait for");
        }
        return await(things, LONGEST);
    }

    private static boolean isKnown(Object thing) {
        return thing instanceof Connection
                || thing instanceof Listener
                || thing instanceof JvmProcess
                || thing instanceof Process
                || thing instanceof ProcessHandle
                || thing instanceof Future;
    }

    private static <T> List<T> ready(List<T> all) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final List<T> ready = new ArrayList<>();
        for (T each : all) {
            if (isReady(each, Duration.ZERO)) {
                ready.add(each);
            }
        }
        return ready;
    }

    private static void awaitAny(List<?> all, long nanos) throws InterruptedException {
        final Semaphore some = new Semaphore(0);
        final Duration longest = Duration.ofNanos(nanos);
        final List<Thread> waiters = new ArrayList<>(all.size());
        for (Object each : all) {
            waiters.add(Thread.ofVirtual().start(() -> {
                try {
                    if (isReady(each, longest)) {
                        some.release();
                    }
                } catch (InterruptedException e) {
                    return; // Another thing was ready; this thread is over.
                } catch (RuntimeException e) {
                    some.release(); // Whoever uses the thing gets to know.
                }
            }));
        }
        try {
            some.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } finally {
            waiters.forEach(Thread::interrupt);
            joinAll(waiters);
        }
    }

    private static void joinAll(List<Thread> waiters) {
        boolean interrupted = false;
        for (Thread each : waiters) {
            while (each.isAlive()) {
                try {
                    each.join();
                } catch (InterruptedException e) {
                    interrupted = true; // They end within a slice, and must have.
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isReady(Object thing, Duration longest) throws InterruptedException {
        try {
            return switch (thing) {
                case Connection connection -> connection.poll(longest);
                case Listener listener -> listener.poll(longest);
                case JvmProcess process -> process.join(longest);
                case Process process -> process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS);
                case ProcessHandle process -> hasEnded(process, longest.toNanos());
                case Future<?> future -> isDone(future, longest.toNanos());
                default -> throw new IllegalArgumentException("not a thing to wait for: " + thing);
            };
        } catch (IOException e) {
            return true; // Whoever uses it gets the exception.
        }
    }

    /// Its future would keep an entry for each wait.
    private static boolean hasEnded(ProcessHandle process, long nanos) throws InterruptedException {
        final long start = System.nanoTime();
        while (process.isAlive()) {
            final long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
        }
        return true;
    }

    private static boolean isDone(Future<?> future, long nanos) throws InterruptedException {
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return future.isDone();
        } catch (ExecutionException | CancellationException e) {
            return true;
        }
    }
}
