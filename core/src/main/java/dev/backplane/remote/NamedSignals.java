package dev.backplane.remote;

import dev.backplane.SharedBarrier;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Named events, latches and barriers for clients.
final class NamedSignals {
    private NamedSignals() {}

    static Referent event(SharedEvent event) {
        final Methods methods = new Methods()
                .get("is_set", event::isSet)
                .run("set", event::set)
                .run("clear", event::clear)
                .add("wait", (arguments, caller) -> {
                    final long timeout = arguments.timeout("timeout");
                    arguments.end();
                    return event.isSet()
                            || caller.awaitAtOnce(nanos -> event.await(nanos, TimeUnit.NANOSECONDS), timeout);
                });
        return NamedReferent.of("SharedEvent", event, methods);
    }

    static Referent latch(SharedLatch latch) {
        final Methods methods = new Methods()
                .get("get_count", latch::getCount)
                .run("count_down", latch::countDown)
                .add("wait", (arguments, caller) -> {
                    final long timeout = arguments.timeout("timeout");
                    arguments.end();
                    return caller.await(nanos -> latch.await(nanos, TimeUnit.NANOSECONDS), timeout);
                });
        return NamedReferent.of("SharedLatch", latch, methods);
    }

    static Referent barrier(SharedBarrier barrier) {
        final Methods methods = new Methods()
                .add("wait", (arguments, caller) -> await(barrier, arguments, caller))
                .run("abort", barrier::abort)
                .run("reset", barrier::reset)
                .get("parties", () -> attribute(barrier, "parties"))
                .get("n_waiting", () -> attribute(barrier, "n_waiting"))
                .get("broken", () -> attribute(barrier, "broken"))
                .hidden("__getattribute__", (arguments, caller) -> {
                    final String name = arguments.text("name");
                    arguments.end();
                    return attribute(barrier, name);
                });
        return NamedReferent.of("SharedBarrier", barrier, methods);
    }

    private static Object attribute(SharedBarrier barrier, String name) {
        return switch (name) {
            case "parties" -> (long) barrier.getParties();
            case "n_waiting" -> (long) barrier.getNumberWaiting();
            case "broken" -> barrier.isBroken();
            default -> throw Errors.attribute("'Barrier' object has no attribute '" + name + "'");
        };
    }

    /// Waits in one go, since a wait whose time is up breaks the barrier.
    ///
    /// @return how many had come before, as in Python; in Java it is how many were still to come
    private static long await(SharedBarrier barrier, Arguments arguments, Caller caller) throws InterruptedException {
        final long timeout = arguments.timeout("timeout");
        arguments.end();
        caller.watch();
        try {
            final int toCome = timeout == Caller.FOREVER
                    ? barrier.await()
                    : barrier.await(Math.max(0, timeout), TimeUnit.NANOSECONDS);
            return barrier.getParties() - 1L - toCome;
        } catch (BrokenBarrierException | TimeoutException e) {
            throw Errors.of("threading.BrokenBarrierError");
        }
    }
}
