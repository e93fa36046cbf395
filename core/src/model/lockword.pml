/*
 * The lock word, with a crash at any step: dev.backplane.store.RobustWord and OwnerWord, the word's part of a sweep
 * (RobustWord.abandon, Sweeper) and the part of a slot's life that decides what an identity in the word means
 * (Participants.join, isAlive, free).
 *
 * Each step is one load, store, compare-and-set or system call of the Java code; a kill comes between any two. What comes
 * after a kill is a new life in the same slot, once the slot is swept and free.
 *
 * Abstracted:
 *   spinning        a load that sees no change does nothing
 *   slices          a slice's end changes nothing unless the word changed or its owner died, so only then it is a step; and
 *                   it is one only after a crash, so that without one nobody is ever saved by it
 *   time-outs       with -DTIMED, thread 0 may run out of time at any moment; the others never do
 *   threads         one for each participant: those of one process queue up at a lock of the JDK to sleep on the word, and
 *                   exclude each other by the word like those of different ones
 *   sweeps          by a process that may start over at any step, as does one after a sweeper's death; that there is one at a
 *                   time is due to another such word
 *   victims         the first VICTIMS threads: without -DTIMED each is like the others, and with it those after the first
 *   wrap-around     of a slot's generation after 2^20 lives: never here
 *
 * Properties:
 *   exclusion       two live threads are never both between acquiring and releasing
 *   told            who acquires what a dead one left half changed gets ABANDONED, as often as it takes until somebody
 *                   makes it good; nobody gets ABANDONED without a death
 *   no lost wake    everybody ends: no state without a next step in which a thread still sleeps (an invalid end state),
 *                   and no cycle in which nothing progresses (the check with -DNP)
 *   recovery        the same, where the owner died
 *   identity        a thread releases only what it has; a closed attachment's straggler frees nothing of anybody's
 *
 * check: -DCRASHES=0 -DTIMED
 * check: -DCRASHES=1 -DVICTIMS=1 -DNO_NEW_LIFE
 * check: -DCRASHES=2 -DPROCS=2 -DTIMED
 * check: -DCRASHES=0 -DPROCS=2 -DTIMED -DCLOSE
 * check: -DNP -DCRASHES=1 -DPROCS=2 -DTIMED
 * large: -DCRASHES=1 -DTIMED -DNO_NEW_LIFE
 * broken: -DBROKEN_NO_ANNOUNCEMENT -DCRASHES=0
 * broken: -DBROKEN_QUIET_AFTER_SLEEP -DCRASHES=0
 * broken: -DBROKEN_SLEEP_ON_ANY_VALUE -DCRASHES=0
 * broken: -DBROKEN_NO_TAKE_OVER -DBROKEN_NO_SWEEP -DNP -DCRASHES=1 -DPROCS=2
 * broken: -DBROKEN_FORGET_DEATH -DCRASHES=1 -DPROCS=2
 * broken: -DBROKEN_SAME_GENERATION -DCRASHES=1
 * broken: -DBROKEN_EXCHANGE -DCRASHES=0 -DPROCS=2 -DTIMED -DCLOSE
 * broken: -DBROKEN_NO_LOOK_AFTER_ACQUIRING -DCRASHES=0 -DPROCS=2 -DTIMED -DCLOSE
 */
#ifndef PROCS
#define PROCS 3
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef VICTIMS
#define VICTIMS 2
#endif
#ifdef CLOSE
#define THREADS (PROCS + 1) /* one more, that gets the closed one's slot */
#else
#define THREADS PROCS
#endif

#ifdef NP
#define PROGRESS progress
#else
#define PROGRESS label
#endif

/* OwnerWord, with two bits for the slot and four for its generation. */
#define CONTENDED 128
#define OWNER_DIED 64
#define OWNER_MASK 63
#define owner(slot, generation) (((generation) << 2) | ((slot) + 1))
#define ownerOf(w) ((w) & OWNER_MASK)
#define slotOf(w) (((w) & 3) - 1)
#define generationOf(w) (ownerOf(w) >> 2)

