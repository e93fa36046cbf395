package dev.backplane.remote;

/// What a client, as a whole, has of an object and gives back when it is gone.
interface JvmAccount {
    /// Gives it back. What would come after is refused by [JvmLease#add].
    void settle();
}
