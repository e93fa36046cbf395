package dev.backplane.shm;

/// The end of a list that an index counts from. What place that is depends on the list's size, and so on the moment at
/// which the list is read or changed.
enum ListEnd {
    FIRST,
    LAST;

    /// The place of an index.
    ///
    /// @param index from this end, 0 or more
    /// @param places how many there are, more than `index`
    /// @return the same from the list's beginning
    int place(int index, int places) {
        return this == FIRST ? index : places - 1 - index;
    }
}
