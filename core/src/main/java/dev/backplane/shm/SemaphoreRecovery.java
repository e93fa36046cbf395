package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.Region;

/// Gives back the permits of the dead.
final class SemaphoreRecovery implements ObjectRecovery {
    @Override
    public int type() {
        return ObjectType.SEMAPHORE.code();
    }

    @Override
    public void recover(Region region, int deadOwner) {
        new Permits(region).giveBackOf(deadOwner);
    }
}
