package dev.backplane.shm;

import dev.backplane.SemaphoreOptions;
import dev.backplane.SharedSemaphore;
import dev.backplane.store.Region;
import dev.backplane.store.WaitLoop;
import dev.backplane.store.Waiting;
import java.util.concurrent.TimeUnit;

/// [SharedSemaphore]: waiting for [Permits].
@SuppressWarnings("serial") // Serialized as its handle only, see SegmentObject.
final class SegmentSemaphore extends SegmentObject implements SharedSemaphore {
    static final int BOUNDED_BIT = 32;
    static final int ANY_PROCESS_BIT = 33;

    private final Waiting waiting;
    private final Permits permits;
    private final boolean bounded;
    private final boolean anyProcess;
    private final int created;

    SegmentSemaphore(SegmentManager manager, Region region) {
        super(manager, region);
        this.waiting = manager.waiting();
        this.permits = new Permits(region);
        this.bounded = (region.param1() & 1L << BOUNDED_BIT) != 0;
        this.created = (int) region.param1() & Integer.MAX_VALUE;
        this.anyProcess = (region.param1() & 1L << ANY_PROCESS_BIT) != 0;
    }

    /// The options as the catalog keeps them.
    static long parameter(SemaphoreOptions options) {
        return options.permits()
                | (options.bounded() ? 1L << BOUNDED_BIT : 0)
                | (options.anyProcess() ? 1L << ANY_PROCESS_BIT : 0);
    }

    @Override
    public SemaphoreOptions options() {
        return new SemaphoreOptions(created, bounded, anyProcess);
    }

    private static int check(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("permits are " + count + ", must not be negative");
        }
        return count;
    }

    @Override
    public void acquire(int count) throws InterruptedException {
        interruptibly(count, WaitLoop.FOREVER);
    }

    @Override
    public boolean tryAcquire(int count, long timeout, TimeUnit unit) throws InterruptedException {
        return interruptibly(count, Math.clamp(unit.toNanos(timeout), 0, WaitLoop.FOREVER - 1));
    }

    private boolean interruptibly(int count, long nanos) throws InterruptedException {
        check(count);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return await(count, nanos, true);
    }

    @Override
    public void acquireUninterruptibly(int count) {
        check(count);
        try {
            await(count, WaitLoop.FOREVER, false);
        } catch (InterruptedException e) {
            throw new AssertionError("an uninterruptible wait was interrupted", e);
        }
    }

    @Override
    public boolean tryAcquire(int count) {
        check(count);
        return permits.take(count);
    }

    private boolean await(int count, long nanos, boolean interruptible) throws InterruptedException {
        return permits.take(count)
                || permits.gate().awaitInTurn(() -> permits.take(count), waiting, nanos, interruptible);
    }

    @Override
    public void release(int count) {
        check(count);
        permits.giveBack(count, bounded, anyProcess, name());
    }

    @Override
    public int availablePermits() {
        return permits.look();
    }

    @Override
    public int drainPermits() {
        return permits.takeAll();
    }

    @Override
    public int heldPermits() {
        return permits.own();
    }

    @Override
    public String toString() {
        return super.toString() + (bounded ? ", bounded" : "") + (anyProcess ? "" : ", owned");
    }
}
