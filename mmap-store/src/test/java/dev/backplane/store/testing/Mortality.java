package dev.backplane.store.testing;

import dev.backplane.store.StoreProbe;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Ends threads between any two stores to shared memory, as a kill would end their process there.
///
/// A thread that runs under a [Life] makes as many stores as that life has left; the next one throws [Killed] in its
/// place, and so does every later one, so that no `finally` tidies up what a kill would have left. The stores of a
/// life are counted over all its threads: it stands for a process. What is left is to end the attachment as the
/// kernel would, by [dev.backplane.store.Abandonment].
///
/// ```java
/// for (long stores = 0; Mortality.diesBefore(stores, operation); stores++) {
///     Abandonment.of(victim);
///     …
/// }
/// ```
///
/// The JVM must have been started with this class as its [StoreProbe]: the modules whose tests need it say so
/// in their pom.
public final class Mortality implements StoreProbe {
    /// The exit code of a JVM that [Life#halting] has ended.
    public static final int HALTED = 99;

    @SuppressWarnings("ThreadLocalUsage") // A JVM has one object of this class.
    private final ThreadLocal<@Nullable Life> lives = new ThreadLocal<>();

    /// Made by [StoreProbe].
    public Mortality() {}

    /// What is thrown in place of the first store after the end of a life, and of all later ones.
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        private Killed() {
            super("the life that this thread runs under is over", null, false, false);
        }
    }

    /// An operation that may be cut off.
    @FunctionalInterface
    public interface Operation {
        /// Runs it.
        ///
        /// @throws Exception whatever it throws if it is not cut off
        void run() throws Exception;
    }

    /// The stores that a process has left before it is killed. Thread-safe.
    public static final class Life {
        private final AtomicLong storesLeft;
        private final AtomicLong waits = new AtomicLong();
        private final boolean halts;
        private final boolean goesOn;

        private Life(long stores, boolean halts, boolean goesOn) {
            this.storesLeft = new AtomicLong(stores);
            this.halts = halts;
            this.goesOn = goesOn;
        }

        /// A life that ends after some stores.
        ///
        /// @param stores how many are made before it ends, 0 or more
        /// @return a new life
        public static Life of(long stores) {
            return new Life(stores, false, false);
        }

        /// A life that lasts until it is ended by [#end].
        ///
        /// @return a new life
        public static Life endless() {
            return of(Long.MAX_VALUE);
        }

        /// A life at whose end the whole JVM halts with [Mortality#HALTED].
        ///
        /// @param stores how many are made before it ends, 0 or more
        /// @return a new life
        public static Life halting(long stores) {
            return new Life(stores, true, false);
        }

        /// A life that goes on where it should end, as that of a thread that is thrown an error: one store is
        /// refused, and those after it are made.
        ///
        /// @param stores how many are made before that, 0 or more
        /// @return a new life
        public static Life stumbling(long stores) {
            return new Life(stores, false, true);
        }

        /// Ends it: none of its threads makes another store.
        public void end() {
            storesLeft.set(-1);
        }

        /// Whether it has ended: a store was refused, or [#end] was called.
        ///
        /// @return true from then on
        public boolean isOver() {
            return storesLeft.get() < 0;
        }

        /// How often its threads were about to sleep.
        ///
        /// @return 0 or more
        public long waits() {
            return waits.get();
        }

        /// Runs an operation under this life on the current thread.
        ///
        /// @param operation what to run
        /// @return whether this life is over, so that the operation counts as cut off
        /// @throws Exception what the operation throws if it is not
        public boolean cutsOff(Operation operation) throws Exception {
            final Mortality mortality = installed();
            final @Nullable Life outer = mortality.lives.get();
            mortality.lives.set(this);
            try {
                operation.run();
            } catch (Throwable e) {
                // Whatever comes of a thread after its death, nobody learns of it.
                if (!isOver()) {
                    throw e;
                }
            } finally {
                mortality.lives.set(outer);
            }
            return isOver();
        }

        private void spend() {
            final long before = storesLeft.getAndUpdate(left -> left > 0 ? left - 1 : -1);
            if (before <= 0 && !(goesOn && before < 0)) {
                if (halts) {
                    Runtime.getRuntime().halt(HALTED);
                }
                throw new Killed();
            }
        }
    }

    /// Runs an operation on the current thread and cuts it off before a store.
    ///
    /// @param stores how many it makes before that, 0 or more
    /// @param operation what to run
    /// @return false if it ended without another store
    /// @throws Exception what it throws if it was not cut off
    public static boolean diesBefore(long stores, Operation operation) throws Exception {
        return Life.of(stores).cutsOff(operation);
    }

    private static Mortality installed() {
        if (StoreProbe.INSTALLED instanceof Mortality mortality) {
            return mortality;
        }
        throw new AssertionError("this JVM must be started with -D" + PROPERTY + "=" + Mortality.class.getName());
    }

    @Override
    public void waits() {
        final @Nullable Life life = lives.get();
        if (life != null) {
            life.waits.incrementAndGet();
            if (life.isOver() && !life.goesOn) {
                throw new Killed(); // It may wait for what only its own death gives back.
            }
        }
    }

    @Override
    public void reached() {
        final @Nullable Life life = lives.get();
        if (life != null) {
            life.spend();
        }
    }
}
