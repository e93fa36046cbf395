package dev.backplane.cli.torture;

/// Where a life stands in an operation.
enum Phase {
    /// In none.
    OUTSIDE(0),
    /// It has asked, and must get within the limit: a longer wait is a violation.
    ENTERING(1),
    /// It waits for what others may or may not do; its scenario judges how that ends.
    WAITING(2),
    /// It has what may be had by several.
    SHARING(3),
    /// It has what may be had by one alone.
    INSIDE(4),
    /// It is giving back.
    LEAVING(5);

    private static final Phase[] ALL = values();

    private final int number;

    Phase(int number) {
        this.number = number;
    }

    /// What stands for it in a cell.
    int number() {
        return number;
    }

    static Phase of(int number) {
        return ALL[number % ALL.length];
    }
}