byte word;
bool asleep[THREADS];

/* Participants: a slot's claim, and the kernel's lock on it, which ends with the process. */
byte generation[PROCS];
bool claimed[PROCS];
bool held[PROCS];

bool killed[THREADS];
byte crashes;
bool closed; /* the attachment of thread 0 */

/* What the properties speak of. */
byte inside;      /* thread + 1 of the live one between acquiring and releasing */
bool torn;        /* what the lock guards is half changed */
bool diedInside;  /* an owner died, and nobody has released plainly since */

#ifdef TIMED
#define isTimed (id == 0)
#else
#define isTimed false
#endif
#define isStraggler (id == 0 && closed)
#define dead(o) (!claimed[slotOf(o)] || generation[slotOf(o)] != generationOf(o) || !held[slotOf(o)])

inline load() {
    w = word
}

inline compareAndSet(expected, next) {
    atomic {
        if
        :: word == (expected) -> word = (next); ok = true
        :: else -> ok = false
        fi
    }
}

inline goInside() {
    assert(inside == 0);
    assert(!torn || abandoned);
    assert(!abandoned || diedInside);
    inside = id + 1
}

/* A compare-and-set that makes the caller the owner. */
inline own(expected, next) {
    atomic {
        if
        :: word == (expected) ->
            word = (next);
            ok = true;
            abandoned = ((expected) & OWNER_DIED) || ownerOf(expected);
            if
            :: isStraggler -> diedInside = true /* It looks whether it is closed before it is inside. */
            :: else -> goInside()
            fi
        :: else -> ok = false
        fi
    }
}

inline take(extraFlags) {
    own(w, me | (w & OWNER_DIED) | (extraFlags))
}

/* ok if the owner was dead and the word is taken now. */
inline takeOver() {
#ifdef BROKEN_NO_TAKE_OVER
    ok = false
#else
    ok = claimed[slotOf(w)] && generation[slotOf(w)] == generationOf(w);
    if
    :: ok -> ok = held[slotOf(w)]
    :: else
    fi;
    if
    :: ok -> ok = false
    :: else -> own(w, me | CONTENDED | OWNER_DIED)
    fi
#endif
}

inline wakeOne() {
    atomic {
        if
        :: asleep[0] -> asleep[0] = false
        :: asleep[1] -> asleep[1] = false
#if THREADS > 2
        :: asleep[2] -> asleep[2] = false
#endif
        :: else
        fi
    }
}

/* FUTEX_WAIT: the kernel compares and puts to sleep in one step. */
inline futexWait(expected) {
    atomic {
        if
#ifdef BROKEN_SLEEP_ON_ANY_VALUE
        :: true -> asleep[id] = true
#else
        :: word == (expected) -> asleep[id] = true
        :: else
#endif
        fi
    }
    atomic {
        if
        :: !asleep[id]
        :: asleep[id] && crashes > 0 && (word != (expected) || dead(expected)) -> asleep[id] = false
        :: asleep[id] && isTimed -> asleep[id] = false; timeUp = true
        fi
    }
}

/* RobustWord.acquire: ok says whether the word is owned, or else the time was up. */
inline acquire() {
    do
    :: atomic { ownerOf(word) == 0 -> load() };
        take(0);
        if
        :: ok -> break
        :: else
        fi
    :: ownerOf(word) != 0 -> sleepInTurn(); break
    od
}

