package dev.backplane.cli.torture;

/// Where a life stands in an operation.
enum Phase {
    /// In none.
    OUTSIDE,
    /// It has asked, and must get within the limit: a longer wait is a violation.
    ENTERING,
    /// It waits for what others may or may not do; its scenario judges how that ends.
    WAITING,
    /// It has what may be had by several.
    SHARING,
    /// It has what may be had by one alone.
    INSIDE,
    /// It is giving back.
    LEAVING;

    private static final Phase[] ALL = values();

    static Phase of(int number) {
        return ALL[number % ALL.length];
    }
}
