package dev.backplane.store;

/// How objects of one type give back what a dead participant held.
///
/// Called once or more for each object that the dead one had attached, by one process at a time; the caller may
/// itself die half way, and then the next one starts over: the work must be idempotent and must not wait for
/// anything but short critical sections.
public interface ObjectRecovery {
    /// The type code of the objects, as in the catalog.
    ///
    /// @return a positive number
    int type();

    /// The type in words, for people.
    ///
    /// @return for example `lock`
    default String typeName() {
        return "type " + type();
    }

    /// Waits until the threads of this process are done that are changing one object, while its attachment
    /// is closed: whoever begins later sees that it is. Others wait for nothing meanwhile, so code of the
    /// user's may run in those threads.
    ///
    /// @param region the object's bytes
    default void awaitOwnThreads(Region region) {}

    /// Gives back what `deadOwner` held of one object.
    ///
    /// @param region the object's bytes; pinned, so they stay this object's until the call returns
    /// @param deadOwner the dead participant's identity, as [OwnerWord] has it
    void recover(Region region, int deadOwner);
}
