package dev.backplane.examples;

import dev.backplane.Manager;
import dev.backplane.SharedLong;
import dev.backplane.process.JvmProcess;

/// A counter that two JVMs add to.
public final class FirstSteps {
    private FirstSteps() {}

    /// Starts a second JVM, which adds to the same counter as this one.
    ///
    /// @param arguments the segment's name, `first-steps` if there is none
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        try (Manager manager = Manager.open(arguments.length == 0 ? "first-steps" : arguments[0])) {
            SharedLong counter = manager.longValue("counter");
            counter.set(0);

            JvmProcess other = JvmProcess.start(() -> {
                for (int i = 0; i < 1_000_000; i++) {
                    counter.incrementAndGet(); // the same 8 bytes of memory, in another JVM
                }
            });
            for (int i = 0; i < 1_000_000; i++) {
                counter.incrementAndGet();
            }
            other.join();

            System.out.println(counter.get()); // 2000000
        }
    }
}
