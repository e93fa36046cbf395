package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import dev.backplane.store.OwnerWord;
import java.lang.foreign.MemorySegment;

/// Checks the objects that are one word, or two: locks, events, latches, and initialisers that run once.
final class WordCheck {
    private WordCheck() {}

    static void lock(ObjectLook look) {
        if (look.requireLength(LockLayout.BYTES)) {
            look.requireZeros(LockLayout.LAYOUT, 0);
            lockWord(look, LockLayout.WORD.getAcquire(look.bytes(), 0));
        }
    }

    /// The word of a lock that threads hold.
    static void lockWord(ObjectLook look, int word) {
        look.checkOwner("the lock", word);
        look.noteAbandoned("the lock", word, "who locks it next is told, and repairs what it guards");
    }

    static void event(ObjectLook look) {
        if (look.requireLength(EventLayout.BYTES)) {
            look.requireZeros(EventLayout.LAYOUT, 0);
        }
    }

    static void latch(ObjectLook look) {
        if (look.requireLength(LatchLayout.BYTES)) {
            look.requireZeros(LatchLayout.LAYOUT, 0);
            final int count = LatchLayout.WORD.getAcquire(look.bytes(), 0) & Integer.MAX_VALUE;
            final long first = look.entry().param1();
            look.require(count <= first, "count", "has a count of %d, and began with %d", count, first);
        }
    }

    static void once(ObjectLook look) {
        if (!look.requireLength(OnceLayout.BYTES)) {
            return;
        }
        look.requireZeros(OnceLayout.LAYOUT, 0);
        final MemorySegment bytes = look.bytes();
        final int done = OnceLayout.DONE.getAcquire(bytes, 0);
        look.require(done == 0 || done == 1, "done", "has %d for done, neither 0 nor 1", done);
        final int word = OnceLayout.WORD.getAcquire(bytes, 0);
        look.checkOwner("the initialiser", word);
        if (done == 0 && OwnerWord.ownerOf(word) == 0) {
            look.noteAbandoned("the initialiser", word, "the next one runs from the start");
        }
    }
}
