package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.Region;

/// The recovery of types in which a participant cannot hold anything.
///
/// @param type the type code
record NothingHeld(int type) implements ObjectRecovery {
    @Override
    public void recover(Region region, int deadOwner) {
        // The bytes are whatever the dead one last stored, each element whole: there is nothing to give back.
    }
}
