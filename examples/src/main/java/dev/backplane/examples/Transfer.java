package dev.backplane.examples;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;
import dev.backplane.store.SegmentOptions;

/// A process is killed with a lock, between two changes that belong together; whoever comes next makes them good.
public final class Transfer {
    private static final int ALL = 100;

    private Transfer() {}

    /// Kills a process half way, and prints what the next one finds.
    ///
    /// @param arguments none
    /// @throws Exception if something fails
    @SuppressWarnings("LockNotBeforeTry") // Whether it is acquired is what this is about.
    public static void main(String[] arguments) throws Exception {
        try (Manager manager = Manager.anonymous("transfer", SegmentOptions.defaults())) {
            SharedLock lock = manager.lock("accounts");
            SharedLong mine = manager.longValue("mine");
            SharedLong yours = manager.longValue("yours");
            SharedEvent halfDone = manager.event("half done");
            SharedEvent never = manager.event("never");
            mine.set(ALL);

            JvmProcess other = JvmProcess.start(() -> {
                lock.lock();
                mine.getAndAdd(-40); // The next would be yours.getAndAdd(40).
                halfDone.set();
                await(never);
            });
            halfDone.await();
            other.kill();

            try {
                lock.lock();
            } catch (OwnerDiedException e) {
                System.out.println("its owner died: " + (mine.get() + yours.get()) + " of " + ALL + " are there");
                lock.recover(); // This thread has the lock now, and the duty to make good what it guards.
                yours.set(ALL - mine.get());
            }
            System.out.println(mine.get() + " and " + yours.get()); // 60 and 40
            lock.unlock();
        }
    }

    private static void await(SharedEvent event) {
        try {
            event.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
