/*
 * What the models of objects with a section have in common: processes and their slots, the section, gates, sweeps, kills.
 *
 *   Section      dev.backplane.shm.Section. Entering and leaving are one step each: the lock word has a model of its own,
 *                lockword.pml. Each store inside is a step, and a kill comes between any two.
 *   Gate         dev.backplane.shm.Gate and Line, over dev.backplane.store.WaitWord. That a counter has changed since a waiter
 *                read it is one bit of the waiter's, for it does not come round in 2^31 openings while one looks. The
 *                compare-and-sets of a change are repeated until they succeed and are one step; the wake is another.
 *   slices       A slice's end is a step only after a crash, and only where there is something to be seen: without one nobody
 *                is ever saved by it, and elsewhere it changes nothing.
 *   Sweeper      one sweep at a time, of all who are dead, until none is; who dies in it leaves it to the next.
 *
 *   kills        The killer may stop at any time, so that a state without a next step is not hidden by a kill to come.
 *
 * A model defines SLOTS, THREADS, GATES, slotOf(thread), derive(), giveBackOf(slot), consistent() for what must hold whenever
 * nobody is in the section, and dies(slot) for what a death means to its properties.
 */
#ifndef CRASHES
#define CRASHES 1
#endif

byte section;     /* the slot + 1 of who is inside */
bool sectionDied; /* OWNER_DIED in the word */
bool claimed[SLOTS];
bool alive[SLOTS];
byte sweeper; /* the slot + 1 of who sweeps */
bool killed[THREADS];
bool ended[SLOTS];
byte crashes;

byte waitsAt[THREADS]; /* the gate + 1 */
bool changed[THREADS]; /* since the thread read its gate */
bool asleep[THREADS];
bool announced[GATES];

hidden byte i;

#define isDead(v) (claimed[v] && !alive[v])
#define freeFor(word) (word == 0 || !alive[word - 1])
#if SLOTS == 2
#define someDead (isDead(0) || isDead(1))
#else
#define someDead (isDead(0) || isDead(1) || isDead(2))
#endif
#define sectionLeft (sectionDied || (section != 0 && !alive[section - 1]))

inline enter() {
    d_step {
        freeFor(section) ->
        abandoned = sectionDied || section != 0;
        sectionDied = abandoned;
        section = slot + 1
    };
    if
#ifndef BROKEN_NO_DERIVATION
    :: abandoned -> derive(); abandoned = false
#endif
    :: else
    fi
}

/* With what the caller gets to know in the same step. */
#define leaveWith(action) \
    atomic { \
        consistent(); \
        section = 0; \
        sectionDied = false; \
        action \
    }

inline leave() {
    leaveWith(skip)
}

/* Gate.open, Line.open: the change of the word, and the wake if somebody is announced. */
inline open(gate) {
    d_step {
        i = 0;
        do
        :: i < THREADS -> changed[i] = changed[i] || waitsAt[i] == gate + 1; i++
        :: else -> i = 0; break
        od;
        wakes = announced[gate];
        announced[gate] = false
    };
    if
    :: wakes ->
        d_step {
            i = 0;
            do
            :: i < THREADS -> asleep[i] = asleep[i] && waitsAt[i] != gate + 1; i++
            :: else -> i = 0; break
            od;
            wakes = false
        }
    :: else
    fi
}

/* seen = word.value() */
inline readGate(gate) {
    d_step {
        waitsAt[id] = gate + 1;
        changed[id] = false
    }
}

inline forgetGate() {
    d_step {
        waitsAt[id] = 0;
        changed[id] = false
    }
}

/* WaitWord.slice: the announcement, and FUTEX_WAIT, which compares and puts to sleep in one step. */
inline slice(gate, fruitful) {
    if
    :: changed[id]
    :: d_step {
            !changed[id] ->
#ifndef BROKEN_NO_ANNOUNCEMENT
            announced[gate] = true
#else
            skip
#endif
        };
        if
#ifndef BROKEN_NO_ANNOUNCEMENT
        :: changed[id] || !announced[gate]
        :: d_step { !changed[id] && announced[gate] -> asleep[id] = true };
#else
        :: changed[id]
        :: d_step { !changed[id] -> asleep[id] = true };
#endif
            d_step {
                !asleep[id] || (crashes > 0 && (changed[id] || someDead || sectionLeft || (fruitful))) ->
                asleep[id] = false
            }
        fi
    fi
}

/* Segment.sweepDead */
inline sweepDead() {
    if
#ifndef BROKEN_NO_SWEEP
    :: someDead ->
        d_step { freeFor(sweeper) -> sweeper = slot + 1 };
        do
        :: atomic {
                if
                :: isDead(0) -> dead = 0
                :: isDead(1) -> dead = 1
#if SLOTS > 2
                :: isDead(2) -> dead = 2
#endif
                :: else -> break
                fi
            };
            giveBackOf(dead);
            atomic {
                assert(isDead(dead) && section != dead + 1);
                claimed[dead] = false;
                dead = 0
            }
        od;
        sweeper = 0
#endif
    :: else
    fi
}

#define mayDie(v) (alive[v] && !ended[v])
#if SLOTS == 2
#define someMayDie (mayDie(0) || mayDie(1))
#else
#define someMayDie (mayDie(0) || mayDie(1) || mayDie(2))
#endif

inline kill(v) {
    alive[v] = false;
    i = 0;
    do
    :: i < THREADS ->
        if
        :: slotOf(i) == v -> killed[i] = true; asleep[i] = false; waitsAt[i] = 0; changed[i] = false
        :: else
        fi;
        i++
    :: else -> i = 0; break
    od;
    dies(v)
}

proctype Killer() {
end_killer:
    do
    :: atomic {
            crashes < CRASHES && someMayDie ->
            crashes++;
            if
            :: mayDie(0) -> kill(0)
            :: mayDie(1) -> kill(1)
#if SLOTS > 2
            :: mayDie(2) -> kill(2)
#endif
            fi
        }
    :: break
    od
}
