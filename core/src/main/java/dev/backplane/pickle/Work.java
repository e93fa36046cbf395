package dev.backplane.pickle;

/// How many steps comparisons and hashes may still take.
///
/// Values that share their parts are small and may unfold to anything, and keys may be chosen so that all
/// have one hash. Whoever compares for others pays from here, and ends when nothing is left.
final class Work {
    private final String of;
    private long left;

    Work(String of, long steps) {
        this.of = of;
        this.left = steps;
    }

    void charge() {
        if (--left < 0) {
            throw new PickleException(of + " takes more steps than are allowed: its values are shared so that they"
                    + " unfold to a large number, or its keys have one hash");
        }
    }
}
