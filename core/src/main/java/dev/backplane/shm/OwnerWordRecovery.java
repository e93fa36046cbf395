package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;

/// Frees the owner words of the dead in objects that have one; the next owner is told.
///
/// @param type the type code
/// @param wordOffset where in the object the word is
record OwnerWordRecovery(int type, long wordOffset) implements ObjectRecovery {
    @Override
    public void recover(Region region, int deadOwner) {
        new RobustWord(region.segment(), region.memory(), wordOffset).abandon(deadOwner);
    }
}
