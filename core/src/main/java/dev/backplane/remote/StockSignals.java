package dev.backplane.remote;

import dev.backplane.pickle.PythonException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Events, latches and barriers of a server of Python's.
final class StockSignals {
    private StockSignals() {}

    private static boolean await(StockObject event, long nanos) {
        return Boolean.TRUE.equals(event.python(nanos, "wait", StockObject.seconds(nanos)));
    }

    /// An `Event`.
    static final class Event extends StockObject {
        Event(Origin origin) {
            super(origin);
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "isSet" -> python("is_set");
                case "set", "clear" -> python(method);
                case "await" -> StockSignals.await(this, waitNanos);
                default -> throw unsupported(method + "()");
            };
        }
    }

    /// A latch: an `Event` that is set at zero, and a count that this client keeps.
    static final class Latch extends StockObject {
        private long count;

        Latch(Origin origin, long count) {
            super(origin);
            this.count = count;
            if (count == 0) {
                python("set");
            }
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "getCount" -> together(method, () -> count);
                case "countDown" ->
                    together(method, () -> {
                        if (count > 0 && --count == 0) {
                            python("set");
                        }
                        return null;
                    });
                case "await" -> StockSignals.await(this, waitNanos);
                default -> throw unsupported(method + "()");
            };
        }
    }

    /// A `Barrier`.
    static final class Barrier extends StockObject {
        Barrier(Origin origin) {
            super(origin);
        }

        @Override
        @Nullable
        Object perform(long waitNanos, String method, @Nullable Object[] args) {
            return switch (method) {
                case "abort", "reset" -> python(method);
                case "isBroken" -> python("__getattribute__", "broken");
                case "getParties" -> python("__getattribute__", "parties");
                case "getNumberWaiting" -> python("__getattribute__", "n_waiting");
                default -> throw unsupported(method + "()");
            };
        }

        /// Python's barrier counts arrivals upwards, and says of a wait that took too long that it is broken.
        @Override
        @Nullable
        Object waitAside(long nanos, String method) throws InterruptedException {
            final long parties = longOf(python("__getattribute__", "parties"), "parties");
            final long start = System.nanoTime();
            try {
                final @Nullable Object[] limit =
                        nanos == Caller.FOREVER ? new Object[0] : new Object[] {seconds(nanos)};
                final Object index =
                        links().aside(Caller.FOREVER, this::abort, link -> python(link, nanos, "wait", limit));
                return parties - 1 - longOf(index, "wait");
            } catch (PythonException e) {
                if (!e.isType("threading.BrokenBarrierError")) {
                    throw RemoteErrors.toJava(e, name());
                }
                return System.nanoTime() - start >= nanos ? JvmSignals.TIMED_OUT : JvmSignals.BROKEN;
            } catch (TimeoutException e) {
                throw new IllegalStateException(e); // There is no limit.
            }
        }

        private void abort() {
            call("abort");
        }
    }
}
