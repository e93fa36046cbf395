package dev.backplane.remote;

import dev.backplane.SharedBarrier;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What threads wait at, on a server.
final class RemoteSignals {
    private RemoteSignals() {}

    private static @Nullable Boolean attempt(RemoteTarget target, long nanos) {
        return RemoteWait.ifTrue(target.call(nanos, "await", nanos));
    }

    /// A flag.
    ///
    /// @param target the server's object
    record Event(RemoteTarget target) implements SharedEvent, RemoteObject {
        @Override
        public boolean isSet() {
            return target.test("isSet");
        }

        @Override
        public void set() {
            target.call("set");
        }

        @Override
        public void clear() {
            target.call("clear");
        }

        @Override
        public void await() throws InterruptedException {
            RemoteWait.interruptibly(Caller.FOREVER, nanos -> attempt(target, nanos));
        }

        @Override
        public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
            return RemoteWait.interruptibly(unit.toNanos(timeout), nanos -> attempt(target, nanos)) != null;
        }
    }

    /// A count.
    ///
    /// @param target the server's object
    record Latch(RemoteTarget target) implements SharedLatch, RemoteObject {
        @Override
        public long getCount() {
            return target.number("getCount");
        }

        @Override
        public void countDown() {
            target.call("countDown");
        }

        @Override
        public void await() throws InterruptedException {
            RemoteWait.interruptibly(Caller.FOREVER, nanos -> attempt(target, nanos));
        }

        @Override
        public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
            return RemoteWait.interruptibly(unit.toNanos(timeout), nanos -> attempt(target, nanos)) != null;
        }
    }

    /// A barrier. Each wait has a connection for itself, since a short wait would break it.
    ///
    /// @param target the server's object
    record Barrier(RemoteTarget target) implements SharedBarrier, RemoteObject {
        @Override
        public int await() throws InterruptedException, BrokenBarrierException {
            try {
                return arrive(Caller.FOREVER);
            } catch (TimeoutException e) {
                throw new IllegalStateException(target + ": the time is up of a wait without a limit", e);
            }
        }

        @Override
        public int await(long timeout, TimeUnit unit)
                throws InterruptedException, BrokenBarrierException, TimeoutException {
            return arrive(RemoteWait.nanos(timeout, unit));
        }

        private int arrive(long nanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
            final long index = target.longOf(target.waitAside(nanos, "await"), "await");
            if (index == JvmSignals.BROKEN) {
                throw new BrokenBarrierException(target + " is broken");
            }
            if (index == JvmSignals.TIMED_OUT) {
                throw new TimeoutException(target + ": the others have not come in time");
            }
            return (int) index;
        }

        @Override
        public void abort() {
            target.call("abort");
        }

        @Override
        public void reset() {
            target.call("reset");
        }

        @Override
        public boolean isBroken() {
            return target.test("isBroken");
        }

        @Override
        public int getParties() {
            return (int) target.number("getParties");
        }

        @Override
        public int getNumberWaiting() {
            return (int) target.number("getNumberWaiting");
        }
    }
}