inline sleepInTurn() {
    do
    :: atomic { ownerOf(word) == 0 -> load() };
#ifdef BROKEN_QUIET_AFTER_SLEEP
        take(0);
#else
        take(CONTENDED);
#endif
        if
        :: ok -> break
        :: else
        fi
    :: atomic { ownerOf(word) != 0 -> load(); ok = true };
#ifndef BROKEN_NO_ANNOUNCEMENT
        if
        :: w & CONTENDED
        :: else -> compareAndSet(w, w | CONTENDED)
        fi;
        w = w | CONTENDED;
#endif
        if
        :: ok ->
            if
            :: isStraggler -> ok = false; break /* Segment.ensureOpen throws */
            :: isTimed && !closed -> tryAcquire(); break
            :: !timeUp -> futexWait(w)
            fi;
            if
            :: word == w -> takeOver()
            :: word != w -> ok = false
            fi;
            if
            :: ok -> break
            :: else
            fi
        :: else
        fi
    od
}

inline tryAcquire() {
    do
    :: atomic { ownerOf(word) == 0 -> load() };
        take(0);
        if
        :: ok -> break
        :: else
        fi
    :: atomic { ownerOf(word) != 0 -> load() };
        if
        :: ownerOf(w) != me -> takeOver()
        :: else -> ok = false
        fi;
        break
    od
}

inline freed(next) {
    assert(inside == id + 1 || (isStraggler && inside == 0));
    inside = 0;
    diedInside = ((next) == 0 -> false : diedInside);
    torn = (isStraggler -> false : torn) /* What an exception leaves half done is not for the lock to tell. */
}

/* RobustWord.release with 0, releaseAbandoned with OWNER_DIED. */
inline release(next) {
    ok = false;
    if
    :: (next) == 0 ->
        atomic {
            if
#ifdef BROKEN_EXCHANGE
            :: true -> word = 0; ok = true; freed(next)
#else
            :: word == me -> word = 0; ok = true; freed(next)
            :: else
#endif
            fi
        }
    :: else
    fi;
    do
    :: ok -> break
    :: atomic { !ok && ownerOf(word) != me -> assert(isStraggler) };
        break /* IllegalMonitorStateException */
    :: atomic { !ok && ownerOf(word) == me -> load() };
        atomic {
            if
            :: word == w -> word = (next); ok = true; freed(next)
            :: else
            fi
        };
        if
        :: ok && (w & CONTENDED) -> wakeOne()
        :: else
        fi
    od
}

inline join() {
    atomic { !claimed[slot] && !held[slot] && (id < PROCS || closed) -> held[slot] = true };
    atomic {
        claimed[slot] = true;
#ifdef BROKEN_SAME_GENERATION
        generation[slot] = 1;
#else
        generation[slot] = generation[slot] + 1;
#endif
        me = owner(slot, generation[slot])
    }
}

/* What thread 0 touches after its attachment was closed throws; it unlocks all the same. */
inline store(value) {
    torn = (isStraggler -> torn : value)
}

inline critical() {
    if
    :: abandoned ->
        if
        :: store(false); release(0)     /* repaired */
        :: release(OWNER_DIED)          /* refused */
        fi
    :: else -> store(true); store(false); release(0)
    fi
}

/* SegmentLock.ensureOpen after acquiring: ok says whether the caller is inside. */
inline lookWhetherClosed() {
    if
    :: !isStraggler
    :: atomic { isStraggler ->
#ifdef BROKEN_NO_LOOK_AFTER_ACQUIRING
            goInside()
#else
            ok = false
#endif
        }
    fi;
    do
    :: ok -> break
    :: !ok && ownerOf(word) != me -> break
    :: atomic { !ok && ownerOf(word) == me -> load() };
        atomic {
            if
            :: word == w && !abandoned -> word = 0; ok = true; diedInside = false
            :: word == w && abandoned -> word = OWNER_DIED; ok = true
            :: else
            fi
        };
        if
        :: ok && (w & CONTENDED) -> wakeOne()
        :: else
        fi;
        if
        :: ok -> ok = false; break
        :: else
        fi
    od
}

