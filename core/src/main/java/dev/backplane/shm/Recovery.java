package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.Region;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/// The recovery of a type by its algorithm.
///
/// @param type the type code
/// @param algorithm binds the algorithm to an object's bytes
/// @param giveBack gives back what a dead owner held; idempotent
record Recovery<T>(int type, Function<Region, T> algorithm, ObjIntConsumer<T> giveBack) implements ObjectRecovery {
    static <T> ObjectRecovery of(ObjectType type, Function<Region, T> algorithm, ObjIntConsumer<T> giveBack) {
        return new Recovery<>(type.code(), algorithm, giveBack);
    }

    @Override
    public void recover(Region region, int deadOwner) {
        giveBack.accept(algorithm.apply(region), deadOwner);
    }
}
