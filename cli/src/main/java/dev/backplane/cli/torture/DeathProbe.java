package dev.backplane.cli.torture;

import dev.backplane.store.StoreProbe;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Kills this JVM before a store to shared memory, by a SIGKILL at that instruction: no `finally`, no shutdown
/// hook, and the kernel drops the locks.
///
/// `Runtime.halt`, which takes its place where there is no `kill`, first waits up to 300 ms for threads that are
/// in native code, as those are that wait for others here; to all others the dead one lives until then.
public final class DeathProbe implements StoreProbe {
    /// What this JVM ends with where it cannot kill itself.
    static final int EXIT_CODE = 86;

    private static final int SIGKILL = 9;

    private final @Nullable MethodHandle kill = kill();
    private final int pid = (int) ProcessHandle.current().pid();

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
            die();
        }
    }

    private void die() {
        try {
            if (kill != null && (int) kill.invokeExact(pid, SIGKILL) == 0) {
                while (true) {
                    Thread.onSpinWait(); // The signal ends this thread on its way back from the kernel.
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("cannot call kill", t);
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    @SuppressWarnings("restricted") // A call into the C library, whose signature is what it says.
    private static @Nullable MethodHandle kill() {
        final Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("kill")
                .map(function -> linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
                .orElse(null);
    }
}
