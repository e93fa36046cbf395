package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;

/// Frees the locks of the dead; the next owner is told.
final class LockRecovery implements ObjectRecovery {
    @Override
    public int type() {
        return ObjectType.LOCK.code();
    }

    @Override
    public void recover(Region region, int deadOwner) {
        new RobustWord(region.segment(), region.memory(), LockLayout.WORD_OFFSET).abandon(deadOwner);
    }
}
