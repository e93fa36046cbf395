package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An object of a server of Python's, made to look like one of this library's: see [JvmReferent] for the
/// methods.
///
/// What Python's object cannot do in one call is done in several, one thread of this client at a time. That
/// is atomic, since nobody else knows the object; where programs of Python use it too, it is refused.
abstract class StockObject extends RemoteTarget {
    private static final double NANOS = 1e9;

    private final PythonServer server;
    private final String ident;
    private final boolean pythons;
    private final ReentrantLock turn = new ReentrantLock();

    /// What the server was asked for.
    ///
    /// @param server where it is
    /// @param name of the object here
    /// @param ident of the object there
    /// @param pythons whether programs of Python use it too
    record Origin(PythonServer server, String name, String ident, boolean pythons) {}

    StockObject(Origin origin) {
        super(origin.name(), origin.server().links());
        this.server = origin.server();
        this.ident = origin.ident();
        this.pythons = origin.pythons();
    }

    /// Whether programs of Python use it too.
    final boolean isPythons() {
        return pythons;
    }

    /// Calls Python's object.
    ///
    /// @param waitNanos how long the call may keep the server waiting
    /// @param method of Python's
    /// @param args by position
    /// @return what it returned
    /// @throws PythonException what it raised
    final @Nullable Object python(long waitNanos, String method, @Nullable Object... args) {
        return links().current().call(ident, method, waitNanos, args);
    }

    /// Calls Python's object, which does not wait.
    final @Nullable Object python(String method, @Nullable Object... args) {
        return python(0, method, args);
    }

    /// A time as Python has it.
    static double seconds(long nanos) {
        return nanos / NANOS;
    }

    /// Does several calls as one.
    final <T extends @Nullable Object> T together(String method, Supplier<T> calls) {
        if (pythons) {
            throw unsupported(method + "(), which a server of Python cannot do in one step,");
        }
        turn.lock();
        try {
            return calls.get();
        } finally {
            turn.unlock();
        }
    }

    /// Does several calls, as one if nobody else uses the object.
    final <T extends @Nullable Object> T inTurn(Supplier<T> calls) {
        turn.lock();
        try {
            return calls.get();
        } finally {
            turn.unlock();
        }
    }

    @Override
    final @Nullable Object call(long waitNanos, String method, @Nullable Object... args) {
        try {
            return perform(waitNanos, method, args);
        } catch (PythonException e) {
            throw RemoteErrors.toJava(e, name());
        }
    }

    /// Does what a method of this library's means.
    ///
    /// @param waitNanos how long it may wait
    /// @param method a name
    /// @param args its arguments
    /// @return its result
    abstract @Nullable Object perform(long waitNanos, String method, @Nullable Object[] args);

    @Override
    @Nullable
    Object waitAside(String method, @Nullable Object... args) throws InterruptedException {
        throw unsupported(method + "()");
    }

    /// Calls Python's object over a connection of its own.
    ///
    /// @param nanos the longest wait, [Caller#FOREVER] for no limit; the connection is given up then
    /// @param ended what to do if the thread is interrupted; null to give the connection up
    /// @param method of Python's
    /// @param args by position
    /// @return what it returned
    /// @throws InterruptedException if interrupted
    /// @throws TimeoutException if the time was up
    final @Nullable Object aside(long nanos, @Nullable Runnable ended, String method, @Nullable Object... args)
            throws InterruptedException, TimeoutException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final RemoteLink link = links().aside();
        final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("backplane-wait").start(() -> {
            try {
                answer.complete(link.call(ident, method, Caller.FOREVER, args));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return nanos == Caller.FOREVER ? answer.get() : answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            link.close();
            throw e;
        } catch (InterruptedException e) {
            if (ended == null) {
                link.close();
                throw e;
            }
            ended.run();
            return afterInterrupt(answer, e);
        } finally {
            links().giveBack(link);
        }
    }

    /// What had happened already when the interrupt came is what counts.
    private static @Nullable Object afterInterrupt(
            CompletableFuture<@Nullable Object> answer, InterruptedException interrupt) throws InterruptedException {
        try {
            final Object result = answer.join();
            Thread.currentThread().interrupt();
            return result;
        } catch (RuntimeException e) {
            interrupt.addSuppressed(e);
            throw interrupt;
        }
    }

    @Override
    void close() {
        server.decrease(ident);
    }
}
