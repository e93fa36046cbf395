package dev.backplane.shm;

import dev.backplane.LockOwner;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Segment;
import java.util.Optional;

/// Who stands in an owner's word, for diagnostics.
final class LockOwners {
    private LockOwners() {}

    static Optional<LockOwner> find(Segment segment, int word) {
        final int owner = OwnerWord.ownerOf(word);
        return segment.participants().list().stream()
                .filter(one -> OwnerWord.owner(one.slot(), one.generation()) == owner)
                .map(one -> new LockOwner(one.pid(), one.label(), one.alive()))
                .findFirst();
    }
}
