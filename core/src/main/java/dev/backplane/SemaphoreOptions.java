package dev.backplane;

/// What kind of semaphore is created; every process must give the same.
///
/// @param permits how many there are at first, 0 or more
/// @param bounded whether a release above that number is refused
/// @param anyProcess whether a process may release what another one has acquired
public record SemaphoreOptions(int permits, boolean bounded, boolean anyProcess) {
    /// Checks the number.
    public SemaphoreOptions {
        if (permits < 0) {
            throw new IllegalArgumentException("permits are " + permits + ", must not be negative");
        }
    }

    /// Like [java.util.concurrent.Semaphore]: unbounded, and anybody may release.
    ///
    /// @param permits how many there are at first, 0 or more
    /// @return the options
    public static SemaphoreOptions permits(int permits) {
        return new SemaphoreOptions(permits, false, true);
    }

    /// These options with a bound: a release above the initial permits is refused, as by Python's
    /// BoundedSemaphore.
    ///
    /// @return a copy
    public SemaphoreOptions asBounded() {
        return new SemaphoreOptions(permits, true, anyProcess);
    }

    /// These options with owners: a process may release only what it has acquired, which bounds it too.
    ///
    /// @return a copy
    public SemaphoreOptions asOwned() {
        return new SemaphoreOptions(permits, true, false);
    }
}
