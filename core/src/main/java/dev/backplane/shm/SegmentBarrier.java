package dev.backplane.shm;

import dev.backplane.SharedBarrier;
import dev.backplane.shm.BarrierState.Arrival;
import dev.backplane.shm.BarrierState.Outcome;
import dev.backplane.store.Region;
import dev.backplane.store.Segment;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// [SharedBarrier]: waiting for the generations of a [BarrierState].
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentBarrier extends SegmentObject implements SharedBarrier {
    private final Segment segment;
    private final Waiting waiting;
    private final BarrierState state;
    private final Runnable action;

    SegmentBarrier(SegmentManager manager, Region region, Runnable action) {
        super(manager, region);
        this.segment = region.segment();
        this.waiting = manager.waiting();
        this.state = new BarrierState(region);
        this.action = action;
    }

    @Override
    public int await() throws InterruptedException, BrokenBarrierException {
        try {
            return await(WaitLoop.FOREVER);
        } catch (TimeoutException e) {
            throw new AssertionError("a wait without limit timed out", e);
        }
    }

    @Override
    public int await(long timeout, TimeUnit unit)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        return await(Math.clamp(unit.toNanos(timeout), 0, WaitLoop.FOREVER - 1));
    }

    private int await(long nanos) throws InterruptedException, BrokenBarrierException, TimeoutException {
        segment.ensureOpen();
        if (Thread.interrupted()) {
            state.breakCurrentIfNotFull();
            throw new InterruptedException();
        }
        final Arrival arrival = new Arrival();
        // While an action runs, the next generation is yet to come.
        while (!state.arrive(arrival)) {
            final long full = arrival.generation();
            state.gate().awaitUninterruptibly(() -> state.outcome(full) != Outcome.CURRENT, waiting);
        }
        if (arrival.index() < 0) {
            throw broken();
        }
        if (arrival.index() == 0) {
            trip(arrival.generation());
        } else {
            awaitTrip(arrival.generation(), nanos);
        }
        if (state.outcome(arrival.generation()) == Outcome.BROKEN) {
            segment.ensureOpen(); // Closing broke it: say that instead.
            throw broken();
        }
        return arrival.index();
    }

    private void trip(long generation) {
        boolean acted = false;
        try {
            action.run();
            acted = true;
        } finally {
            if (!acted) {
                state.breakIt(generation);
            }
        }
        state.trip(generation);
    }

    private void awaitTrip(long generation, long nanos) throws InterruptedException, TimeoutException {
        boolean interrupted = false;
        try {
            if (state.gate().await(() -> state.outcome(generation) != Outcome.CURRENT, waiting, nanos, true)) {
                return;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        // Given up, unless all have arrived: then the end is near, and is waited for.
        if (state.breakIfNotFull(generation)) {
            if (interrupted) {
                throw new InterruptedException();
            }
            throw new TimeoutException(name() + ": " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms were up before all "
                    + state.parties() + " parties had arrived");
        }
        state.gate().awaitUninterruptibly(() -> state.outcome(generation) != Outcome.CURRENT, waiting);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private BrokenBarrierException broken() {
        return new BrokenBarrierException("barrier " + name() + " is broken: a party died, gave up waiting, or its"
                + " action failed, or it was reset; reset() makes it as new");
    }

    @Override
    public void abort() {
        segment.ensureOpen();
        state.breakCurrent();
    }

    @Override
    public void reset() {
        state.reset();
    }

    @Override
    public boolean isBroken() {
        segment.ensureOpen();
        return state.outcome(state.generation()) == Outcome.BROKEN;
    }

    @Override
    public int getParties() {
        return state.parties();
    }

    @Override
    public int getNumberWaiting() {
        return isBroken() ? 0 : BarrierState.arrived(region().memory());
    }

    @Override
    public String toString() {
        return super.toString() + ", " + getNumberWaiting() + " of " + getParties() + " waiting"
                + (isBroken() ? ", broken" : "");
    }
}
