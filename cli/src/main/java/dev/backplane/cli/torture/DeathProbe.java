package dev.backplane.cli.torture;

import dev.backplane.store.StoreProbe;
import org.jspecify.annotations.Nullable;

/// Ends this JVM before a store to shared memory, as a kill at that instruction would: no `finally`, no shutdown
/// hook, and the kernel drops the locks.
public final class DeathProbe implements StoreProbe {
    /// What this JVM ends with.
    static final int EXIT_CODE = 86;

    private volatile @Nullable Thread victim;
    private volatile Runnable condemn = () -> {};
    private int storesLeft;

    /// A probe that lets everything pass.
    public DeathProbe() {
        storesLeft = Integer.MAX_VALUE;
    }

    /// From now on the current thread's stores are counted.
    ///
    /// @param stores how many are still made
    /// @param last what is done before the end
    void arm(int stores, Runnable last) {
        storesLeft = stores;
        condemn = last;
        victim = Thread.currentThread();
    }

    @Override
    public void reached() {
        if (Thread.currentThread() == victim && --storesLeft < 0) {
            condemn.run();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
