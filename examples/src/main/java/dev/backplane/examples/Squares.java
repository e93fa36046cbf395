package dev.backplane.examples;

import dev.backplane.pool.ProcessPool;
import java.util.List;

/// A function over a list, in four JVMs: what Python's `Pool(4).map(f, xs)` is.
public final class Squares {
    private Squares() {}

    /// Prints the squares of some numbers, and which processes computed them.
    ///
    /// @param arguments none
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        List<Integer> numbers = List.of(1, 2, 3, 4, 5, 6, 7, 8);
        try (ProcessPool pool = ProcessPool.of(4)) {
            System.out.println(pool.map(numbers, number -> number * number)); // [1, 4, 9, 16, 25, 36, 49, 64]

            long here = ProcessHandle.current().pid();
            List<Long> others =
                    pool.map(numbers, number -> ProcessHandle.current().pid());
            System.out.println("computed here: " + others.contains(here)); // false
        }
    }
}
