package dev.backplane.shm;

import dev.backplane.store.OwnerWord;
import dev.backplane.store.RobustWord;
import dev.backplane.store.RobustWord.Outcome;
import dev.backplane.store.Segment;
import dev.backplane.store.Waiting;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A short critical section over several shared words, which outlives a holder's death in it.
///
/// What it guards is kept as *truth*, fields of which each single store leaves the whole valid, and what is
/// derived from them to save time. Who enters after a death inside derives the rest anew, whatever the dead one
/// had reached. If that one dies in it too, so does the next.
///
/// What stands inside is written with release stores: not for others, whom the word keeps out, but so that no compiler
/// moves one store before another, and the order in which a kill cuts them off is the order of the source.
///
/// The Promela models of the objects with a section share what it does, in shared.pml.
///
/// Nobody waits inside; entering takes a compare-and-set, leaving another.
final class Section {
    private final Segment segment;
    private final RobustWord word;
    private final Runnable derive;
    /// Who is inside by this object, for that thread itself.
    private @Nullable Thread holder;

    /// @param derive makes what is derived from the truth; must bear to be cut off and run again
    Section(Segment segment, MemorySegment memory, long offset, Runnable derive) {
        this.segment = segment;
        this.word = new RobustWord(segment, memory, offset);
        this.derive = derive;
    }

    /// Enters; [#leave] must follow.
    ///
    /// @throws IllegalStateException if the segment is closed. Seen inside, it stays true inside: closing gives
    ///     back what this participant holds in a section of its own, later.
    void enter() {
        segment.ensureOpen();
        begin(word.acquire(Waiting.byDefault()));
        holder = Thread.currentThread();
    }

    /// Begins with what was acquired: derives after a death.
    private void begin(Outcome outcome) {
        boolean entered = false;
        try {
            segment.ensureOpen();
            if (outcome == Outcome.ABANDONED) {
                derive.run();
            }
            entered = true;
        } finally {
            if (!entered) {
                word.giveBack(outcome);
            }
        }
    }

    /// Enters to give back what a participant held that has died, or leaves. If it died in here, nobody is inside any
    /// more: said first, because a newcomer that gives back under the dead one's identity would wait for itself.
    ///
    /// @param owner the participant's owner bits
    void enterToGiveBackOf(int owner) {
        if (!isLeaving(owner)) { // Who leaves may have a thread in here, which comes out by itself.
            word.abandon(owner);
            makeGood(); // From another dead one at once, and not after a slice.
        }
        enter();
    }

    /// Gives back what a participant held that has died in here, or waits until it has left, if it is this one.
    /// Waits for nobody else: functions of the user's may run in here.
    ///
    /// @param owner the participant's owner bits
    void giveBackOf(int owner) {
        if (isLeaving(owner)) {
            if (OwnerWord.ownerOf(word.word()) == owner) { // Who comes later sees that the segment is closed.
                enter();
                leave();
            }
        } else {
            word.abandon(owner);
            makeGood(); // Also what one who did this before has left to do, dead in its turn.
        }
    }

    /// Derives after a death in here that nobody has made good, for one who only reads. Waits for nobody: who is inside
    /// has derived, or does so.
    void makeGood() {
        if (word.word() != 0) {
            final Outcome outcome = word.tryAcquire();
            if (outcome != Outcome.TIMED_OUT) {
                begin(outcome);
                word.release();
            }
        }
    }

    /// Whether a participant whose holdings are given back is this one, on its way out; else it is dead, though
    /// a newcomer may have taken over its identity.
    boolean isLeaving(int owner) {
        return isLeaving(segment, owner);
    }

    /// [#isLeaving(int)], where there is no section yet.
    static boolean isLeaving(Segment segment, int owner) {
        return owner == segment.self() && segment.isClosed();
    }

    /// Whether the calling thread is inside, by this object.
    boolean isMine() {
        return holder == Thread.currentThread();
    }

    void leave() {
        leave(false);
    }

    /// Leaves.
    ///
    /// @param isHalfDone whether what is guarded may be, as where an error cut a change off: as after a death
    ///     in here, who enters next derives
    void leave(boolean isHalfDone) {
        holder = null;
        if (isHalfDone) {
            word.releaseAbandoned();
        } else {
            word.release();
        }
    }
}