proctype Thread(byte id; byte slot) {
    byte me, w, rounds;
    bool ok, abandoned, timeUp;
life:
    {
        join();
        do
        :: rounds < ROUNDS ->
            rounds++;
            acquire();
            if
            :: ok ->
PROGRESS:       lookWhetherClosed()
            :: else
            fi;
            if
            :: ok -> critical()
            :: else
            fi;
            atomic { w = 0; ok = false; abandoned = false; timeUp = false }
        :: rounds == ROUNDS -> goto done
        od
    } unless {
        atomic {
            killed[id] ->
            killed[id] = false;
            w = 0; ok = false; abandoned = false; timeUp = false; rounds = 0; me = 0
        }
    };
#ifndef NO_NEW_LIFE
end_dead:
    (!claimed[slot]);
    goto life;
#endif
done:
    skip
}

inline die(v) {
    held[v] = false;
    asleep[v] = false;
    diedInside = diedInside || inside == v + 1;
    inside = (inside == v + 1 -> 0 : inside)
}

#define mayDie(v) (v < VICTIMS && held[v] && !killed[v])

proctype Killer() {
    byte victim;

end_killer:
    do
    :: atomic {
            crashes < CRASHES && (mayDie(0) || mayDie(1)) ->
            if
            :: mayDie(0) -> victim = 0
            :: mayDie(1) -> victim = 1
            fi;
            killed[victim] = true;
            crashes++;
            die(victim);
            victim = 0
        }
    :: break /* so that a state without a next step is not hidden by a kill to come */
    od
}

/* RobustWord.abandon. */
inline abandon(o) {
    do
    :: ownerOf(word) != (o) -> break
    :: atomic { ownerOf(word) == (o) -> load() };
#ifdef BROKEN_FORGET_DEATH
        compareAndSet(w, 0);
#else
        compareAndSet(w, OWNER_DIED);
#endif
        if
        :: ok ->
            if
            :: w & CONTENDED -> wakeOne()
            :: atomic { crashes < CRASHES -> crashes++ } /* killed before */
            :: !(w & CONTENDED)
            fi;
            break
        :: else
        fi
    od
}

#define isDead(v) (claimed[v] && !held[v])

proctype Sweeper() {
    byte slot, w;
    bool ok;
#ifndef BROKEN_NO_SWEEP
end_sweeper:
    do
    :: atomic {
            if
            :: isDead(0) -> slot = 0
            :: isDead(1) -> slot = 1
#if PROCS > 2
            :: isDead(2) -> slot = 2
#endif
            fi
        };
        abandon(owner(slot, generation[slot]));
        if
        :: claimed[slot] = false /* Participants.free */
        :: atomic { crashes < CRASHES -> crashes++ } /* killed before: the next one starts over */
        fi;
        atomic { slot = 0; w = 0; ok = false }
    od
#endif
}

/* Segment.close by another thread of thread 0's process, at any time. */
proctype Closer() {
    byte w;
    bool ok;
end_closer:
    atomic {
        claimed[0] && held[0] ->
        closed = true;
        diedInside = diedInside || inside == 1;
        inside = (inside == 1 -> 0 : inside)
        /* From here on, what thread 0 touches in the segment throws. */
    };
    do
    :: ownerOf(word) != owner(0, 1) -> break
    :: atomic { ownerOf(word) == owner(0, 1) -> load() };
        atomic {
            if
            :: word == w ->
                word = OWNER_DIED; ok = true;
                diedInside = true
            :: else
            fi
        };
        if
        :: ok && (w & CONTENDED) -> wakeOne(); break
        :: ok && !(w & CONTENDED) -> break
        :: else
        fi
    od;
    claimed[0] = false;
    held[0] = false
}

init {
    atomic {
        run Thread(0, 0);
        run Thread(1, 1);
#if PROCS > 2
        run Thread(2, 2);
#endif
#if CRASHES > 0
        run Killer();
        run Sweeper();
#endif
#ifdef CLOSE
        run Closer();
        run Thread(PROCS, 0);
#endif
    }
}
