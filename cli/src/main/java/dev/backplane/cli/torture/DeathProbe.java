package dev.backplane.cli.torture;

import dev.backplane.store.StoreProbe;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Ends this JVM before a store to shared memory, as a kill at that instruction would: no `finally`, no shutdown
/// hook, and the kernel drops the locks.
public final class DeathProbe implements StoreProbe {
    /// What this JVM ends with.
    static final int EXIT_CODE = 86;

    private volatile @Nullable Thread victim;
    private volatile BooleanSupplier counting = () -> false;
    private volatile Runnable condemn = () -> {};
    private int storesLeft;

    /// A probe that lets everything pass.
    public DeathProbe() {
        storesLeft = Integer.MAX_VALUE;
    }

    /// Makes the current thread the one that dies.
    ///
    /// @param stores how many it still makes once they are counted
    /// @param counts whether they are
    /// @param last what is done before the end
    void arm(int stores, BooleanSupplier counts, Runnable last) {
        storesLeft = stores;
        counting = counts;
        condemn = last;
        victim = Thread.currentThread();
    }

    @Override
    public void reached() {
        if (Thread.currentThread() == victim && counting.getAsBoolean() && --storesLeft < 0) {
            condemn.run();
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
